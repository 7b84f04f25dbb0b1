// What the tracker makes of bytes that are missing: what it can bridge, what it loses, and where it finds its way
// again.
#include <gtest/gtest.h>

#include <string>

#include "http/exchange_tracker.h"
#include "unit/http/conversation.h"

namespace weir::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\n\r\n";
constexpr std::string_view kNoContent = "HTTP/1.1 204 No Content\r\n\r\n";

std::string twice(std::string_view text) {
  return std::string(text) + std::string(text);
}

/// Two requests in one piece and two responses in one piece count as such, so messages are read.
void expect_in_step(ExchangeTracker& tracker) {
  EXPECT_EQ(requests_in(tracker, twice(kGet)), 2);
  EXPECT_EQ(responses_in(tracker, twice(kNoContent)), 2);
  EXPECT_TRUE(tracker.reads_messages());
}

ExchangeTracker after(std::string_view client, std::string_view server) {
  ExchangeTracker tracker;
  static_cast<void>(requests_in(tracker, client));
  static_cast<void>(responses_in(tracker, server));
  return tracker;
}

TEST(Resync, MissingBytesOfEitherEndMakeItGoByTurnsUntilACleanRequest) {
  for (const bool of_client : {true, false}) {
    ExchangeTracker tracker = after(kGet, "");
    of_client ? tracker.lose_client_sync() : tracker.lose_server_sync();
    EXPECT_EQ(tracker.protocol(), Protocol::kHttp1);
    EXPECT_EQ(responses_in(tracker, "ngth: 1\r\n\r\n"), 1);  // the first payload since the request
    EXPECT_EQ(responses_in(tracker, kNoContent), 0);
    EXPECT_EQ(requests_in(tracker, "field: x\r\n\r\n" + twice(kGet)), 1);
    EXPECT_EQ(responses_in(tracker, "anything"), 1);
    EXPECT_FALSE(tracker.reads_messages());
    expect_in_step(tracker);
  }
}

TEST(Resync, BytesMissingBehindAResponsesBeginDoNotCountItAgain) {
  ExchangeTracker tracker = after(kGet, "HTTP/1");
  tracker.lose_server_sync();
  EXPECT_EQ(responses_in(tracker, "of the body"), 0);
  EXPECT_EQ(requests_in(tracker, "GET"), 1);
}

TEST(Resync, OnlyATurnThatBeginsWithAWholeRequestLineIsClean) {
  for (const std::string_view unclean :
       {"GET / HTTP/1.1", "GET / HTTP/1.1\r", "GET /\r\n", "EAD / HTTP/1.1\r\n\r\n", "get / HTTP/1.1\r\n\r\n",
        " GET / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET", "\r\n", "x"}) {
    ExchangeTracker tracker = after(kGet, "");
    tracker.lose_server_sync();
    EXPECT_EQ(responses_in(tracker, "x"), 1);
    EXPECT_EQ(requests_in(tracker, unclean), 1);
    EXPECT_FALSE(tracker.reads_messages()) << unclean;
  }
  for (const std::string_view clean : {"GET / HTTP/1.1\r\n", "\r\nPOST /a?b HTTP/1.0\n", "CONNECT a:1 HTTP/1.1\r\nHo",
                                       "OPTIONS * HTTP/1.1\r\n\r\n", "MKCALENDAR http://a/b HTTP/1.1\r\n\r\n"}) {
    ExchangeTracker tracker = after(kGet, "");
    tracker.lose_server_sync();
    EXPECT_EQ(responses_in(tracker, "x"), 1);
    EXPECT_EQ(requests_in(tracker, clean), 1);
    EXPECT_TRUE(tracker.reads_messages()) << clean;
  }
}

TEST(Resync, ARequestInTheMiddleOfAClientsTurnIsNoBeginning) {
  ExchangeTracker tracker = after("POST / HTTP/1.1\r\nContent-Length: 99", "");
  tracker.lose_client_sync();
  EXPECT_EQ(requests_in(tracker, kGet), 0);  // may as well be the body's
  EXPECT_FALSE(tracker.reads_messages());
}

