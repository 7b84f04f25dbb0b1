#include "profile/addresses.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "support/message_of.h"

namespace weir {
namespace {

template <typename Parse>
std::string error_of(Parse parse, std::string_view text) {
  return message_of<UsageError>([&] { (void)parse("key", text); });
}

TEST(Cidr, ReadsAndWritesTheSame) {
  for (const char* const text : {"10.0.0.0/8", "10.9.0.1/32", "0.0.0.0/0", "fd09::/64", "fd09::2/128", "::/0"}) {
    EXPECT_EQ(write_cidr(parse_cidr("client", text)), text);
  }
  EXPECT_EQ(parse_cidr("client", "10.0.0.0/8").prefix, 104);
  EXPECT_EQ(write_cidr(parse_cidr("client", "10.9.0.1")), "10.9.0.1/32");
  EXPECT_EQ(write_cidr(parse_cidr("client", "fd09::2")), "fd09::2/128");
}

TEST(Cidr, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(error_of(parse_cidr, "10.0.0.1/8"),
            R"(key: "10.0.0.1/8" has bits behind its prefix (did you mean 10.0.0.0/8?))");
  EXPECT_EQ(error_of(parse_cidr, "fd09::1/65"),
            R"(key: "fd09::1/65" has bits behind its prefix (did you mean fd09::/65?))");
  EXPECT_EQ(error_of(parse_cidr, "10.0.0.0/33"), R"(key: "33" is not a whole number from 0 to 32)");
  EXPECT_EQ(error_of(parse_cidr, "10.0.0.0/"), R"(key: "" is not a whole number from 0 to 32)");
  EXPECT_EQ(error_of(parse_cidr, "10.0.0"),
            R"(key: "10.0.0" is no address: write "10.9.0.1", "10.0.0.0/8" or "fd09::/64")");
}

TEST(Host, WholeOrBelow) {
  EXPECT_EQ(parse_host("host", "Example.ORG"), (HostPattern{"example.org", false}));
  EXPECT_EQ(parse_host("host", "*.example.org"), (HostPattern{"example.org", true}));
  EXPECT_EQ(parse_host("host", "[FD09::2]"), (HostPattern{"[fd09::2]", false}));
  EXPECT_EQ(parse_host("host", "*"), (HostPattern{"*", false}));
  EXPECT_EQ(write_host({"example.org", true}), "*.example.org");
}

TEST(Host, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(error_of(parse_host, ""), R"(key: "" is no host name)");
  EXPECT_EQ(error_of(parse_host, "*."), R"(key: "*." is no host name)");
  EXPECT_EQ(error_of(parse_host, "a:80"), R"(key: "a:80" has a port: hosts are compared without (use server-port))");
  EXPECT_EQ(error_of(parse_host, "a.*.org"), R"(key: "a.*.org" may have its * only in front: "*.example.org")");
  EXPECT_EQ(error_of(parse_host, "a/b"), R"(key: "a/b" is no host name: '/' can't stand in one)");
}

TEST(Path, APrefixOrAGlob) {
  EXPECT_EQ(parse_path("path", "/api"), (PathPattern{"/api", PathPattern::Kind::kPrefix}));
  EXPECT_EQ(parse_path("path", "/img/*.png"), (PathPattern{"/img/*.png", PathPattern::Kind::kGlob}));
  EXPECT_EQ(parse_path("path", "/a?c"), (PathPattern{"/a?c", PathPattern::Kind::kGlob}));
  EXPECT_EQ(error_of(parse_path, "api"), R"(key: "api" is no path: it begins with /)");
}

TEST(QuicId, HexWholeOrWhatItBeginsWith) {
  const QuicIdPattern whole = parse_quic_id("quic-id", "C0ffee");
  EXPECT_EQ(whole.length, 3);
  EXPECT_EQ(whole.bytes[1], std::byte{0xff});
  EXPECT_FALSE(whole.prefix);
  EXPECT_TRUE(parse_quic_id("quic-id", "c0ff*").prefix);
  for (const std::string text : {"c0ffee", "c0ff*", "*", "000102030405060708090a0b0c0d0e0f10111213"}) {
    EXPECT_EQ(write_quic_id(parse_quic_id("quic-id", text)), text);
  }
}

TEST(QuicId, EachFaultHasItsOwnSentence) {
  EXPECT_EQ(error_of(parse_quic_id, ""), R"(key: "" is empty)");
  EXPECT_EQ(error_of(parse_quic_id, "c0f"), R"(key: "c0f" has half a byte: two hex digits each)");
  EXPECT_EQ(error_of(parse_quic_id, "c0*f"),
            R"(key: "c0*f" is no connection ID: hex digits, as "c0ffee" or "c0ffee*")");
  EXPECT_EQ(error_of(parse_quic_id, std::string(42, '0')),
            "key: \"" + std::string(42, '0') + "\" is longer than 20 bytes, as no connection ID is");
}

TEST(Method, AsInTheRequest) {
  EXPECT_EQ(parse_method("method", "M-SEARCH"), "M-SEARCH");
  EXPECT_EQ(error_of(parse_method, "get"), R"(key: "get" is no method: write it as it stands in the request, "GET")");
  EXPECT_EQ(error_of(parse_method, ""), R"(key: "" is no method: write it as it stands in the request, "GET")");
}

TEST(Word, HasSomethingInItAndNoControlCharacters) {
  EXPECT_EQ(parse_word("alpn", "h2"), "h2");
  EXPECT_EQ(error_of(parse_word, ""), R"(key: "" is empty)");
  EXPECT_EQ(error_of(parse_word, "a\nb"), R"(key: "a?b" has control characters)");
  EXPECT_EQ(error_of(parse_word, std::string(256, 'a')).substr(262), "\" is longer than 255 bytes");
}

}  // namespace
}  // namespace weir
