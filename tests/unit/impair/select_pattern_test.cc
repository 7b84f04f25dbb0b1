// What single values are compared with: addresses, ports, hosts, paths; against oracles that take the long way.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/draw.h"
#include "impair/host_pattern.h"
#include "impair/path_pattern.h"
#include "impair/select_clause.h"

namespace weir {
namespace {

using Kind = PathPattern::Kind;

IpAddress v4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return IpAddress::v4({std::byte(a), std::byte(b), std::byte(c), std::byte(d)});
}

bool bit_of(const IpAddress& address, std::size_t place) {
  return (std::to_integer<unsigned>(address.bytes[place / 8]) >> (7 - place % 8) & 1U) != 0;
}

bool contains_bit_by_bit(const Cidr& block, const IpAddress& address) {
  if (block.prefix < 96 && address.is_v4()) return false;
  for (std::size_t place = 0; place < block.prefix; ++place) {
    if (bit_of(block.address, place) != bit_of(address, place)) return false;
  }
  return true;
}

IpAddress with_bit_turned(IpAddress address, std::size_t place) {
  address.bytes[place / 8] ^= std::byte{0x80} >> static_cast<int>(place % 8);
  return address;
}

IpAddress drawn_address(std::uint64_t n) {
  IpAddress address;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) address.bytes[i] = std::byte(draw_bits(7, n, i) & 0xffU);
  return address;
}

TEST(Cidr, AgreesBitByBitAtEveryPrefixAndForEveryBitThatDiffers) {
  const std::vector<IpAddress> blocks{drawn_address(1), drawn_address(2), IpAddress{}, v4(10, 9, 130, 77)};
  for (const IpAddress& address : blocks) {
    for (unsigned prefix = 0; prefix <= 128; ++prefix) {
      const Cidr block{address, static_cast<std::uint8_t>(prefix)};
      EXPECT_EQ(block.contains(address), contains_bit_by_bit(block, address)) << prefix;
      for (std::size_t place = 0; place < 128; ++place) {
        const IpAddress other = with_bit_turned(address, place);
        ASSERT_EQ(block.contains(other), contains_bit_by_bit(block, other)) << prefix << ' ' << place;
      }
    }
  }
}

TEST(Cidr, Ipv4LiesInItsOwnBlocksAlone) {
  const Cidr all_v6{IpAddress{}, 0};
  const Cidr all_v4{v4(0, 0, 0, 0), 96};
  EXPECT_TRUE(all_v6.contains(drawn_address(3)));
  EXPECT_FALSE(all_v6.contains(v4(10, 0, 0, 1)));
  EXPECT_TRUE(all_v4.contains(v4(10, 0, 0, 1)));
  EXPECT_FALSE(all_v4.contains(drawn_address(3)));
  // The same 32 bits, but as an IPv4-compatible address (RFC 4291, 2.5.5.1).
  IpAddress compatible;
  compatible.bytes[12] = std::byte{10};
  EXPECT_FALSE((Cidr{v4(10, 0, 0, 0), 104}.contains(compatible)));
  EXPECT_TRUE((Cidr{v4(10, 0, 0, 0), 104}.contains(v4(10, 255, 0, 1))));
  EXPECT_FALSE((Cidr{v4(10, 0, 0, 0), 104}.contains(v4(11, 0, 0, 0))));
  EXPECT_FALSE((Cidr{v4(10, 0, 0, 1), 128}.contains(v4(10, 0, 0, 2))));
}