TEST(Resync, WhatWasOutstandingBeforeIsForgotten) {
  ExchangeTracker tracker = after(twice("HEAD / HTTP/1.1\r\n\r\n"), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
  tracker.lose_server_sync();
  EXPECT_EQ(responses_in(tracker, "x"), 1);
  EXPECT_EQ(requests_in(tracker, kGet), 1);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nHTTP/1.1 200 OK\r\n"), 1);
  expect_in_step(tracker);
}

TEST(Resync, WhereTheServerStillTalksOfBeforeItIsLostAgainAndFoundAgain) {
  ExchangeTracker tracker = after(kGet, "HTTP/1.1 200 OK\r\nContent-Le");
  tracker.lose_server_sync();
  EXPECT_EQ(responses_in(tracker, "rest"), 0);
  EXPECT_EQ(requests_in(tracker, kGet), 1);
  EXPECT_TRUE(tracker.reads_messages());
  EXPECT_EQ(responses_in(tracker, "of the body"), 1);  // by turns
  EXPECT_FALSE(tracker.reads_messages());
  EXPECT_EQ(responses_in(tracker, kNoContent), 0);
  expect_in_step(tracker);
}

TEST(Resync, NeverInATunnel) {
  const std::string_view connect = "CONNECT a:80 HTTP/1.1\r\n\r\n";
  for (ExchangeTracker tracker : {after(connect, "HTTP/1.1 200 OK\r\n\r\n"),
                                  after("GET / HTTP/1.1\r\nUpgrade: x\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n")}) {
    EXPECT_EQ(requests_in(tracker, twice(kGet)), 1);
    tracker.lose_client_sync();
    EXPECT_EQ(responses_in(tracker, "x"), 1);
    EXPECT_EQ(requests_in(tracker, twice(kGet)), 1);
    EXPECT_FALSE(tracker.reads_messages());
  }
  ExchangeTracker unanswered = after(connect, "");  // its answer is lost: it may have succeeded
  unanswered.lose_server_sync();
  EXPECT_EQ(responses_in(unanswered, "x"), 1);
  EXPECT_EQ(requests_in(unanswered, twice(kGet)), 1);
  EXPECT_FALSE(unanswered.reads_messages());
}

TEST(Resync, NeverInTlsNorHttp2) {
  for (const std::string_view first :
       {std::string_view("\x16\x03\x01\x02\x0c\x01", 6), std::string_view("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")}) {
    ExchangeTracker tracker = after(first, "x");
    tracker.lose_client_sync();
    tracker.lose_server_sync();
    EXPECT_EQ(requests_in(tracker, twice(kGet)), 1);
    EXPECT_FALSE(tracker.reads_messages());
  }
}

TEST(Resync, BytesMissingInsideABodyAreBridged) {
  for (const std::uint32_t missing : {1U, 500U, 999U, 1'000U}) {
    ExchangeTracker tracker = after("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n", "");
    tracker.miss_client(missing);
    EXPECT_EQ(requests_in(tracker, std::string(1'000 - missing, 'x')), 0);
    EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"), 1);
    tracker.miss_server(missing);
    EXPECT_EQ(responses_in(tracker, std::string(1'000 - missing, 'x')), 0);
    expect_in_step(tracker);
  }
}

TEST(Resync, BytesMissingInsideAChunkAreBridged) {
  for (const std::uint32_t missing : {1U, 15U, 16U}) {
    ExchangeTracker tracker = after(kGet, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n");
    tracker.miss_server(missing);
    EXPECT_EQ(responses_in(tracker, std::string(16 - missing, 'x') + "\r\n0\r\n\r\n"), 0);
    expect_in_step(tracker);
  }
}

TEST(Resync, BytesMissingInABodyThatEndsWithTheConnectionAreBridged) {
  ExchangeTracker tracker = after(kGet, "HTTP/1.0 200 OK\r\n\r\n");
  tracker.miss_server(0x7fff'ffff);
  EXPECT_EQ(responses_in(tracker, kNoContent), 0);
  EXPECT_TRUE(tracker.reads_messages());
}

TEST(Resync, BytesMissingBeyondABodyAreALoss) {
  ExchangeTracker counted = after(kGet, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n");
  counted.miss_server(11);
  EXPECT_FALSE(counted.reads_messages());
  ExchangeTracker chunked = after(kGet, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n");
  chunked.miss_server(17);
  EXPECT_FALSE(chunked.reads_messages());
  ExchangeTracker between = after(kGet, kNoContent);
  between.miss_client(1);
  EXPECT_FALSE(between.reads_messages());
  ExchangeTracker head = after("GET / HTTP/1.1\r\n", "");
  head.miss_client(1);
  EXPECT_FALSE(head.reads_messages());
}

TEST(Resync, BytesMissingBeforeTheProtocolIsKnown) {
  ExchangeTracker tracker = after("GET /nev", "");
  tracker.lose_client_sync();
  EXPECT_EQ(requests_in(tracker, "er HTTP/1.1\r\n\r\n"), 0);  // proves nothing
  EXPECT_EQ(tracker.protocol(), Protocol::kUnknown);
  EXPECT_EQ(responses_in(tracker, kNoContent), 0);
  EXPECT_EQ(requests_in(tracker, kGet), 1);
  EXPECT_EQ(tracker.protocol(), Protocol::kHttp1);
  EXPECT_EQ(responses_in(tracker, kNoContent), 1);
  expect_in_step(tracker);

  ExchangeTracker unseen_banner;
  unseen_banner.lose_server_sync();
  expect_in_step(unseen_banner);
}

TEST(Resync, AConnectionJoinedMidwayIsKnownByItsNextCleanRequest) {
  ExchangeTracker tracker;
  tracker.join_midway();
  EXPECT_EQ(requests_in(tracker, "the end of a body"), 0);
  EXPECT_EQ(requests_in(tracker, kGet), 0);  // may be the body's, too
  EXPECT_EQ(tracker.protocol(), Protocol::kUnknown);
  EXPECT_EQ(responses_in(tracker, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"), 0);
  EXPECT_EQ(requests_in(tracker, "GET / HTTP"), 0);
  EXPECT_EQ(requests_in(tracker, "/1.1\r\n\r\n"), 1);
  EXPECT_EQ(responses_in(tracker, kNoContent), 1);
  expect_in_step(tracker);
}

TEST(Resync, AConnectionJoinedMidwayInAResponse) {
  ExchangeTracker tracker;
  tracker.join_midway();
  EXPECT_EQ(responses_in(tracker, "some of the body"), 0);
  EXPECT_EQ(responses_in(tracker, "the rest"), 0);
  expect_in_step(tracker);
}

TEST(Resync, AConnectionJoinedMidwayThatSpeaksSomethingElseStaysUnknown) {
  ExchangeTracker tracker;
  tracker.join_midway();
  for (int turn = 0; turn < 100; ++turn) {
    EXPECT_EQ(requests_in(tracker, "\x17\x03\x03 secret"), 0);
    EXPECT_EQ(responses_in(tracker, "\x17\x03\x03 secret"), 0);
  }
  EXPECT_EQ(tracker.protocol(), Protocol::kUnknown);
}

TEST(Resync, MissingBytesDoNotMakeAnotherProtocolHttp) {
  ExchangeTracker tracker = after("QUIT\r\n", "");
  tracker.lose_client_sync();
  tracker.lose_server_sync();
  tracker.miss_client(9);
  EXPECT_EQ(requests_in(tracker, kGet), 0);
  EXPECT_EQ(tracker.protocol(), Protocol::kOther);
}

}  // namespace
}  // namespace weir::test
