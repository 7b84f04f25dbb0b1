// The timing wheel: finds what is due. Entries are tokens keyed by an exact instant.
// Contract: never early; all that is due by `now` comes out, ordered by due time and first-in first-out among equals;
// work a call is bounded by what the caller takes and resumable; the next due time is exact and found by bitmap.
// Memory is handed in; nothing is allocated later. One worker's thread.
//
// How: levels of slots, each slot a first-in first-out list. A slot of the lowest level is 128 ns wide; each level is a
// ring of two halves, and a half is as wide as one slot of the level above. The current half of a level holds what is
// due soon; the other half is filled ahead of time, a few entries a call, from the one slot above that comes next, so
// that time finds it laid out. A slot of the lowest level is sorted when it is due: in place while it is one chunk,
// otherwise over 128 lists of one nanosecond each. Every step keeps equal due times in the order of their arrival.
// Entries due before the current half of the lowest level (they were late when they came) wait in sorted runs.
//
// Measured in bench/micro/timing_wheel_bench.cc; the idea of hashed and hierarchical wheels is Varghese and Lauck's
// (SOSP 1987).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "wheel/entry_pool.h"
#include "wheel/late_runs.h"
#include "wheel/wheel_level.h"

namespace weir {

class TimingWheel {
 public:
  using Entry = WheelEntry;

  /// Entries that one call of expire() moves between levels at most before it takes them (and then, ahead of need, 32
  /// and two for each that it took): some tens of microseconds of work. The limit is only met when time leaps over a
  /// slot with thousands of entries that earlier calls had no time to lay out.
  static constexpr std::uint32_t kMovesPerCall = 4096;

  /// Most entries that a wheel can be made for (positions in the pool are 32 bits).
  static constexpr std::uint32_t kMaxEntries = std::uint32_t{1} << 31;

  /// Bytes for a wheel that accepts `entries` entries whatever their due times: 16.5 an entry, 186 KiB of slots, and
  /// room for two half-filled chunks in every slot, but at most one chunk (132) an entry. 18.7 an entry at 1.49
  /// million.
  [[nodiscard]] static std::size_t bytes_for(std::uint32_t entries);

  /// @param memory at least bytes_for(entries), 64-byte aligned; must outlive the wheel. Every page of it is touched
  /// here.
  /// @param entries at most kMaxEntries.
  TimingWheel(std::span<std::byte> memory, std::uint32_t entries);
  TimingWheel(const TimingWheel&) = delete;
  TimingWheel& operator=(const TimingWheel&) = delete;

  /// Adds an entry; a due time that has passed comes out at the next expire. False (nothing done) when it is full.
  /// Constant time; amortized O(log n) for entries that are late by more than a quarter of a millisecond.
  /// @param due_at from 0 to before Instant::never().
  [[nodiscard]] bool insert(Instant due_at, std::uint64_t token);

  /// Moves up to out.size() entries with due_at <= now into `out` and returns how many. `now` never goes back.
  /// A return value below out.size() means that nothing more is due, or that kMovesPerCall was reached:
  /// next_due() <= now tells, and the next call goes on.
  [[nodiscard]] std::size_t expire(Instant now, std::span<Entry> out);

  /// The earliest due time in the wheel; Instant::never() when it is empty.
  [[nodiscard]] Instant next_due() const;

  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t kLevels = 6;

  void insert_near(Entry entry);
  void place(Entry entry);

  std::size_t take_late(Instant now, std::span<Entry> out);
  std::size_t take_open(Instant now, std::span<Entry> out);
  std::size_t take_small_slots(Instant now, std::span<Entry> out);
  std::size_t take_part(WheelSlot& slot, Instant now, std::span<Entry> out);
  std::size_t take_laid_out(Instant now, std::span<Entry> out, std::uint32_t& moves);

  bool open_slot(Instant now);
  bool reach(Instant target, std::uint32_t& moves);
  bool fill_half(std::size_t level, std::uint32_t& moves);
  void fill_ahead(std::uint32_t moves);
  bool move_down(WheelLevel& from, std::size_t slot, WheelLevel& to, std::uint32_t& moves);
  void set_guard();

  [[nodiscard]] std::uint64_t half_start(std::size_t level) const;
  [[nodiscard]] std::size_t first_in_half() const;
  [[nodiscard]] std::size_t next_in_half(std::size_t slot) const;
  [[nodiscard]] Instant first_waiting() const;
  [[nodiscard]] bool is_open() const { return open_until_ != 0; }

  // Nanoseconds since the start, unsigned so that the end of time, 2^63, is a horizon like any other.
  std::uint64_t guard_ = 0;  // what is due before it takes the careful way in
  /// Ends of the levels' current halves, never falling from level to level.
  std::array<std::uint64_t, kLevels> horizons_{};
  std::uint64_t open_from_ = 0;   // the slot being sorted over the one-nanosecond lists
  std::uint64_t open_until_ = 0;  // 0: none is
  std::size_t size_ = 0;
  std::size_t capacity_;
  EntryPool pool_;
  std::array<WheelLevel, kLevels> levels_;
  WheelLevel open_;  // a list a nanosecond of the open slot
  LateRuns late_;
};

}  // namespace weir
