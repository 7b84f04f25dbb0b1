#include "flow/connection_registry.h"

#include <bit>
#include <span>

#include "base/draw.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace weir {
namespace {

/// Eight bytes as a number, the first one highest (network order), on a machine of any byte order.
std::uint64_t big_endian(std::span<const std::byte, 8> bytes) {
  std::uint64_t word = 0;
  for (const std::byte byte : bytes) word = word << 8U | std::to_integer<std::uint64_t>(byte);
  return word;
}

/// Mixes an address into the hash so far.
std::uint64_t absorb(std::uint64_t hash, const IpAddress& address) {
  const std::span<const std::byte, 16> bytes(address.bytes);
  return draw_bits(hash, big_endian(bytes.first<8>()), big_endian(bytes.last<8>()));
}

/// Tells the CPU that this thread waits for another one.
void spin_pause() {
#if defined(__SSE2__)
  _mm_pause();
#endif
}

}  // namespace

/// A chain of Philox draws: each takes 16 bytes as its counter and the hash so far as its key.
std::uint64_t hash_of(const ConnectionTriple& triple) {
  constexpr std::uint64_t kStart = 0x77656972'74726970;  // "weirtrip": apart from every other use of the draws
  const std::uint64_t addresses = absorb(absorb(kStart, triple.client), triple.server);
  return draw_bits(addresses, 0, triple.server_port);
}

ConnectionRegistry::ConnectionRegistry(std::uint32_t triples)
    : mask_(std::bit_ceil(std::size_t{triples} * 2) - 1), slots_(std::make_unique<Slot[]>(mask_ + 1)), room_(triples) {}

std::optional<std::uint32_t> ConnectionRegistry::open(const ConnectionTriple& triple) {
  for (std::size_t at = hash_of(triple) & mask_;;) {
    Slot& slot = slots_[at];
    const std::uint64_t state = slot.state.load(std::memory_order_acquire);
    if (state >= kReady) {
      if (slot.triple == triple) {
        return static_cast<std::uint32_t>(slot.state.fetch_add(1, std::memory_order_relaxed) - kReady);
      }
      at = (at + 1) & mask_;
    } else if (state == kClaimed) {
      spin_pause();
    } else if (claim(slot)) {
      // Room is taken only with the slot in hand: else a thread that loses the slot would hold room that it does not
      // need, and another one would be refused while there is some.
      if (!take_room()) {
        slot.state.store(kEmpty, std::memory_order_release);
        return std::nullopt;
      }
      slot.triple = triple;
      slot.state.store(kReady + 1, std::memory_order_release);
      return 0;
    }
  }
}

bool ConnectionRegistry::claim(Slot& slot) {
  std::uint64_t expected = kEmpty;
  return slot.state.compare_exchange_strong(expected, kClaimed, std::memory_order_relaxed);
}

bool ConnectionRegistry::take_room() {
  std::uint32_t room = room_.load(std::memory_order_relaxed);
  while (room != 0 && !room_.compare_exchange_weak(room, room - 1, std::memory_order_relaxed)) {
  }
  return room != 0;
}

}  // namespace weir
