// A number that changes over a phase: a straight ramp, a sine, or a random walk. Curves are tables in a profile's tree;
// for an instant they become the text of the value that holds then, with the unit that it was written with. Control
// threads.
#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"
#include "profile/document.h"
#include "profile/problems.h"

namespace weir {

/// Where in time a curve is asked for its value.
struct CurveTime {
  Duration into;                   // since the phase began
  std::optional<Duration> length;  // of the phase
  std::uint64_t draw_key = 0;      // a walk's draws hang on it, on `turn` and on the number of the step
  std::uint64_t turn = 0;          // how many-th turn of the phase
  bool highest = false;            // the most that it ever is instead, whenever that may be
};

/// Whether a node stands for a curve: a table with from or to, sine, or walk.
[[nodiscard]] bool is_curve(const Node& node);

/// Whether there is one in a tree.
[[nodiscard]] bool has_curve(const Node& tree);

/// The tree with the value of each curve in its place. Faults become problems.
[[nodiscard]] Node with_values(Node tree, const CurveTime& time, Problems& problems);

}  // namespace weir
