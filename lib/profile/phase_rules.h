// What phases do to rules: other impairments for those of the profile, and rules of their own. These stand before the
// profile's, each in a place of its own that it has all the time: where it is not there a rule stands that takes
// nothing. So the numbers of rules, by which shares are drawn, never change (decision 0011). Control threads.
#pragma once

#include <string>
#include <vector>

#include "impair/rules.h"
#include "profile/curve.h"
#include "profile/document.h"
#include "profile/problems.h"

namespace weir {

struct PhaseRule;
struct Timeline;

/// Lays the rules of a phase over a profile: those of the phase alone first, in the order of `added`.
void lay_over_rules(Node& profile, const std::vector<std::string>& added, const std::vector<PhaseRule>& own,
                    const CurveTime& time, Problems& problems);

/// Notes which rules are phases' alone. What rules of the profile take stays as it is.
void note_added(Timeline& timeline, Problems& problems);

/// Whether a rule is a phase's that is not there.
[[nodiscard]] bool is_absent(const Rule& rule);

/// Puts rules that take nothing in the places of those that phases add and that are not there.
/// @param rules those that are there stand first, in their order.
void add_absent(const std::vector<std::string>& added, std::vector<Rule>& rules);

}  // namespace weir
