// Memory on transparent huge pages where the kernel has some, as DPDK's would be: what benches hand to tables and
// wheels.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>

namespace weir::bench {

class HugeMemory {
 public:
  /// At least so many bytes, all 0 and touched, aligned to 2 MiB.
  explicit HugeMemory(std::size_t bytes)
      : bytes_((bytes / kHugePage + 1) * kHugePage),
        memory_(static_cast<std::byte*>(std::aligned_alloc(kHugePage, bytes_)), &std::free) {
    static_cast<void>(madvise(memory_.get(), bytes_, MADV_HUGEPAGE));
    std::memset(memory_.get(), 0, bytes_);
  }
  [[nodiscard]] std::span<std::byte> span() const { return {memory_.get(), bytes_}; }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20U;

  std::size_t bytes_;
  std::unique_ptr<std::byte, decltype(&std::free)> memory_;
};

}  // namespace weir::bench
