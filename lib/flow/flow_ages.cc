#include "flow/flow_ages.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <memory>

namespace weir {

FlowAges::FlowAges(std::span<std::byte> memory, std::uint32_t flows)
    : nodes_(reinterpret_cast<Node*>(memory.data())), flows_(flows) {
  assert(flows <= std::uint32_t{1} << 30U && memory.size() >= bytes_for(flows));
  assert(std::bit_cast<std::uintptr_t>(memory.data()) % alignof(Node) == 0);
  std::uninitialized_value_construct_n(nodes_, flows + std::size_t{kLists});
  for (std::uint32_t node = 0; node < flows + kLists; ++node) join(node, node);
}

void FlowAges::join(std::uint32_t older, std::uint32_t newer) {
  nodes_[older].newer = newer;
  nodes_[newer].older = older;
}

void FlowAges::remove(std::uint32_t slot) {
  join(nodes_[slot].older, nodes_[slot].newer);
  join(slot, slot);
}

void FlowAges::put(std::uint32_t slot, Kind kind, std::uint32_t second) {
  assert(slot < flows_ && second < std::uint32_t{1} << 31U);
  advance(second);
  remove(slot);
  nodes_[slot].second = second & 0x7fff'ffffU;
  nodes_[slot].kind = static_cast<std::uint32_t>(kind) & 1U;
  const bool old = is_old(second);
  const std::uint32_t list = old ? old_list(kind) : list_of(kind, second);
  join(nodes_[list].older, slot);
  join(slot, list);
  std::uint32_t& begin_at = begin_at_[static_cast<std::size_t>(kind)];
  if (!old) begin_at = std::min(begin_at, second);
}

// Each second that begins takes over the list of the one 1024 before it, which goes to the old ones.
void FlowAges::advance(std::uint32_t second) {
  if (second <= newest_) return;
  const std::uint32_t steps = std::min(second - newest_, kSeconds);  // each list once, however long nothing was put
  for (std::uint32_t begun = newest_ + 1; begun <= newest_ + steps; ++begun) {
    splice_to_old(Kind::kLiving, begun);
    splice_to_old(Kind::kEnded, begun);
  }
  newest_ = second;
}

void FlowAges::splice_to_old(Kind kind, std::uint32_t second) {
  const std::uint32_t list = list_of(kind, second);
  if (empty(list)) return;
  const std::uint32_t old = old_list(kind);
  join(nodes_[old].older, nodes_[list].newer);
  join(nodes_[list].older, old);
  join(list, list);
}

std::uint32_t FlowAges::oldest(Kind kind) {
  const std::uint32_t old = old_list(kind);
  if (!empty(old)) return nodes_[old].newer;
  std::uint32_t& begin_at = begin_at_[static_cast<std::size_t>(kind)];
  if (is_old(begin_at)) begin_at = newest_ - kSeconds + 1;
  for (; begin_at <= newest_; ++begin_at) {
    const std::uint32_t list = list_of(kind, begin_at);
    if (!empty(list)) return nodes_[list].newer;
  }
  begin_at = newest_;
  return kNone;
}

}  // namespace weir
