// What was handed over behind holes: lists of one size in memory that is handed in, one store a worker. A connection
// takes a list only while one of its directions has holes, so few lists serve many connections. Nothing is allocated;
// memory is touched when a list is first used. Worker's thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

/// Sequence numbers from begin on, up to but without end.
struct Piece {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Pieces of one direction, in order, with a hole before each of them.
struct PieceList {
  static constexpr std::size_t kMost = 15;

  std::array<Piece, kMost> pieces;
  std::uint32_t count;
  std::uint32_t next_free;  // of a list that was given back

  /// Adds a piece, as one with all that it touches. Where there is no room the furthest is forgotten.
  void add(Piece piece);
  /// Takes the pieces out that have no hole before them any more; the end of what is whole then, at least `end`.
  [[nodiscard]] std::uint32_t take_reached(std::uint32_t end);
};
static_assert(sizeof(PieceList) == 128);

class PieceStore {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;  // no list

  /// Bytes of memory for so many lists.
  [[nodiscard]] static constexpr std::size_t bytes_for(std::size_t lists) { return lists * sizeof(PieceList); }

  /// @param memory aligned for a std::uint32_t, outlives the store. As many lists as fit in it.
  explicit PieceStore(std::span<std::byte> memory);

  /// Adds a piece to a list, which is taken first if the number is kNone. Without a free one the piece is forgotten.
  void add(std::uint32_t& number, Piece piece);
  /// As PieceList::take_reached; a list that is empty then goes back.
  [[nodiscard]] std::uint32_t take_reached(std::uint32_t& number, std::uint32_t end);
  /// Gives a list back, if there is one; the number becomes kNone.
  void give_back(std::uint32_t& number);

  [[nodiscard]] std::uint32_t in_use() const { return in_use_; }

 private:
  PieceList* lists_;
  std::uint32_t list_count_;
  std::uint32_t untouched_ = 0;       // lists from here on were never used
  std::uint32_t first_free_ = kNone;  // of those that were given back
  std::uint32_t in_use_ = 0;
};

}  // namespace weir
