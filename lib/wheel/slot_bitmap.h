// Which slots of one level hold entries: a bit a slot and a bit a word, so that the next one is found by two looks.
// One worker's thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace weir {

class SlotBitmap {
 public:
  static constexpr std::size_t kCapacity = 64 * 64;
  static constexpr std::size_t kNone = kCapacity;

  void set(std::size_t slot) {
    words_[slot / 64] |= bit(slot);
    used_words_ |= bit(slot / 64);
  }

  void clear(std::size_t slot) {
    words_[slot / 64] &= ~bit(slot);
    if (words_[slot / 64] == 0) used_words_ &= ~bit(slot / 64);
  }

  [[nodiscard]] bool test(std::size_t slot) const { return (words_[slot / 64] & bit(slot)) != 0; }
  [[nodiscard]] bool empty() const { return used_words_ == 0; }

  /// The first slot in use at or behind `from`, going round behind the last; kNone when none is. Constant time.
  [[nodiscard]] std::size_t first_from(std::size_t from) const {
    if (test(from)) return from;
    const std::size_t behind = first_behind(from);
    if (behind != kNone || empty()) return behind;
    return lowest(used_words_) * 64 + lowest(words_[lowest(used_words_)]);
  }

  /// The first slot in use behind `slot`, not going round; kNone when none is. Constant time.
  [[nodiscard]] std::size_t first_behind(std::size_t slot) const {
    const std::size_t word = slot / 64;
    const std::uint64_t here = words_[word] & (~std::uint64_t{1} << (slot % 64));
    if (here != 0) return word * 64 + lowest(here);
    const std::uint64_t behind = used_words_ & (~std::uint64_t{1} << word);
    return behind == 0 ? kNone : lowest(behind) * 64 + lowest(words_[lowest(behind)]);
  }

 private:
  [[nodiscard]] static constexpr std::uint64_t bit(std::size_t position) { return std::uint64_t{1} << (position % 64); }
  [[nodiscard]] static constexpr std::size_t lowest(std::uint64_t bits) {
    return static_cast<std::size_t>(std::countr_zero(bits));
  }

  std::array<std::uint64_t, 64> words_{};
  std::uint64_t used_words_ = 0;
};

}  // namespace weir
