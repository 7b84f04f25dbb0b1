#include "unit/http/conversation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace weir::test {
namespace {

constexpr std::size_t kStatusBytes = 12;  // up to the last digit of a status

Step parse(From from, std::string_view text) {
  Step step{.from = from, .bytes = {}, .marks = {}, .interim_marks = {}, .whole_to = 0};
  for (const char c : text) {
    if (c == '|') {
      step.marks.push_back(step.bytes.size());
    } else if (c == '~') {
      step.interim_marks.push_back(step.bytes.size());
    } else {
      step.bytes.push_back(c);
    }
  }
  return step;
}

std::size_t count_between(const std::vector<std::size_t>& marks, std::size_t begin, std::size_t end) {
  return static_cast<std::size_t>(
      std::count_if(marks.begin(), marks.end(), [&](std::size_t mark) { return mark >= begin && mark < end; }));
}

/// Plays one conversation and keeps what the marks alone can't tell: whether the protocol is known, and whether an
/// interim response that was cut early stands in for the final one.
class Player {
 public:
  explicit Player(const Feed& hand_over) : hand_over_(hand_over) {}

  void play(const Step& step, const Cuts& cuts) {
    std::size_t begin = 0;
    for (const std::size_t cut : cuts) {
      if (cut < step.whole_to) continue;
      play_piece(step, begin, cut);
      begin = cut;
    }
    play_piece(step, begin, step.bytes.size());
  }

  [[nodiscard]] const ExchangeTracker& tracker() const { return tracker_; }

 private:
  void play_piece(const Step& step, std::size_t begin, std::size_t end) {
    SCOPED_TRACE("bytes " + std::to_string(begin) + " to " + std::to_string(end) + " of " + step.bytes);
    const bool was_known = tracker_.is_http();
    const auto piece = std::as_bytes(std::span(step.bytes)).subspan(begin, end - begin);
    const Seen seen = hand_over_(tracker_, step.from, piece);
    if (step.from == From::kClient) {
      EXPECT_EQ(seen.requests, requests_in(step, begin, end, was_known));
      EXPECT_EQ(seen.responses, 0);
    } else {
      EXPECT_EQ(seen.requests, 0);
      EXPECT_EQ(seen.responses, responses_in(step, begin, end));
    }
  }

  /// The connection's first request counts in the piece by which the protocol becomes known, which may be a later one.
  std::size_t requests_in(const Step& step, std::size_t begin, std::size_t end, bool was_known) {
    waiting_ += count_between(step.marks, begin, end);
    if (!was_known && !tracker_.is_http()) return 0;
    return std::exchange(waiting_, 0);
  }

  std::size_t responses_in(const Step& step, std::size_t begin, std::size_t end) {
    std::size_t responses = count_between(step.marks, begin, end);
    if (responses > 0 && stands_in_) {
      --responses;
      stands_in_ = false;
    }
    const bool cut_early = std::any_of(step.interim_marks.begin(), step.interim_marks.end(), [&](std::size_t mark) {
      return mark >= begin && mark < end && end < mark + kStatusBytes;
    });
    if (!cut_early || stands_in_) return responses;
    stands_in_ = true;
    return responses + 1;
  }

  const Feed& hand_over_;
  bool stands_in_ = false;
  std::size_t waiting_ = 0;
  ExchangeTracker tracker_;
};

}  // namespace

Step client(std::string_view text) {
  return parse(From::kClient, text);
}
Step server(std::string_view text) {
  return parse(From::kServer, text);
}

Step client_line(std::string_view text) {
  Step step = client(text);
  step.whole_to = step.bytes.find('\n') + 1;
  return step;
}

Seen feed(ExchangeTracker& tracker, From from, std::span<const std::byte> bytes) {
  return from == From::kClient ? tracker.on_client(bytes) : tracker.on_server(bytes);
}

void expect_marked_counts(const Conversation& conversation, const Cutter& cutter, const Feed& hand_over) {
  Player player(hand_over);
  for (std::size_t i = 0; i < conversation.steps.size(); ++i) {
    SCOPED_TRACE(conversation.name + ", step " + std::to_string(i));
    const Step& step = conversation.steps[i];
    player.play(step, cutter(i, step.bytes.size()));
  }
  EXPECT_EQ(player.tracker().protocol(), conversation.protocol) << conversation.name;
}

}  // namespace weir::test
