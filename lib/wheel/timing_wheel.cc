#include "wheel/timing_wheel.h"

#include <algorithm>
#include <cassert>
#include <memory>

namespace weir {
namespace {

/// A slot of level l is 2^shift ns wide; the slot above, one half of the ring, is 2^(shift + bits - 1) ns wide.
struct Geometry {
  unsigned shift;
  unsigned bits;
};
constexpr std::array<Geometry, 6> kGeometry{{
    {7, 12},   // 128 ns, a half is 262 us
    {18, 12},  // 262 us, a half is 537 ms
    {29, 9},   // 537 ms, a half is 137 s
    {37, 9},   // 137 s, a half is 9.8 hours
    {45, 9},   // 9.8 hours, a half is 104 days
    {53, 11},  // 104 days, a half is all the time there is (2^63 ns)
}};
constexpr std::size_t kSlotsOfHalf = std::size_t{1} << (kGeometry[0].bits - 1);
constexpr Geometry kOpen{0, 7};  // the lists of one nanosecond

constexpr std::uint64_t half_width(std::size_t level) {
  return std::uint64_t{1} << (kGeometry[level].shift + kGeometry[level].bits - 1);
}
constexpr bool halves_fit() {
  for (std::size_t level = 0; level + 1 < kGeometry.size(); ++level) {
    if (half_width(level) != std::uint64_t{1} << kGeometry[level + 1].shift) return false;
  }
  return half_width(kGeometry.size() - 1) == std::uint64_t{1} << 63U;
}
static_assert(halves_fit());

constexpr std::uint32_t count_slots() {
  std::uint32_t slots = 1U << kOpen.bits;
  for (const Geometry& level : kGeometry) slots += 1U << level.bits;
  return slots;
}
constexpr std::uint32_t kSlots = count_slots();
constexpr std::uint32_t kLists = kSlots + LateRuns::kLists;

/// How the memory is cut: slots first, then chunks, then links; each part starts on a cache line.
struct Layout {
  explicit Layout(std::uint32_t entries) : chunks(EntryPool::chunks_for(entries, kLists)) {}

