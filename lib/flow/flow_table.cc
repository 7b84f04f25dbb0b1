#include "flow/flow_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <memory>
#include <utility>

namespace weir {
namespace {

/// Bursts are answered in chunks of this many: enough to have every miss in flight that a core can, and the
/// prefetched lines are still in the first-level cache when they are read.
constexpr std::size_t kChunk = 64;

/// Two entries a flow, 16 bytes: half full at most, so that 98 % of a full table's buckets send nobody on (Poisson with
/// mean 4: at most 8).
constexpr std::uint32_t bucket_count_for(std::uint32_t flows) {
  return (flows + kBucketEntries / 2 - 1) / (kBucketEntries / 2);
}

constexpr std::uint16_t tag_of(std::uint64_t hash) {
  const auto tag = static_cast<std::uint16_t>(hash);
  return tag == Bucket::kFree ? std::uint16_t{1} : tag;
}

/// What a segment in the middle of a conversation needs of its flow.
void prefetch_hot_lines(const Flow& flow) {
  __builtin_prefetch(&flow);
  for (const Lane& lane : flow.lanes) __builtin_prefetch(&lane);
  __builtin_prefetch(&flow.exchange_tracker);
}

FlowAges::Kind kind_of(const Flow& flow) {
  return flow.phase == Phase::kOpen ? FlowAges::Kind::kLiving : FlowAges::Kind::kEnded;
}

}  // namespace

/// Offsets in the memory handed in; each part begins on a cache line because the parts before it are whole lines.
struct FlowTable::Layout {
  explicit Layout(std::uint32_t flow_count)
      : flows(bucket_count_for(flow_count) * sizeof(Bucket)),
        places(flows + flow_count * sizeof(Flow)),
        ages(places + flow_count * sizeof(Place)),
        end((ages + FlowAges::bytes_for(flow_count) + 63) / 64 * 64) {}

