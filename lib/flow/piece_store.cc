#include "flow/piece_store.h"

#include <algorithm>

#include "flow/sequence.h"

namespace weir {

void PieceList::add(Piece piece) {
  std::array<Piece, kMost + 1> all{};
  std::size_t kept = 0;
  bool placed = false;
  for (const Piece& known : std::span(pieces).first(count)) {
    if (sequence_after(piece.begin, known.end)) {
      all[kept++] = known;
    } else if (sequence_after(known.begin, piece.end)) {
      if (!placed) all[kept++] = piece;
      placed = true;
      all[kept++] = known;
    } else {
      if (sequence_after(piece.begin, known.begin)) piece.begin = known.begin;
      if (sequence_after(known.end, piece.end)) piece.end = known.end;
    }
  }
  if (!placed) all[kept++] = piece;
  count = static_cast<std::uint32_t>(std::min(kept, kMost));
  std::copy_n(all.begin(), count, pieces.begin());
}

std::uint32_t PieceList::take_reached(std::uint32_t end) {
  std::size_t reached = 0;
  while (reached < count && !sequence_after(pieces[reached].begin, end)) {
    const std::uint32_t further = pieces[reached++].end;
    if (sequence_after(further, end)) end = further;
  }
  std::copy(pieces.begin() + static_cast<std::ptrdiff_t>(reached), pieces.begin() + count, pieces.begin());
  count -= static_cast<std::uint32_t>(reached);
  return end;
}

PieceStore::PieceStore(std::span<std::byte> memory)
    : lists_(reinterpret_cast<PieceList*>(memory.data())),
      list_count_(static_cast<std::uint32_t>(memory.size() / sizeof(PieceList))) {}

void PieceStore::add(std::uint32_t& number, Piece piece) {
  if (number == kNone) {
    if (first_free_ != kNone) {
      number = first_free_;
      first_free_ = lists_[number].next_free;
    } else if (untouched_ < list_count_) {
      number = untouched_++;
    } else {
      return;
    }
    lists_[number].count = 0;
    ++in_use_;
  }
  lists_[number].add(piece);
}

std::uint32_t PieceStore::take_reached(std::uint32_t& number, std::uint32_t end) {
  if (number == kNone) return end;
  end = lists_[number].take_reached(end);
  if (lists_[number].count == 0) give_back(number);
  return end;
}

void PieceStore::give_back(std::uint32_t& number) {
  if (number == kNone) return;
  lists_[number].next_free = first_free_;
  first_free_ = number;
  number = kNone;
  --in_use_;
}

}  // namespace weir
