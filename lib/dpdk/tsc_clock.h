// The clock of a run: the CPU's time stamp counter, turned into an Instant by one multiplication. now() is read once
// a turn by each worker; any thread may read it. Other CPUs than x86 read the steady clock instead.
#pragma once

#include <chrono>
#include <cstdint>

#if defined(__x86_64__)
#include <x86intrin.h>
#endif

#include "base/time.h"
#include "base/units.h"

namespace weir {

/// The counter itself: ticks of a constant rate.
[[nodiscard]] inline std::uint64_t clock_ticks() {
#if defined(__x86_64__)
  return __rdtsc();
#else
  return static_cast<std::uint64_t>(std::chrono::steady_clock::now().time_since_epoch().count());
#endif
}

/// Ticks a second, measured against the kernel's monotonic clock from construction to hz(). The longer between the
/// two, the better: 100 ms give about 1 ppm. DPDK's own figure is rounded to 10 MHz where CPUID names no frequency,
/// which is up to 2 000 ppm: 150 ms would end 0.3 ms early.
class TickCalibration {
 public:
  TickCalibration() : begin_(read()) {}

  /// Waits, if it must, until 100 ms have passed since construction.
  [[nodiscard]] std::uint64_t hz() const;

 private:
  struct Reading {
    std::uint64_t ticks;
    std::int64_t nanoseconds;
  };
  [[nodiscard]] static Reading read();

  Reading begin_;
};

class TscClock {
 public:
  /// The run starts (Instant 0) when the counter shows `start`. @param hz more than 62.5 MHz, ticks a second.
  TscClock(std::uint64_t hz, std::uint64_t start)
      : start_(start),
        nanoseconds_per_tick_(static_cast<std::uint64_t>((Wide{kNanosecondsPerSecond} << kShift) / hz)) {}

  /// The run starts now.
  explicit TscClock(std::uint64_t hz) : TscClock(hz, clock_ticks()) {}

  [[nodiscard]] Instant now() const { return at(clock_ticks()); }

  /// The instant at which the counter shows `ticks`; 0 for what lies before the start. Never early: rounds down.
  [[nodiscard]] Instant at(std::uint64_t ticks) const {
    if (ticks < start_) return Instant();
    return Instant(static_cast<std::int64_t>((Wide{ticks - start_} * nanoseconds_per_tick_) >> kShift));
  }

 private:
  __extension__ using Wide = unsigned __int128;
  static constexpr unsigned kShift = 60;  // the factor fits 64 bits above 62.5 MHz

  std::uint64_t start_;
  std::uint64_t nanoseconds_per_tick_;  // times 2^60
};

}  // namespace weir
