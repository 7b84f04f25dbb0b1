#include "impair/duration_law.h"

#include "base/draw.h"

namespace weir {

Duration DurationLaw::draw(std::uint64_t bits) const {
  return Duration(uniform_between(min.nanoseconds(), max.nanoseconds(), bits));
}

}  // namespace weir
