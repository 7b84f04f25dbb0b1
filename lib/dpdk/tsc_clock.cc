#include "dpdk/tsc_clock.h"

#include <thread>

namespace weir {
namespace {

std::int64_t monotonic_nanoseconds() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

/// The kernel's clock is read between two readings of the counter; of several tries the tightest one counts.
TickCalibration::Reading TickCalibration::read() {
  constexpr int kTries = 16;
  Reading best{};
  std::uint64_t tightest = UINT64_MAX;
  for (int i = 0; i < kTries; ++i) {
    const std::uint64_t before = clock_ticks();
    const std::int64_t nanoseconds = monotonic_nanoseconds();
    const std::uint64_t width = clock_ticks() - before;
    if (width >= tightest) continue;
    tightest = width;
    best = {before + width / 2, nanoseconds};
  }
  return best;
}

std::uint64_t TickCalibration::hz() const {
  constexpr std::int64_t kLeast = 100'000'000;
  const std::int64_t passed = monotonic_nanoseconds() - begin_.nanoseconds;
  if (passed < kLeast) std::this_thread::sleep_for(std::chrono::nanoseconds(kLeast - passed));
  const Reading end = read();
  __extension__ using Wide = unsigned __int128;
  const auto nanoseconds = static_cast<std::uint64_t>(end.nanoseconds - begin_.nanoseconds);
  return static_cast<std::uint64_t>(Wide{end.ticks - begin_.ticks} * kNanosecondsPerSecond / nanoseconds);
}

}  // namespace weir
