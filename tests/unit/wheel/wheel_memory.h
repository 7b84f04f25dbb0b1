// A wheel that owns exactly the memory it says it needs, for tests: one byte too far and the sanitizer sees it.
#pragma once

#include <cstdint>
#include <memory>
#include <new>

#include "wheel/timing_wheel.h"

namespace weir {

struct OwnedWheel {
  static constexpr std::align_val_t kCacheLine{64};
  struct Release {
    void operator()(std::byte* owned) const { ::operator delete(owned, kCacheLine); }
  };

  explicit OwnedWheel(std::uint32_t entries)
      : bytes(TimingWheel::bytes_for(entries)),
        memory(static_cast<std::byte*>(::operator new(bytes, kCacheLine))),
        wheel({memory.get(), bytes}, entries) {}

  std::size_t bytes;
  std::unique_ptr<std::byte, Release> memory;
  TimingWheel wheel;
};

}  // namespace weir
