// What is read of a request's head for rules.
#include "http/request_facts.h"

#include <gtest/gtest.h>

#include <string>

#include "support/guarded_memory.h"

namespace weir::test {
namespace {

RequestFacts facts_of(std::string_view head) {
  return read_request_facts(std::as_bytes(std::span(head)));
}

TEST(RequestFacts, OriginForm) {
  const RequestFacts facts = facts_of("GET /a/b.html?q=/1#x HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(facts.method, "GET");
  EXPECT_EQ(facts.path, "/a/b.html");
  EXPECT_EQ(facts.host, "a.example");
}

TEST(RequestFacts, AbsoluteFormWinsOverTheHostField) {
  const RequestFacts facts = facts_of("POST http://b.example:8080/p?q HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(facts.method, "POST");
  EXPECT_EQ(facts.path, "/p");
  EXPECT_EQ(facts.host, "b.example");
  EXPECT_EQ(facts_of("GET http://b.example HTTP/1.1\r\n\r\n").path, "/");
  EXPECT_EQ(facts_of("GET http://b.example?q=/ HTTP/1.1\r\n\r\n").path, "/");
  EXPECT_EQ(facts_of("GET HTTPS://u:p@B.example/ HTTP/1.1\r\n\r\n").host, "B.example");
  EXPECT_EQ(facts_of("GET http:///p HTTP/1.1\r\nHost: a\r\n\r\n").host, "a");
}

TEST(RequestFacts, ASchemeInsideAPathIsNone) {
  const RequestFacts facts = facts_of("GET /to/http://b.example/x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(facts.path, "/to/http://b.example/x");
  EXPECT_EQ(facts.host, "a");
  EXPECT_EQ(facts_of("GET /?to=http://b.example/x HTTP/1.1\r\nHost: a\r\n\r\n").path, "/");
}

TEST(RequestFacts, AuthorityFormAndAsterisk) {
  const RequestFacts connect = facts_of("CONNECT b.example:443 HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(connect.host, "b.example");
  EXPECT_EQ(connect.path, "");
  const RequestFacts options = facts_of("OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(options.path, "*");
  EXPECT_EQ(options.host, "a.example");
}

TEST(RequestFacts, HostFieldsAsTheyCome) {
  const std::string line = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(facts_of(line + "hOsT:a.example:8080\r\n\r\n").host, "a.example");
  EXPECT_EQ(facts_of(line + "X: y\r\nHost \t: \t a.example \t\r\nHost: b\r\n\r\n").host, "a.example");
  EXPECT_EQ(facts_of(line + "Host: [2001:db8::1]:8080\r\n\r\n").host, "[2001:db8::1]");
  EXPECT_EQ(facts_of(line + "Host: [2001:db8::1]\r\n\r\n").host, "[2001:db8::1]");
  EXPECT_EQ(facts_of(line + "Host: [2001\r\n\r\n").host, "[2001");
  EXPECT_EQ(facts_of(line + "Hosts: a\r\nX-Host: b\r\nHos: c\r\nHost\r\nHost:\r\n\r\n").host, "");
  EXPECT_EQ(facts_of("GET / HTTP/1.1\nHost: a\n\n").host, "a");
  EXPECT_EQ(facts_of(line + "\r\n").host, "");
}

TEST(RequestFacts, ALineThatIsNotWholeSaysNothing) {
  EXPECT_EQ(facts_of("").method, "");
  EXPECT_EQ(facts_of("GET /secret").path, "");
  EXPECT_EQ(facts_of("GET /secret HTTP/1.1\r").path, "");
  EXPECT_EQ(facts_of("GET /secret HTTP/1.1\r\nHost: a.exa").path, "/secret");
  EXPECT_EQ(facts_of("GET /secret HTTP/1.1\r\nHost: a.exa").host, "");
}

TEST(RequestFacts, NothingIsReadOutsideTheHead) {
  GuardedMemory memory(4'096);
  for (const std::string_view head : {"GET http://u@[::1]:80/a?b HTTP/1.1\r\nHost : x:1 \r\n\r\n",
                                      "CONNECT a:1 HTTP/1.1\nHost:[\n\n", "GET / HTTP/1.1\r\nHost:\r\nHost"}) {
    for (std::size_t length = 0; length <= head.size(); ++length) {
      const auto bytes = std::as_bytes(std::span(head)).first(length);
      const RequestFacts at_end = read_request_facts(memory.place_at_end(bytes));
      const std::string host(at_end.host);
      const bool clean = begins_with_request_line(memory.place_at_end(bytes));
      EXPECT_EQ(read_request_facts(memory.place_at_start(bytes)).host, host);
      EXPECT_EQ(clean, length > head.find('\n'));
    }
  }
}

}  // namespace
}  // namespace weir::test
