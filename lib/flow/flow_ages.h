// Who of a table's flows has been silent longest: for each second of the last 1024, and for all before, a list of the
// flows that were linked for it; once for flows that live and once for those that ended. Linked by 32-bit slot numbers
// in memory that is handed in.
//
// A frame touches nothing of this: it writes last_seen in a line it has in hand. A list's second is therefore a lower
// bound of its flows' last_seen, and whoever takes the oldest compares, and puts back at its place what has been seen
// since. What is left is the oldest of all, for nobody can be older than the list that they are in. Part of FlowTable.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

class FlowAges {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;
  static constexpr std::uint32_t kSeconds = 1024;  // told apart; longer than any flow is kept where room is short

  enum class Kind : std::uint8_t { kLiving, kEnded };

  /// Bytes that the lists of `flows` slots need.
  [[nodiscard]] static constexpr std::size_t bytes_for(std::uint32_t flows) {
    return (flows + std::size_t{kLists}) * sizeof(Node);
  }

  /// @param memory at least bytes_for(flows), aligned for a 32-bit number; must outlive this. @param flows up to 2^30.
  FlowAges(std::span<std::byte> memory, std::uint32_t flows);

  /// Makes a slot the last of those of a kind and a second (of the run, below 2^31), wherever it was before. Takes at
  /// most kSeconds steps more than usual: when that much time went by since the last call.
  void put(std::uint32_t slot, Kind kind, std::uint32_t second);

  /// Takes a slot out of the list it is in, if it is in any.
  void remove(std::uint32_t slot);

  /// The first slot of a kind's oldest list that is not empty, or kNone. Takes at most kSeconds steps, of 12 bytes each
  /// in a row; few, for where it ended is remembered.
  [[nodiscard]] std::uint32_t oldest(Kind kind);

  /// What a slot was put with last; means nothing of one in no list.
  [[nodiscard]] Kind kind_of(std::uint32_t slot) const { return static_cast<Kind>(nodes_[slot].kind); }
  [[nodiscard]] std::uint32_t second_of(std::uint32_t slot) const { return nodes_[slot].second; }

  /// The latest second that anything was put with.
  [[nodiscard]] std::uint32_t newest() const { return newest_; }

 private:
  static constexpr std::uint32_t kListsAKind = kSeconds + 1;  // the last one: all seconds before
  static constexpr std::uint32_t kLists = 2 * kListsAKind;

  /// A slot's, or a list's own: its lists are rings through a node that stands for no slot, behind those of all slots.
  /// A node in no list is a ring of its own.
  struct Node {
    std::uint32_t older = 0;
    std::uint32_t newer = 0;
    std::uint32_t second : 31 = 0;
    std::uint32_t kind : 1 = 0;
  };
  static_assert(sizeof(Node) == 12);

  void advance(std::uint32_t second);
  void splice_to_old(Kind kind, std::uint32_t second);
  void join(std::uint32_t older, std::uint32_t newer);
  [[nodiscard]] std::uint32_t old_list(Kind kind) const {
    return flows_ + static_cast<std::uint32_t>(kind) * kListsAKind + kSeconds;
  }
  [[nodiscard]] std::uint32_t list_of(Kind kind, std::uint32_t second) const {
    return flows_ + static_cast<std::uint32_t>(kind) * kListsAKind + second % kSeconds;
  }
  [[nodiscard]] bool is_old(std::uint32_t second) const { return newest_ >= kSeconds && second <= newest_ - kSeconds; }
  [[nodiscard]] bool empty(std::uint32_t list) const { return nodes_[list].newer == list; }

  Node* nodes_;
  std::uint32_t flows_;
  std::uint32_t newest_ = 0;
  std::array<std::uint32_t, 2> begin_at_{};  // by kind: no list of a second before this one holds anything, but the old
};

}  // namespace weir