  std::size_t flows;
  std::size_t places;
  std::size_t ages;
  std::size_t end;
};

std::size_t FlowTable::bytes_for(std::uint32_t flows) {
  return Layout(flows).end;
}

FlowTable::FlowTable(std::span<std::byte> memory, std::uint32_t flows)
    : buckets_(reinterpret_cast<Bucket*>(memory.data())),
      flows_(reinterpret_cast<Flow*>(memory.data() + Layout(flows).flows)),
      places_(reinterpret_cast<Place*>(memory.data() + Layout(flows).places)),
      bucket_count_(bucket_count_for(flows)),
      capacity_(flows),
      ages_(memory.subspan(Layout(flows).ages), flows) {
  assert(flows >= 1 && flows <= std::uint32_t{1} << 30U && memory.size() >= bytes_for(flows));
  assert(std::bit_cast<std::uintptr_t>(memory.data()) % 64 == 0);
  // Touches all of it, so that no page fault is left for the first packets.
  std::uninitialized_value_construct_n(buckets_, bucket_count_);
  std::uninitialized_value_construct_n(flows_, flows);
  std::uninitialized_value_construct_n(places_, flows);
  for (std::uint32_t slot = 0; slot + 1 < flows; ++slot) places_[slot].home = slot + 1;
}

/// The first flow number with the hash's tag, on the way from its home, that is accepted; kNone without one.
/// Erasing and inserting can leave every bucket passed by somebody: back at home the search ends too.
template <typename Accept>
std::uint32_t FlowTable::search(std::uint64_t hash, Accept accept) const {
  const std::uint32_t home = home_of(hash);
  const std::uint16_t tag = tag_of(hash);
  std::uint32_t at = home;
  do {
    const Bucket& bucket = buckets_[at];
    for (std::uint32_t equal = bucket.entries_tagged(tag); equal != 0; equal &= equal - 1) {
      const std::uint32_t number = bucket.numbers[static_cast<std::size_t>(std::countr_zero(equal))];
      if (accept(number)) return number;
    }
    if (bucket.passed_by == 0) return kNone;
    at = bucket_after(at);
  } while (at != home);
  return kNone;
}

Flow* FlowTable::find_one(const FlowKey& key, std::uint64_t hash) {
  const std::uint32_t number = search(hash, [&](std::uint32_t candidate) { return flows_[candidate].key == key; });
  return number == kNone ? nullptr : &flows_[number];
}

void FlowTable::find(std::span<Probe> burst) {
  while (!burst.empty()) {
    const std::size_t count = std::min(burst.size(), kChunk);
    find_chunk(burst.first(count));
    burst = burst.subspan(count);
  }
}

void FlowTable::find_chunk(std::span<Probe> chunk) {
  for (const Probe& probe : chunk) __builtin_prefetch(&buckets_[home_of(probe.hash)]);
  for (Probe& probe : chunk) {
    const std::uint32_t number = search(probe.hash, [](std::uint32_t) { return true; });
    probe.found = number == kNone ? nullptr : &flows_[number];
    if (number != kNone) prefetch_hot_lines(*probe.found);
  }
  for (Probe& probe : chunk) {
    // Another flow with the same tag was first on the way: one in 16 thousand lookups.
    if (probe.found != nullptr && !(probe.found->key == probe.key)) probe.found = find_one(probe.key, probe.hash);
  }
}

Flow* FlowTable::insert(const FlowKey& key, std::uint64_t hash, std::uint32_t seen_at) {
  if (size_ == capacity_) return nullptr;
  ++size_;
  const std::uint32_t slot = first_free_;
  const std::uint32_t home = home_of(hash);
  std::uint32_t at = home;
  for (; buckets_[at].full(); at = bucket_after(at)) ++buckets_[at].passed_by;
  const std::uint32_t index = buckets_[at].free_entry();
  buckets_[at].tags[index] = tag_of(hash);
  buckets_[at].numbers[index] = slot;
  first_free_ = std::exchange(places_[slot], Place{at * kBucketEntries + index, home}).home;

  Flow& flow = flows_[slot];
  const std::array<std::uint32_t, 2> epochs{flow.lanes[0].epoch, flow.lanes[1].epoch};
  const std::uint32_t timer_epoch = flow.timer_epoch;
  flow = Flow{};
  flow.key = key;
  flow.last_seen = seen_at;
  ages_.put(slot, FlowAges::Kind::kLiving, seen_at);
  for (std::size_t i = 0; i < epochs.size(); ++i) flow.lanes[i].epoch = epochs[i];
  flow.timer_epoch = timer_epoch;
  return &flow;
}

void FlowTable::erase(Flow* flow) {
  assert(flow->quiet());
  const std::uint32_t slot = slot_of(flow);
  const Place place = std::exchange(places_[slot], Place{kNone, first_free_});
  assert(place.entry != kNone);
  const std::uint32_t bucket = place.entry / kBucketEntries;
  buckets_[bucket].tags[place.entry % kBucketEntries] = Bucket::kFree;
  for (std::uint32_t at = place.home; at != bucket; at = bucket_after(at)) --buckets_[at].passed_by;
  for (Lane& lane : flow->lanes) ++lane.epoch;
  ++flow->timer_epoch;
  ages_.remove(slot);
  first_free_ = slot;
  --size_;
  ++erased_;
}

Flow* FlowTable::victim(std::uint32_t idle_since) {
  if (Flow* ended = oldest_quiet(FlowAges::Kind::kEnded); ended != nullptr) return ended;
  Flow* oldest = oldest_quiet(FlowAges::Kind::kLiving);
  if (oldest == nullptr || oldest->phase != Phase::kOpen) return oldest;
  return oldest->last_seen < idle_since ? oldest : nullptr;
}

/// The flow of a kind that was seen longest ago and holds nothing. Puts everyone it meets on the way where they belong,
/// so that nobody is met twice for one frame.
Flow* FlowTable::oldest_quiet(FlowAges::Kind kind) {
  Flow* best = nullptr;
  for (int look = 0; look < kMostLooks; ++look) {
    const std::uint32_t slot = ages_.oldest(kind);
    if (slot == FlowAges::kNone) break;
    Flow& flow = flows_[slot];
    if (!flow.quiet()) {
      ages_.put(slot, kind_of(flow), ages_.newest());
      continue;
    }
    const bool ended_unnoticed = kind == FlowAges::Kind::kLiving && flow.phase != Phase::kOpen;
    if (ended_unnoticed) return &flow;
    if (kind_of(flow) == kind) {
      if (flow.last_seen <= ages_.second_of(slot)) return &flow;
      if (best == nullptr || flow.last_seen < best->last_seen) best = &flow;
    }
    refresh(flow);
  }
  return best;
}

void FlowTable::refresh(const Flow& flow) {
  const std::uint32_t slot = slot_of(&flow);
  const FlowAges::Kind kind = kind_of(flow);
  if (ages_.kind_of(slot) == kind && flow.last_seen <= ages_.second_of(slot)) return;
  ages_.put(slot, kind, flow.last_seen);
}

}  // namespace weir
