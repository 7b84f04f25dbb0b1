#include "weir/room.h"

#include <fmt/format.h>

#include <algorithm>

#include "profile/worst_case.h"

namespace weir {
namespace {

constexpr std::size_t kMebibyte = std::size_t{1} << 20U;

/// Of frames of one size, of any phase of the profile.
std::uint64_t most_held(const Profile& profile, ByteRate link, std::uint64_t frame_bytes) {
  std::uint64_t most = 0;
  for (const Rules& rules : rules_at_worst(profile)) most = std::max(most, frames_held(rules, link, frame_bytes));
  return most;
}

/// Gives up the same share of both kinds, but for what a run has at the least.
void shrink_to(Room& room, std::size_t most_bytes) {
  const std::size_t fixed = (room.buffers - room.held_large + kMostHeld) * kBufferBytes;
  const double wanted =
      static_cast<double>(room.buffers * kBufferBytes + room.small_buffers * kSmallBufferBytes - fixed);
  const double share = most_bytes > fixed ? static_cast<double>(most_bytes - fixed) / wanted : 0;
  const auto part = [share](std::size_t of) { return static_cast<std::size_t>(static_cast<double>(of) * share); };
  const std::size_t for_ports = room.buffers - room.held_large;
  room.held_large = kMostHeld + part(room.held_large - kMostHeld);
  room.buffers = for_ports + room.held_large;
  room.small_buffers = part(room.small_buffers);
}

}  // namespace

std::size_t Room::mib() const {
  return (buffers * kBufferBytes + small_buffers * kSmallBufferBytes) / kMebibyte + 1;
}

std::size_t buffers_for_ports(unsigned ports, unsigned workers) {
  constexpr std::size_t kRing = 2'048;         // descriptors of a queue (dpdk/ethdev.cc)
  constexpr std::size_t kBetween = 4'096;      // frames in a ring between two workers (engine/spread.h)
  constexpr std::size_t kBatch = 1'024;        // frames that a port would not take yet (engine/tx_batch.h)
  constexpr std::size_t kCache = 256 * 3 / 2;  // buffers that a worker keeps (rte_mempool's flush threshold)
  // A queue for each worker where the device spreads; else one, and as many again in the fill ring of AF_XDP.
  const std::size_t receiving = std::max(workers, 2U) * kRing;
  const std::size_t a_port = receiving + workers * (kRing + kBatch) + (workers - 1) * 2 * kBetween;
  return std::max(kBuffersForPorts, ports * a_port + workers * kCache);
}

Room room_for(const Profile& profile, const RoomPlan& plan) {
  Room room;
  room.held_large = kMostHeld;
  room.buffers = buffers_for_ports(plan.ports, plan.workers) + room.held_large;
  if (!plan.link) return room;
  const std::uint64_t full = most_held(profile, *plan.link, kFullFrameBytes);
  const std::uint64_t small = most_held(profile, *plan.link, kSmallFrameBytes);
  room.buffers += std::max(full, kMostHeld) - room.held_large;
  room.held_large = std::max(full, kMostHeld);
  const std::size_t copied_from = room.held_large / 2;  // engine/hold.cc
  room.small_buffers = small > copied_from ? small - copied_from : 0;
  const std::size_t wanted = room.mib();
  if (wanted <= plan.most_mib) return room;
  shrink_to(room, plan.most_mib * kMebibyte);
  room.shortage = fmt::format(
      "a full link can make this profile hold {} frames of {} bytes, or {} of {}: that takes {} MiB of buffers, and {} "
      "MiB are to be had; there is room for {} and {}",
      full, kFullFrameBytes, small, kSmallFrameBytes, wanted, plan.most_mib, room.held_large, room.held());
  return room;
}

}  // namespace weir
