// What a connection is taken for, and how many of its first client bytes that takes.
#include <gtest/gtest.h>

#include <string>

#include "http/exchange_tracker.h"

namespace weir {
namespace {

using namespace std::string_literals;

/// How many of the bytes were needed to tell that they are `protocol`; 0: they don't tell it.
std::size_t bytes_to_tell(Protocol protocol, const std::string& bytes) {
  ExchangeTracker tracker;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    tracker.on_client(std::as_bytes(std::span(bytes)).subspan(i, 1));
    if (tracker.protocol() == protocol) return i + 1;
    if (tracker.protocol() != Protocol::kUnknown) return 0;
  }
  return 0;
}

TEST(Protocol, Http1IsKnownByTheEndOfItsFirstLine) {
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp1, "GET / HTTP/1.1\r\n"), 16);
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp1, "GET / HTTP/1.0\n"), 15);
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp1, "\r\n\r\nGET / HTTP/1.1\r\n"), 20);
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp1, "PRI * HTTP/1.1\r\n"), 16);
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp1, std::string(32, 'M') + " / HTTP/1.1\r\n"), 45);
}

TEST(Protocol, Http2IsKnownByItsWholePreface) {
  EXPECT_EQ(bytes_to_tell(Protocol::kHttp2, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 24);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "PRI * HTTP/2.0\r\n\r\nSM\r\n\rx"), 24);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\nPRI * HTTP/2.0\r\n"), 13);
}

TEST(Protocol, TlsIsKnownByTheTypeOfItsFirstHandshakeMessage) {
  EXPECT_EQ(bytes_to_tell(Protocol::kTls, "\x16\x03\x01\x02\x0c\x01"s), 6);
  EXPECT_EQ(bytes_to_tell(Protocol::kTls, "\x16\x03\x04\x40\x00\x01"s), 6);  // the longest record
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x03\x05"s), 3);            // no such version
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x02\x01"s), 2);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x03\x01\x40\x01"s), 5);      // longer than a record may be
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x03\x01\x41"s), 4);          //
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x03\x01\x00\x00"s), 5);      // empty
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x16\x03\x01\x02\x0c\x02"s), 6);  // a ServerHello
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x17\x03\x03"s), 1);              // application data: seen from the middle
}

TEST(Protocol, AnythingElseIsKnownByTheFirstByteThatContradicts) {
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\0\0\0\x08\x04\xd2\x16\x2f"s), 1);  // PostgreSQL, SSLRequest
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x10\x0c\0\x04MQTT"s), 1);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "\x80\x2e\x01\x03\x01"s), 1);  // SSL 2
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "*1\r\n$4\r\nPING\r\n"), 3);   // Redis
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "PING\r\n"), 5);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET\r\n"), 4);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET /\r\n"), 6);  // HTTP/0.9
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET  / H"), 5);   // no target
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET /\x01"), 6);  // a control character
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, " GET /"), 1);     //
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GE\"T /"), 3);    // not a token
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "EHLO a.example\r\n"), 15);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "SSH-2.0-OpenSSH_9.2p1\r\n"), 22);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "OPTIONS rtsp://a RTSP/1.0\r\n"), 18);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET / HTTP/1.x\r\n"), 14);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET / HTTP/1.1 \r\n"), 15);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "GET / HTTP/1.1\r\r\n"), 16);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "HTTP/1.1 200 OK\r\n"), 5);  // '/' is not in a method
}

TEST(Protocol, WhatNeverEndsIsGivenUp) {
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, std::string(100, 'M')), 33);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, std::string(100, '\n')), 17);
  EXPECT_EQ(bytes_to_tell(Protocol::kOther, "A " + std::string(70'000, 'a')), 2 + 65'537);
}

TEST(Protocol, TooFewBytesTellNothing) {
  for (const std::string& bytes :
       {"G"s, "GET / HTTP/1.1\r"s, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r"s, "\x16\x03\x01\x02\x0c"s}) {
    ExchangeTracker tracker;
    EXPECT_EQ(tracker.on_client(std::as_bytes(std::span(bytes))).requests, 0);
    EXPECT_EQ(tracker.protocol(), Protocol::kUnknown);
  }
}

}  // namespace
}  // namespace weir
