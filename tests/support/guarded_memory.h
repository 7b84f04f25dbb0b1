// Memory between two pages that may not be touched: a read or write one byte outside what was placed at an edge of it
// kills the test, with or without sanitizers. For tests of everything that reads bytes from the wire.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <stdexcept>

namespace weir::test {

class GuardedMemory {
 public:
  /// @param capacity the most bytes that are placed at once.
  explicit GuardedMemory(std::size_t capacity) : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    inside_ = (capacity + page_ - 1) / page_ * page_;
    const std::size_t whole = inside_ + 2 * page_;
    void* mapped = mmap(nullptr, whole, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped == MAP_FAILED) throw std::runtime_error("mmap of guarded memory failed");
    base_ = static_cast<std::byte*>(mapped);
    if (mprotect(base_ + page_, inside_, PROT_READ | PROT_WRITE) != 0) {
      munmap(base_, whole);
      throw std::runtime_error("mprotect of guarded memory failed");
    }
  }
  GuardedMemory(const GuardedMemory&) = delete;
  GuardedMemory& operator=(const GuardedMemory&) = delete;
  ~GuardedMemory() { munmap(base_, inside_ + 2 * page_); }

  /// A copy of `bytes` whose last byte lies right before the forbidden page. It lasts until the next placement.
  [[nodiscard]] std::span<std::byte> place_at_end(std::span<const std::byte> bytes) {
    return place(bytes, base_ + page_ + inside_ - bytes.size());
  }
  /// A copy of `bytes` whose first byte lies right behind the forbidden page. It lasts until the next placement.
  [[nodiscard]] std::span<std::byte> place_at_start(std::span<const std::byte> bytes) {
    return place(bytes, base_ + page_);
  }

 private:
  [[nodiscard]] std::span<std::byte> place(std::span<const std::byte> bytes, std::byte* at) {
    if (bytes.size() > inside_) throw std::length_error("more bytes than the guarded memory holds");
    std::ranges::copy(bytes, at);
    return {at, bytes.size()};
  }

  std::size_t page_;
  std::size_t inside_ = 0;
  std::byte* base_ = nullptr;
};

}  // namespace weir::test