  std::uint32_t chunks;
  [[nodiscard]] std::size_t entries() const { return std::size_t{chunks} * EntryPool::kChunk; }
  [[nodiscard]] std::size_t chunks_at() const { return kSlots * sizeof(WheelSlot); }
  [[nodiscard]] std::size_t links_at() const { return chunks_at() + entries() * sizeof(WheelEntry); }
  [[nodiscard]] std::size_t bytes() const { return links_at() + std::size_t{chunks} * sizeof(std::uint32_t); }
};

template <typename T>
T* construct_at(std::span<std::byte> memory, std::size_t offset, std::size_t count) {
  T* const first = reinterpret_cast<T*>(memory.data() + offset);
  std::uninitialized_value_construct_n(first, count);
  return first;
}

EntryPool make_pool(std::span<std::byte> memory, const Layout& layout) {
  assert(memory.size() >= layout.bytes());
  return {construct_at<WheelEntry>(memory, layout.chunks_at(), layout.entries()),
          construct_at<std::uint32_t>(memory, layout.links_at(), layout.chunks), layout.chunks};
}

std::uint64_t since_start(Instant at) {
  return static_cast<std::uint64_t>(at.nanoseconds());
}

/// Moves that each call does ahead of need, idle calls too: enough for every entry to pass two levels while another
/// comes out.
constexpr std::uint32_t kMovesAhead = 32;
constexpr std::uint32_t kMovesAheadPerEntry = 2;

/// How many chunks before its use a chunk is fetched: at 8 entries a chunk, about a memory access ahead.
constexpr int kChunksAhead = 4;

std::size_t copy(std::span<const WheelEntry> from, std::span<WheelEntry> to) {
  for (std::size_t i = 0; i < from.size(); ++i) to[i] = from[i];
  return from.size();
}

/// Stable; the slots that come here hold a handful of entries.
void insertion_sort(std::span<WheelEntry> entries) {
  for (std::size_t i = 1; i < entries.size(); ++i) {
    const WheelEntry entry = entries[i];
    std::size_t place = i;
    for (; place > 0 && entry.due_at < entries[place - 1].due_at; --place) entries[place] = entries[place - 1];
    entries[place] = entry;
  }
}

}  // namespace

std::size_t TimingWheel::bytes_for(std::uint32_t entries) {
  return Layout(entries).bytes();
}

TimingWheel::TimingWheel(std::span<std::byte> memory, std::uint32_t entries)
    : capacity_(entries), pool_(make_pool(memory, Layout(entries))) {
  static_assert(kGeometry.size() == kLevels);
  assert(entries <= kMaxEntries);
  auto* slots = construct_at<WheelSlot>(memory, 0, kSlots);
  for (std::size_t level = 0; level < kLevels; ++level) {
    levels_[level] = WheelLevel(slots, kGeometry[level].bits, kGeometry[level].shift);
    horizons_[level] = half_width(level);
    slots += std::size_t{1} << kGeometry[level].bits;
  }
  open_ = WheelLevel(slots, kOpen.bits, kOpen.shift);
}

bool TimingWheel::insert(Instant due_at, std::uint64_t token) {
  assert(due_at >= Instant() && due_at < Instant::never());
  if (size_ == capacity_) return false;
  ++size_;
  const Entry entry{due_at, token};
  if (since_start(due_at) < guard_) {
    insert_near(entry);
  } else {
    place(entry);
  }
  return true;
}

/// The way in for what is due before the open slot ends, or before the current half of the lowest level.
void TimingWheel::insert_near(Entry entry) {
  const std::uint64_t due = since_start(entry.due_at);
  if (due < (is_open() ? open_from_ : half_start(0))) {
    late_.insert(pool_, entry);
  } else if (levels_[0].occupied().test(levels_[0].slot_of(due))) {
    levels_[0].append(pool_, entry);  // the open slot is not yet sorted whole: stay behind those that came before
  } else {
    open_.append(pool_, entry);
  }
}

void TimingWheel::place(Entry entry) {
  std::size_t level = 0;
  while (since_start(entry.due_at) >= horizons_[level]) ++level;
  levels_[level].append(pool_, entry);
}

std::size_t TimingWheel::expire(Instant now, std::span<Entry> out) {
  std::uint32_t moves = kMovesPerCall;
  std::size_t taken = take_late(now, out);
  while (taken < out.size()) {
    taken += take_laid_out(now, out.subspan(taken), moves);
    if (taken == out.size() || moves == 0) break;
    const Instant first_at = first_waiting();
    if (!reach(std::min(first_at, now), moves) || first_at > now) break;
  }
  size_ -= taken;
  fill_ahead(kMovesAhead + kMovesAheadPerEntry * static_cast<std::uint32_t>(taken));
  return taken;
}

Instant TimingWheel::next_due() const {
  return late_.empty() ? first_waiting() : late_.earliest(pool_);
}

/// Late entries are due before all others: they were when they came, and what comes later joins them or is behind them.
std::size_t TimingWheel::take_late(Instant now, std::span<Entry> out) {
  std::size_t taken = 0;
  while (taken < out.size() && !late_.empty() && late_.earliest(pool_) <= now) out[taken++] = late_.pop(pool_);
  return taken;
}

/// Takes from the current half of the lowest level: small slots from where they lie, large ones by way of the open
/// slot.
std::size_t TimingWheel::take_laid_out(Instant now, std::span<Entry> out, std::uint32_t& moves) {
  std::size_t taken = 0;
  while (taken < out.size()) {
    if (!is_open()) {
      taken += take_small_slots(now, out.subspan(taken));
      if (taken == out.size() || !open_slot(now)) break;
    }
    if (!move_down(levels_[0], levels_[0].slot_of(open_from_), open_, moves)) break;
    taken += take_open(now, out.subspan(taken));
    if (is_open()) break;
  }
  return taken;
}

/// Takes slot after slot, as long as they are due and lie in one chunk each; fetches the next one's chunk meanwhile.
std::size_t TimingWheel::take_small_slots(Instant now, std::span<Entry> out) {
  WheelLevel& level = levels_[0];
  std::size_t taken = 0;
  std::size_t index = first_in_half();
  while (taken < out.size() && index != SlotBitmap::kNone) {
    WheelSlot& slot = level[index];
    if (slot.earliest_at > now || !EntryPool::in_one_chunk(slot.entries)) break;
    const std::size_t next = next_in_half(index);
    if (next != SlotBitmap::kNone) pool_.prefetch_front(level[next].entries);
    const std::span<Entry> entries = pool_.only_run(slot.entries);
    insertion_sort(entries);
    const bool whole = entries.size() <= out.size() - taken && entries.back().due_at <= now;
    if (!whole) return taken + take_part(slot, now, out.subspan(taken));
    taken += copy(entries, out.subspan(taken));
    pool_.drop_only_chunk(slot.entries);
    level.mark_empty(index);
    index = next;
  }
  return taken;
}

/// Takes from a slot that is not due as a whole, or not wanted. Precondition: it lies in one chunk, sorted.
std::size_t TimingWheel::take_part(WheelSlot& slot, Instant now, std::span<Entry> out) {
  const std::span<Entry> entries = pool_.only_run(slot.entries);
  std::uint32_t due = 0;
  for (; due < out.size() && entries[due].due_at <= now; ++due) out[due] = entries[due];
  pool_.drop_front(slot.entries, due);
  slot.earliest_at = pool_.front(slot.entries).due_at;
  return due;
}

/// Starts to sort the first slot of the current half, if something in it is due.
bool TimingWheel::open_slot(Instant now) {
  const std::size_t index = first_in_half();
  if (index == SlotBitmap::kNone || levels_[0][index].earliest_at > now) return false;
  constexpr std::uint64_t kWidth = std::uint64_t{1} << kOpen.bits;
  open_from_ = since_start(levels_[0][index].earliest_at) & ~(kWidth - 1);
  open_until_ = open_from_ + kWidth;
  set_guard();
  return true;
}

std::size_t TimingWheel::take_open(Instant now, std::span<Entry> out) {
  std::size_t taken = 0;
  while (taken < out.size() && open_.earliest_from(open_from_) <= now) {
    const std::size_t index = open_.occupied().first_from(0);
    EntryList& list = open_[index].entries;
    out[taken++] = pool_.pop(list);
    if (list.empty()) open_.mark_empty(index);
  }
  if (open_.occupied().empty()) {
    open_until_ = 0;
    set_guard();
  }
  return taken;
}

/// Moves the levels' halves on until `target` lies in the current half of each. False when the moves ran out before.
/// Precondition: nothing that waits is due before `target`.
bool TimingWheel::reach(Instant target, std::uint32_t& moves) {
  for (std::size_t level = kLevels - 1; level-- > 0;) {
    const std::uint64_t start = since_start(target) & ~(half_width(level) - 1);
    if (start < horizons_[level]) continue;
    for (std::size_t lower = 0; lower <= level; ++lower) horizons_[lower] = std::max(horizons_[lower], start);
    set_guard();
    if (!fill_half(level, moves)) return false;
    horizons_[level] += half_width(level);
    set_guard();
  }
  return true;
}

/// Lays the slot above that comes next out in the half of `level` that is not current. False when the moves ran out.
bool TimingWheel::fill_half(std::size_t level, std::uint32_t& moves) {
  WheelLevel& above = levels_[level + 1];
  return move_down(above, above.slot_of(horizons_[level]), levels_[level], moves);
}

/// Does now what a later call would have to do before it could take anything.
void TimingWheel::fill_ahead(std::uint32_t moves) {
  for (std::size_t level = 0; level + 1 < kLevels; ++level) {
    if (!fill_half(level, moves)) return;
  }
}

/// Moves entries of a slot to a finer level, oldest first. False when the moves ran out before the slot was empty.
bool TimingWheel::move_down(WheelLevel& from, std::size_t slot, WheelLevel& to, std::uint32_t& moves) {
  if (!from.occupied().test(slot)) return true;
  EntryList& list = from[slot].entries;
  std::uint32_t ahead = EntryPool::first_chunk(list);
  for (int chunk = 0; chunk < kChunksAhead; ++chunk) ahead = pool_.prefetch(ahead);
  while (moves > 0 && !list.empty()) {
    ahead = pool_.prefetch(ahead);
    const std::span<Entry> run = pool_.front_run(list);
    const auto count = std::min(static_cast<std::uint32_t>(run.size()), moves);
    for (const Entry& entry : run.first(count)) to.append(pool_, entry);
    pool_.drop_front(list, count);
    moves -= count;
  }
  if (!list.empty()) return false;
  from.mark_empty(slot);
  return true;
}

void TimingWheel::set_guard() {
  guard_ = is_open() ? open_until_ : half_start(0);
}

std::uint64_t TimingWheel::half_start(std::size_t level) const {
  return horizons_[level] - half_width(level);
}

/// The first slot in use of the lowest level's current half; kNone when none is.
std::size_t TimingWheel::first_in_half() const {
  const std::size_t start = levels_[0].slot_of(half_start(0));
  const std::size_t slot = levels_[0].occupied().first_from(start);
  return slot / kSlotsOfHalf == start / kSlotsOfHalf ? slot : SlotBitmap::kNone;
}

/// The slot in use behind `slot` in the same half; kNone when none is.
std::size_t TimingWheel::next_in_half(std::size_t slot) const {
  const std::size_t next = levels_[0].occupied().first_behind(slot);
  return next / kSlotsOfHalf == slot / kSlotsOfHalf ? next : SlotBitmap::kNone;
}

/// The earliest due time of what is not late. A slot that is being moved down still knows the earliest of all that was
/// in it, so the first slot of each level decides.
Instant TimingWheel::first_waiting() const {
  Instant first_at = open_.earliest_from(0);
  for (std::size_t level = 0; level < kLevels; ++level) {
    first_at = std::min(first_at, levels_[level].earliest_from(half_start(level)));
  }
  return first_at;
}

}  // namespace weir
