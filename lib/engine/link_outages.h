// Outages of whole links: jitter with scope = "link". One object a run, shared by all workers. In each second of the
// run the worker that sees a link's first data draws for all; whether and how long is a function of seed, link and
// second.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace weir {

class LinkOutages {
 public:
  static constexpr std::size_t kMostLinks = 32;  // a flow's key has five bits for its link

  /// Whether the caller is the first to come with data of this link in this second, and so draws. Any worker.
  [[nodiscard]] bool begins_second(std::uint8_t link, std::uint32_t second) {
    std::atomic<std::uint64_t>& drawn = links_[link].drawn_seconds;
    std::uint64_t before = drawn.load(std::memory_order_relaxed);
    while (before <= second) {
      if (drawn.compare_exchange_weak(before, std::uint64_t{second} + 1, std::memory_order_relaxed)) return true;
    }
    return false;
  }

  /// Nothing that is selected leaves the link before `until`. Called by the one that draws.
  void begin(std::uint8_t link, Instant until) {
    links_[link].until_ns.store(until.nanoseconds(), std::memory_order_relaxed);
  }

  /// The end of the link's last outage. Any worker.
  [[nodiscard]] Instant until(std::uint8_t link) const {
    return Instant(links_[link].until_ns.load(std::memory_order_relaxed));
  }

 private:
  struct alignas(64) Link {
    std::atomic<std::uint64_t> drawn_seconds{0};  // seconds of the run up to here have been drawn for
    std::atomic<std::int64_t> until_ns{0};
  };
  std::array<Link, kMostLinks> links_{};
};

}  // namespace weir
