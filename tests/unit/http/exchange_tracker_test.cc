#include "http/exchange_tracker.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <random>

#include "unit/http/conversation.h"

namespace weir::test {
namespace {

Cuts every_byte(std::size_t length) {
  Cuts cuts;
  for (std::size_t at = 1; at < length; ++at) cuts.insert(at);
  return cuts;
}

Cuts random_cuts(std::mt19937& random, std::size_t length) {
  Cuts cuts;
  for (std::size_t n = random() % 8; n > 0 && length > 1; --n) cuts.insert(1 + random() % (length - 1));
  return cuts;
}

/// One page of memory that ends where the next one can't be touched.
class GuardedPage {
 public:
  GuardedPage()
      : size_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))),
        pages_(mmap(nullptr, 2 * size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {
    mprotect(begin() + size_, size_, PROT_NONE);
  }
  ~GuardedPage() { munmap(pages_, 2 * size_); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;

  /// A copy of the bytes whose last one is the last that can be touched.
  [[nodiscard]] std::span<const std::byte> at_the_end(std::span<const std::byte> bytes) const {
    std::byte* const copy = begin() + size_ - bytes.size();
    std::copy(bytes.begin(), bytes.end(), copy);
    return {copy, bytes.size()};
  }
  /// Bytes of which not one can be touched.
  [[nodiscard]] std::span<const std::byte> untouchable() const { return {begin() + size_, size_}; }

 private:
  [[nodiscard]] std::byte* begin() const { return static_cast<std::byte*>(pages_); }

  std::size_t size_;
  void* pages_;
};

class ConversationTest : public testing::TestWithParam<Conversation> {};

TEST_P(ConversationTest, Whole) {
  expect_marked_counts(GetParam(), [](std::size_t, std::size_t) { return Cuts{}; });
}

TEST_P(ConversationTest, CutBehindEveryByte) {
  expect_marked_counts(GetParam(), [](std::size_t, std::size_t length) { return every_byte(length); });
}

TEST_P(ConversationTest, CutOnceAtEachPlace) {
  const Conversation& conversation = GetParam();
  for (std::size_t cut_step = 0; cut_step < conversation.steps.size(); ++cut_step) {
    const std::size_t length = std::min<std::size_t>(conversation.steps[cut_step].bytes.size(), 300);
    for (std::size_t at = 1; at < length; ++at) {
      expect_marked_counts(conversation,
                           [&](std::size_t step, std::size_t) { return step == cut_step ? Cuts{at} : Cuts{}; });
    }
  }
}

TEST_P(ConversationTest, CutAtRandomWithNothingReadableBehindThePieces) {
  const GuardedPage page;
  std::mt19937 random(20260101);
  for (int round = 0; round < 200; ++round) {
    expect_marked_counts(
        GetParam(),
        [&](std::size_t, std::size_t length) {
          Cuts cuts = random_cuts(random, length);
          for (std::size_t at = 2048; at < length; at += 2048) cuts.insert(at);  // each piece fits into the page
          return cuts;
        },
        [&](ExchangeTracker& tracker, From from, std::span<const std::byte> bytes) {
          return feed(tracker, from, page.at_the_end(bytes));
        });
  }
}

INSTANTIATE_TEST_SUITE_P(All, ConversationTest, testing::ValuesIn(conversations()), [](const auto& tested) {
  std::string name = tested.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

TEST(ExchangeTracker, NeverLooksAtABody) {
  const GuardedPage page;
  const std::string length = std::to_string(page.untouchable().size());
  ExchangeTracker tracker;
  EXPECT_EQ(requests_in(tracker, "POST / HTTP/1.1\r\nContent-Length: " + length + "\r\n\r\n"), 1);
  EXPECT_EQ(tracker.on_client(page.untouchable()).requests, 0);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n"), 1);
  EXPECT_EQ(tracker.on_server(page.untouchable()).responses, 0);
}

TEST(ExchangeTracker, NeverLooksAtATunnelNorAtAnUnknownProtocol) {
  const GuardedPage page;
  ExchangeTracker tunnel;
  EXPECT_EQ(requests_in(tunnel, "CONNECT a:1 HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tunnel, "HTTP/1.1 200 OK\r\n\r\n"), 1);
  EXPECT_EQ(tunnel.on_client(page.untouchable()).requests, 1);
  EXPECT_EQ(tunnel.on_server(page.untouchable()).responses, 1);

  ExchangeTracker other;
  EXPECT_EQ(requests_in(other, "\x7f"), 0);
  EXPECT_EQ(other.on_client(page.untouchable()).requests, 0);
  EXPECT_EQ(other.on_server(page.untouchable()).responses, 0);
}

TEST(ExchangeTracker, AnEmptyPieceSaysNothing) {
  ExchangeTracker tracker;
  EXPECT_EQ(requests_in(tracker, ""), 0);
  EXPECT_EQ(responses_in(tracker, ""), 0);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tracker, ""), 0);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 204 No Content\r\n\r\n"), 1);
}

TEST(ExchangeTracker, TheFirstRequestCountsWithTheEndOfItsLineAndLaterOnesWithTheirFirstByte) {
  ExchangeTracker tracker;
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r"), 0);
  EXPECT_FALSE(tracker.is_http());
  EXPECT_EQ(requests_in(tracker, "\n"), 1);
  EXPECT_TRUE(tracker.is_http());
  EXPECT_EQ(requests_in(tracker, "\r\nG"), 1);
  EXPECT_EQ(requests_in(tracker, "ET / HTTP/1.1\r\n\r\n"), 0);
}

TEST(ExchangeTracker, AStatusCutBeforeItsLastDigitCountsAtOnceAndOnlyOnce) {
  ExchangeTracker tracker;
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tracker, "H"), 1);
  EXPECT_EQ(responses_in(tracker, "TTP/1.1 10"), 0);
  EXPECT_EQ(responses_in(tracker, "3 Early Hints\r\n\r\n"), 0);  // it was interim: it stands in for the final one
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 204 No Content\r\n\r\n"), 0);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 103"), 0);  // known to be interim
  EXPECT_EQ(responses_in(tracker, " Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), 1);
}

TEST(ExchangeTracker, RemembersAnyNumberOfPlainRequestsAndWhichOfTheFirst32AreHeads) {
  ExchangeTracker tracker;
  for (int i = 0; i < 31; ++i) EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(requests_in(tracker, "HEAD / HTTP/1.1\r\n\r\n"), 1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  for (int i = 0; i < 31; ++i) EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"), 1);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"), 1);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"), 1);
}

TEST(ExchangeTracker, GoesByTurnsFromAHeadBehindMoreThan32UnansweredRequests) {
  ExchangeTracker tracker;
  for (int i = 0; i < 32; ++i) EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(requests_in(tracker, "HEAD / HTTP/1.1\r\n\r\n"), 1);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 0);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"), 1);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP/1.1\r\n\r\n"), 1);
}

}  // namespace
}  // namespace weir::test
