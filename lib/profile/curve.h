// A number that changes over a phase: a straight ramp, a sine, or a random walk. Curves are tables in a profile's tree;
// for an instant they become the text of the value that holds then, with the unit that it was written with. Control
// threads.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "profile/document.h"
#include "profile/keys.h"
#include "profile/problems.h"

namespace weir {

/// In place of the value at an instant: the least or the most that a curve ever is, whenever that may be.
enum class CurveBound : std::uint8_t { kNone, kLowest, kHighest };

/// Where in time a curve is asked for its value.
struct CurveTime {
  Duration into;                   // since the phase began
  std::optional<Duration> length;  // of the phase
  std::uint64_t draw_key = 0;      // a walk's draws hang on it, on `turn` and on the number of the step
  std::uint64_t turn = 0;          // how many-th turn of the phase
  CurveBound bound = CurveBound::kNone;
};

/// Whether a node stands for a curve: a table with from or to, sine, or walk.
[[nodiscard]] bool is_curve(const Node& node);

/// Whether there is one in a tree.
[[nodiscard]] bool has_curve(const Node& tree);

/// The tree with the value of each curve in its place. Faults become problems, and so does a curve in the place of what
/// has no values in between (a count, a word).
/// @param keys that the tree may have: they say what a bare number is.
[[nodiscard]] Node with_values(Node tree, const Keys& keys, const CurveTime& time, Problems& problems);

}  // namespace weir
