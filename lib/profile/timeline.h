// What a profile asks for over time: phases, each a set of keys laid over those of the profile for a while. Kept as the
// tree that was written, so that any number in it may be a curve: for an instant of a phase its curves become plain
// values, and what comes of it is read like any other profile. Control threads.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/scene_clock.h"
#include "profile/curve.h"
#include "profile/document.h"
#include "profile/problems.h"
#include "profile/profile.h"
#include "profile/scene_start.h"

namespace weir {

/// A [[phase.rule]]: other impairments for a rule of the profile; or, with a match, a rule that is there in this phase
/// only.
struct PhaseRule {
  Node name;
  Node impair;  // a table
  std::optional<Node> match;
};

struct TimelinePhase {
  std::string name;
  Place place;
  std::optional<Duration> at;                         // from the clock's zero; none: behind the one before
  std::optional<Duration> length;                     // of one turn; none: until the next phase, or for good
  std::uint32_t repeat = 1;                           // turns, one behind the other
  SceneClock::Event when = SceneClock::Event::kNone;  // begins with an event instead
  std::uint64_t count = 0;                            // the how many-th, from 1
  std::vector<Node> impair;                           // one table, or none
  std::vector<PhaseRule> rules;
  bool has_curves = false;
  bool nothing_passes = false;  // a rate of 0, which no profile can say
};

struct Timeline {
  Node base;         // the profile without its phases
  Problems sources;  // of the nodes' places
  std::vector<TimelinePhase> phases;
  std::vector<std::string> added;  // rules of phases alone, by name: they stand before the profile's, in this order
  SceneStart starts = SceneStart::kRun;
  bool loop = false;                  // the last phase's end is the first one's zero
  Node trace = {};                    // [trace], of which the phases were made; a table
  Duration step = milliseconds(100);  // how often a curve takes another value
};

/// An instant of a phase, and what is drawn in it hangs on.
struct PhaseInstant {
  Duration into;           // since the turn of the phase began
  std::uint64_t turn = 0;  // how many-th it is
  std::uint64_t seed = 1;  // of the run
  CurveBound bound = CurveBound::kNone;
};

/// The impairments at an instant of a phase. Faults become problems.
[[nodiscard]] Profile profile_in(const Timeline& timeline, const TimelinePhase& phase, const PhaseInstant& instant,
                                 Problems& problems);

/// The same, of a phase that was checked when the profile was read. Throws ProfileError if a file has changed since.
[[nodiscard]] Profile profile_in(const Timeline& timeline, const TimelinePhase& phase, const PhaseInstant& instant);

/// Reads [[phase]] and [timeline], or [trace], of a profile, and checks what each phase makes of it; nothing if it has
/// none.
/// @param tree the whole profile. What is wrong with it outside of its phases is in `problems` already.
[[nodiscard]] std::shared_ptr<const Timeline> parse_timeline(const Node& tree, Problems& problems);

/// Puts the impairments of `flags` in place of the same ones, in phases too.
[[nodiscard]] std::shared_ptr<const Timeline> overridden(const Timeline& timeline, const Profile& flags);

}  // namespace weir
