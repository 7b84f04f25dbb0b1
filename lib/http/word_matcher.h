// Which of a few fixed words a run of bytes spells, met one byte at a time: the words of HTTP/1 that decide where a
// message ends. Part of MessageScanner; two bytes of state, no copy of what it has seen.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string_view>

namespace weir {

/// The words, each a bit so that they form sets; their order is that of kSpelling.
enum class Keyword : std::uint8_t {
  kNone = 0,
  kHead = 1,
  kConnect = 2,
  kContentLength = 4,
  kTransferEncoding = 8,
  kChunked = 16,
};

[[nodiscard]] constexpr Keyword operator|(Keyword a, Keyword b) {
  return static_cast<Keyword>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

class WordMatcher {
 public:
  /// Starts a new run of bytes that may become one of `candidates`.
  constexpr void begin(Keyword candidates) {
    candidates_ = static_cast<std::uint8_t>(candidates);
    length_ = 0;
  }

  /// Takes the next byte of the run; compared as it is, so where case doesn't count it must come in lower case.
  constexpr void take(char c) {
    for (unsigned rest = candidates_; rest != 0; rest &= rest - 1) {
      const std::string_view word = kSpelling[static_cast<unsigned>(std::countr_zero(rest))];
      const unsigned bit = rest & ~(rest - 1);
      if (length_ >= word.size() || word[length_] != c) candidates_ = static_cast<std::uint8_t>(candidates_ & ~bit);
    }
    if (candidates_ != 0) ++length_;
  }

  /// Gives all candidates up: the run has become something else.
  constexpr void dismiss() { candidates_ = 0; }

  /// Whether the run has one byte, and may become nothing but this.
  [[nodiscard]] constexpr bool begins(Keyword word) const {
    return length_ == 1 && candidates_ == static_cast<std::uint8_t>(word);
  }

  /// Whether the run may still become one of the candidates.
  [[nodiscard]] constexpr bool possible() const { return candidates_ != 0; }

  /// The word that the run spells in full, or kNone.
  [[nodiscard]] constexpr Keyword whole() const {
    for (unsigned rest = candidates_; rest != 0; rest &= rest - 1) {
      const auto index = static_cast<unsigned>(std::countr_zero(rest));
      if (kSpelling[index].size() == length_) return static_cast<Keyword>(1U << index);
    }
    return Keyword::kNone;
  }

 private:
  static constexpr std::array<std::string_view, 5> kSpelling = {"HEAD", "CONNECT", "content-length",
                                                                "transfer-encoding", "chunked"};
  std::uint8_t candidates_ = 0;
  std::uint8_t length_ = 0;  // bytes of the run, while there are candidates
};

}  // namespace weir
