#include "dpdk/memory.h"

#include <rte_eal.h>
#include <rte_malloc.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>

namespace weir {

Memory::Memory(std::size_t bytes) : size_(bytes) {
  if (bytes == 0) return;
  constexpr unsigned kCacheLine = 64;
  if (rte_eal_has_hugepages() != 0) begin_ = static_cast<std::byte*>(rte_zmalloc("weir", bytes, kCacheLine));
  from_eal_ = begin_ != nullptr;
  if (from_eal_) return;
  void* const mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    throw std::runtime_error("taking " + std::to_string(bytes) + " bytes of memory failed: " + std::strerror(errno));
  }
  madvise(mapped, bytes, MADV_HUGEPAGE);  // a wish: without it the table works on small pages
  begin_ = static_cast<std::byte*>(mapped);
}

Memory::~Memory() {
  if (begin_ == nullptr) return;
  if (from_eal_) {
    rte_free(begin_);
  } else {
    munmap(begin_, size_);
  }
}

}  // namespace weir
