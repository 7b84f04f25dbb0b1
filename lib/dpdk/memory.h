// Memory for the hot tables: zeroed, aligned to a cache line, from hugepages wherever they are to be had (a flow table
// of a million connections is four times slower on 4 KiB pages). Taken at start by the control thread, once an Eal
// runs.
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace weir {

/// A block of memory, given back in the destructor. With hugepages it must go before the Eal does.
class Memory {
 public:
  /// Takes `bytes` zeroed bytes, 64-byte aligned: from the EAL's hugepages when it runs on some, else from anonymous
  /// memory that the kernel is asked to back with transparent hugepages. Throws std::runtime_error.
  explicit Memory(std::size_t bytes);
  Memory(Memory&& other) noexcept { swap(other); }
  Memory& operator=(Memory&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Memory();

  [[nodiscard]] std::span<std::byte> span() const { return {begin_, size_}; }

 private:
  void swap(Memory& other) noexcept {
    std::swap(begin_, other.begin_);
    std::swap(size_, other.size_);
    std::swap(from_eal_, other.from_eal_);
  }

  std::byte* begin_ = nullptr;
  std::size_t size_ = 0;
  bool from_eal_ = false;
};

}  // namespace weir
