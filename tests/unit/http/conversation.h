// A conversation as text, with marks where exchanges begin, and what a tracker must say of each piece of it however
// it is cut. Used by the tests of http/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <ostream>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/exchange_tracker.h"

namespace weir::test {

enum class From : std::uint8_t { kClient, kServer };

/// What one end says before the other end answers. In `text`, '|' stands before the first byte of what counts (a
/// request where the client speaks, a final response where the server does) and '~' before that of an interim one.
struct Step {
  From from;
  std::string bytes;
  std::vector<std::size_t> marks;          // offsets of what counts
  std::vector<std::size_t> interim_marks;  // offsets of interim responses
  std::size_t whole_to = 0;                // never cut before this offset
};

[[nodiscard]] Step client(std::string_view text);
[[nodiscard]] Step server(std::string_view text);
/// A client's step whose first line is never cut.
[[nodiscard]] Step client_line(std::string_view text);

struct Conversation {
  std::string name;
  Protocol protocol;
  std::vector<Step> steps;
};

/// How googletest names a conversation.
inline void PrintTo(const Conversation& conversation, std::ostream* out) {
  *out << conversation.name;
}

/// Every conversation that the tracker must get right.
[[nodiscard]] std::vector<Conversation> conversations();

/// Offsets of one step at which it is cut; the step's ends are implied.
using Cuts = std::set<std::size_t>;
/// Where to cut a step: a function of its index and its length.
using Cutter = std::function<Cuts(std::size_t step, std::size_t length)>;
/// Hands bytes over to whoever is tested, perhaps by way of another place in memory.
using Feed = std::function<Seen(ExchangeTracker&, From, std::span<const std::byte>)>;

[[nodiscard]] Seen feed(ExchangeTracker& tracker, From from, std::span<const std::byte> bytes);

inline unsigned requests_in(ExchangeTracker& tracker, std::string_view text) {
  return feed(tracker, From::kClient, std::as_bytes(std::span(text))).requests;
}
inline unsigned responses_in(ExchangeTracker& tracker, std::string_view text) {
  return feed(tracker, From::kServer, std::as_bytes(std::span(text))).responses;
}

/// Plays the whole conversation in the pieces that `cutter` makes, and expects each piece's counts to be those of the
/// marks inside it (exchange_tracker.h says which piece counts where a start line is cut).
void expect_marked_counts(const Conversation& conversation, const Cutter& cutter, const Feed& hand_over = feed);

}  // namespace weir::test