TEST(PortRange, HoldsBothItsEnds) {
  const PortRange range{1000, 2000};
  EXPECT_FALSE(range.contains(999));
  EXPECT_TRUE(range.contains(1000));
  EXPECT_TRUE(range.contains(2000));
  EXPECT_FALSE(range.contains(2001));
  EXPECT_TRUE((PortRange{}.contains(0)));
  EXPECT_TRUE((PortRange{}.contains(65'535)));
}

TEST(Cadence, TakesEveryThirdFromZeroInsideItsRange) {
  const Cadence cadence{{3, 9}, 3};
  for (std::uint32_t n = 0; n < 20; ++n) EXPECT_EQ(cadence.contains(n), n == 3 || n == 6 || n == 9) << n;
  EXPECT_TRUE((Cadence{}.contains(UINT32_MAX)));
  EXPECT_TRUE((Cadence{{}, 0}.contains(5)));  // of no rhythm
}

TEST(Host, ComparesWholeNeverByItsBeginning) {
  const HostPattern pattern{"host"};
  EXPECT_TRUE(matches(pattern, "host"));
  EXPECT_TRUE(matches(pattern, "Host"));
  EXPECT_TRUE(matches(pattern, "HOST"));
  for (const char* other : {"", "h", "Ho", "hos", "hosts", "ghost", "host.org", "a.host", "hos\xd4"}) {
    EXPECT_FALSE(matches(pattern, other)) << other;
  }
  EXPECT_FALSE(matches(HostPattern{"Ho"}, "host"));
}

TEST(Host, FoldsAsciiLettersAndNothingElse) {
  for (int c = 1; c < 256; ++c) {
    for (int d = 1; d < 256; ++d) {
      const bool letters = (c >= 'a' && c <= 'z' && d == c - 32) || (d >= 'a' && d <= 'z' && c == d - 32);
      const std::string pattern{'x', static_cast<char>(c), 'y'};
      const std::string host{'x', static_cast<char>(d), 'y'};
      ASSERT_EQ(matches(HostPattern{pattern}, host), c == d || letters) << c << ' ' << d;
    }
  }
}

TEST(Host, IgnoresOneTrailingDot) {
  EXPECT_TRUE(matches(HostPattern{"example.org"}, "example.org."));
  EXPECT_TRUE(matches(HostPattern{"example.org."}, "example.org"));
  EXPECT_FALSE(matches(HostPattern{"example.org"}, "example.org.."));
  EXPECT_TRUE(matches(HostPattern{"example.org", true}, "a.example.org."));
}

TEST(Host, ASuffixIsForWhatLiesBelowTheDomain) {
  const HostPattern pattern{"example.org", true};
  for (const char* below : {"a.example.org", "a.b.example.org", "A.EXAMPLE.ORG", "*.example.org"}) {
    EXPECT_TRUE(matches(pattern, below)) << below;
  }
  for (const char* other :
       {"example.org", "xexample.org", ".example.org", "a.example.com", "a.example.org.x", "", "org"}) {
    EXPECT_FALSE(matches(pattern, other)) << other;
  }
}

TEST(Host, AStarAloneIsForAnyHostThereIs) {
  EXPECT_TRUE(matches(HostPattern{"*"}, "a"));
  EXPECT_TRUE(matches(HostPattern{"*"}, "[::1]"));
  EXPECT_FALSE(matches(HostPattern{"*"}, ""));
  EXPECT_FALSE(matches(HostPattern{""}, ""));
  EXPECT_FALSE(matches(HostPattern{""}, "."));
}

TEST(Host, AddressesCompareAsTheyAreWritten) {
  EXPECT_TRUE(matches(HostPattern{"[2001:db8::a]"}, "[2001:DB8::A]"));
  EXPECT_FALSE(matches(HostPattern{"[2001:db8::a]"}, "[2001:db8:0::a]"));
  EXPECT_FALSE(matches(HostPattern{"[2001:db8::a]"}, "2001:db8::a"));
  EXPECT_TRUE(matches(HostPattern{"10.0.0.1"}, "10.0.0.1"));
  EXPECT_FALSE(matches(HostPattern{"10.0.0.1"}, "10.0.0.10"));
}

TEST(Path, APrefixCountsCharactersNotSegments) {
  const PathPattern api{"/api"};
  for (const char* path : {"/api", "/api/", "/api/x", "/apis", "/api?q"}) EXPECT_TRUE(matches(api, path)) << path;
  for (const char* path : {"/ap", "/Api", "/x/api", "", "/ap?i"}) EXPECT_FALSE(matches(api, path)) << path;
  EXPECT_FALSE(matches(PathPattern{"/api/"}, "/apis"));
  EXPECT_FALSE(matches(PathPattern{"/api/"}, "/api"));
  EXPECT_TRUE(matches(PathPattern{""}, "anything"));
  EXPECT_FALSE(matches(PathPattern{"/a*"}, "/ab"));  // no star in a prefix
}

TEST(Path, AGlobIsForTheWholePathWithoutItsQuery) {
  const PathPattern scripts{"/static/*.js", Kind::kGlob};
  for (const char* path : {"/static/a.js", "/static/a/b.js", "/static/.js", "/static/a.js?v=1", "/static/a.js.js"}) {
    EXPECT_TRUE(matches(scripts, path)) << path;
  }
  for (const char* path : {"/static/a.jsx", "/static/a.JS", "x/static/a.js", "/static/a.css?x.js", ""}) {
    EXPECT_FALSE(matches(scripts, path)) << path;
  }
  EXPECT_TRUE(matches(PathPattern{"/?", Kind::kGlob}, "/x"));
  EXPECT_TRUE(matches(PathPattern{"/?", Kind::kGlob}, "//"));
  EXPECT_FALSE(matches(PathPattern{"/?", Kind::kGlob}, "/"));
}

// By the definition, trying everything.
bool globs(std::string_view glob, std::string_view text) {
  if (glob.empty()) return text.empty();
  if (glob[0] == '*') return globs(glob.substr(1), text) || (!text.empty() && globs(glob, text.substr(1)));
  return !text.empty() && (glob[0] == '?' || glob[0] == text[0]) && globs(glob.substr(1), text.substr(1));
}

std::vector<std::string> all_words(std::string_view alphabet, std::size_t longest) {
  std::vector<std::string> words{""};
  for (std::size_t first = 0, length = 0; length < longest; ++length) {
    const std::size_t end = words.size();
    for (; first < end; ++first) {
      for (const char c : alphabet) words.push_back(words[first] + c);
    }
  }
  return words;
}

TEST(Path, GlobsAgreeWithTheDefinitionOnAllSmallWords) {
  const std::vector<std::string> texts = all_words("ab", 6);
  for (const std::string& glob : all_words("ab*?", 5)) {
    const PathPattern pattern{glob, Kind::kGlob};
    for (const std::string& text : texts) ASSERT_EQ(matches(pattern, text), globs(glob, text)) << glob << ' ' << text;
  }
}

TEST(Path, GlobsAgreeWithTheDefinitionOnLongerWords) {
  for (std::uint64_t n = 0; n < 20'000; ++n) {
    std::string glob, text;
    for (std::uint64_t i = 0; i < draw_bits(1, n, 0) % 10; ++i) glob += "aab**?"[draw_bits(2, n, i) % 6];
    for (std::uint64_t i = 0; i < draw_bits(3, n, 0) % 16; ++i) text += "aab"[draw_bits(4, n, i) % 3];
    ASSERT_EQ(matches(PathPattern{glob, Kind::kGlob}, text), globs(glob, text)) << glob << ' ' << text;
  }
}

TEST(Path, ManyStarsAgainstALongPathThatAlmostMatchesEnd) {
  // Backtracking to every star would take longer than the universe has.
  const std::string many_a(8000, 'a');
  std::string glob;
  for (int i = 0; i < 60; ++i) glob += "a*";
  EXPECT_FALSE(matches(PathPattern{glob + 'b', Kind::kGlob}, many_a));
  EXPECT_TRUE(matches(PathPattern{glob + 'b', Kind::kGlob}, many_a + 'b'));
  EXPECT_TRUE(matches(PathPattern{"a*a*a*a*b", Kind::kGlob}, many_a + 'b'));
  EXPECT_FALSE(matches(PathPattern{"a*a*a*a*b", Kind::kGlob}, many_a));
  EXPECT_FALSE(matches(PathPattern{"*a*a*a*c*", Kind::kGlob}, many_a + 'b'));
}

}  // namespace
}  // namespace weir
