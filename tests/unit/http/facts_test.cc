// What the tracker tells a sink of requests, and when: whole heads, cut ones, and those of which something is lost.
#include <gtest/gtest.h>

#include <string>

#include "support/guarded_memory.h"
#include "unit/http/facts_sink.h"

namespace weir::test {
namespace {

constexpr std::string_view kThree =
    "GET /1?q HTTP/1.1\r\nHost: a.example\r\n\r\n"
    "POST /2 HTTP/1.1\r\nHost: b.example:81\r\nContent-Length: 4\r\n\r\nbody"
    "PUT http://c.example/3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x\r\nhi\r\n0\r\nHost: d\r\n\r\n"
    "\r\nDELETE /4 HTTP/1.1\r\n\r\n";
const Told kToldOfThree = {"GET /1 a.example", "POST /2 b.example", "PUT /3 c.example", "DELETE /4 "};

TEST(Facts, AreToldOnceARequestInOrder) {
  Telling telling(0);
  EXPECT_EQ(telling.client(kThree).requests, 4);
  EXPECT_EQ(telling.sink.told, kToldOfThree);
  EXPECT_EQ(telling.lost, 0);
}

TEST(Facts, AreToldHoweverTheHeadIsCut) {
  GuardedMemory memory(4'096);
  for (std::size_t first = 0; first < kThree.size(); ++first) {
    for (std::size_t second = first; second < kThree.size(); second += 7) {
      Telling telling;
      const auto bytes = std::as_bytes(std::span(kThree));
      telling.client(memory.place_at_end(bytes.first(first)));
      telling.client(memory.place_at_start(bytes.subspan(first, second - first)));
      telling.client(memory.place_at_end(bytes.subspan(second)));
      ASSERT_EQ(telling.sink.told, kToldOfThree) << first << ", " << second;
      ASSERT_EQ(telling.lost, 0);
      ASSERT_EQ(telling.store.in_use(), 0);
    }
  }
}

TEST(Facts, AreToldByteByByteInTheCallThatHoldsTheHeadsLastByte) {
  Telling telling;
  const std::string_view text = "POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n";
  for (const char& c : text) {
    EXPECT_TRUE(telling.sink.told.empty());
    telling.client(std::string_view(&c, 1));
    EXPECT_EQ(telling.store.in_use(), &c == &text.back() ? 0 : 1);
  }
  EXPECT_EQ(telling.sink.told, Told{"POST / "});
  telling.client("xx");
  EXPECT_EQ(telling.sink.told.size(), 1U);
}

TEST(Facts, AHeadInOnePieceTakesNoSlot) {
  Telling telling(0);
  for (int i = 0; i < 3; ++i) {
    telling.client("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    telling.server("HTTP/1.1 204 No Content\r\n\r\n");
  }
  EXPECT_EQ(telling.sink.told, (Told{"GET / a", "GET / a", "GET / a"}));
}

TEST(Facts, WithoutRoomACutHeadIsToldEmptyAndCounted) {
  Telling telling(0);
  telling.client("GET /1 HTTP/1.1\r\nHo");
  EXPECT_EQ(telling.lost, 0);
  telling.client("st: a\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(telling.sink.told, (Told{"  ", "GET /2 "}));
  EXPECT_EQ(telling.lost, 1);
}

TEST(Facts, OfAHeadLongerThanASlotWhatCameFirstIsTold) {
  for (const std::size_t cut : {5U, 20U, 2'000U, 2'600U, 4'000U}) {
    Telling telling;
    const std::string head =
        "GET /1 HTTP/1.1\r\nHost: a\r\nCookie: " + std::string(5'000, 'c') + "\r\n\r\nGET /2 HTTP/1.1\r\n\r\n";
    telling.client(std::string_view(head).substr(0, cut));
    telling.client(std::string_view(head).substr(cut));
    EXPECT_EQ(telling.sink.told, (Told{"GET /1 a", "GET /2 "}));
    EXPECT_EQ(telling.lost, 1);
    EXPECT_EQ(telling.store.in_use(), 0);
  }
  Telling late_host;
  late_host.client("GET /1 HTTP/1.1\r\nCookie: " + std::string(4'000, 'c'));
  late_host.client("\r\nHost: a\r\n\r\n");
  EXPECT_EQ(late_host.sink.told, Told{"GET /1 "});
  EXPECT_EQ(late_host.lost, 1);
}

TEST(Facts, OfAHeadThatBeganWithoutASinkNothingIsTold) {
  Telling telling;
  const std::string_view begin = "GET /1 HTTP/1.1\r\n";
  telling.tracker.on_client(std::as_bytes(std::span(begin)), nullptr, &telling.store);
  telling.client("\r\nGET /2 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(telling.sink.told, (Told{"  ", "GET /2 "}));
  EXPECT_EQ(telling.lost, 1);
}

TEST(Facts, OfARequestThatIsAnsweredBeforeItsHeadIsCompleteNothingIsTold) {
  Telling telling;
  telling.client("GET /1 HTTP/1.1\r\n");
  telling.server("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
  telling.client("\r\nGET /2 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(telling.sink.told, Told{"GET /2 "});
  EXPECT_EQ(telling.store.in_use(), 0);
}

TEST(Facts, HeadsThatComeToNothingGiveTheirSlotBack) {
  Telling other;
  other.client("GET /");
  EXPECT_EQ(other.store.in_use(), 1);
  other.client(" what\r\n");
  EXPECT_EQ(other.tracker.protocol(), Protocol::kOther);
  EXPECT_EQ(other.store.in_use(), 0);

  Telling broken;
  broken.client("GET / HTTP/1.1\r\nContent-Len");
  EXPECT_EQ(broken.store.in_use(), 1);
  broken.client("gth: x\r\n\r\n");
  EXPECT_EQ(broken.store.in_use(), 0);

  Telling gap;
  gap.client("GET / HTTP/1.1\r\nContent-Len");
  gap.tracker.lose_client_sync();
  gap.client("x");
  EXPECT_EQ(gap.store.in_use(), 0);

  Telling early_gap;
  early_gap.client("GET / HT");
  early_gap.tracker.lose_client_sync();
  early_gap.client("GET /2 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(early_gap.store.in_use(), 0);
  EXPECT_EQ(early_gap.sink.told, Told{"GET /2 "});

  Telling server_broke;
  server_broke.client("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n");
  server_broke.server("nonsense");
  server_broke.client("\r\n");
  EXPECT_EQ(server_broke.store.in_use(), 0);

  Telling closed;
  closed.client("GET / HTTP/1.1\r\n");
  closed.tracker.give_up_facts(closed.store);
  EXPECT_EQ(closed.store.in_use(), 0);
  closed.tracker.give_up_facts(closed.store);
  EXPECT_EQ(closed.store.in_use(), 0);
}

TEST(Facts, NothingIsToldOfTurns) {
  Telling telling;
  telling.client("GET /1 HTTP/1.1\r\n\r\n");
  telling.server("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  telling.client("GET /2 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(telling.sink.told, Told{"GET /1 "});
}

TEST(Facts, AreToldAgainWhereReadingBeginsAnew) {
  Telling telling;
  telling.client("GET /1 HTTP/1.1\r\n\r\n");
  telling.tracker.lose_server_sync();
  telling.server("x");
  telling.client("GET /2 HTTP/1.1\r\nHo");
  telling.client("st: b\r\n\r\n");
  EXPECT_EQ(telling.sink.told, (Told{"GET /1 ", "GET /2 b"}));
  EXPECT_EQ(telling.lost, 0);
}

TEST(Seen, SaysWhereTheFirstRequestAndResponseBegin) {
  Telling telling;
  EXPECT_EQ(telling.client("\r\n\r\nGET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\nP").request_at, 4);
  EXPECT_EQ(telling.client("OST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nxx\r\nGET / HTTP/1.1\r\n\r\n").request_at, 41);
  const Seen first = telling.server("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(first.responses, 1);
  EXPECT_EQ(first.response_at, 25);
  EXPECT_EQ(telling.server("abcHTTP/1.1 204 No Content\r\n\r\n").response_at, 3);
  EXPECT_EQ(telling.server("\r\nHTTP").response_at, 2);
  const Seen last = telling.server("/1.1 204 No Content\r\n\r\nnonsense");
  EXPECT_EQ(last.responses, 1);
  EXPECT_EQ(last.response_at, 23);

  Telling cut;
  cut.client("GET / HTTP");
  const Seen known = cut.client("/1.1\r\n");
  EXPECT_EQ(known.requests, 1);
  EXPECT_EQ(known.request_at, 0);
}

}  // namespace
}  // namespace weir::test
