// The scanner against llhttp (Node's parser, Debian's node-llhttp), which shares no line with it: on streams of random
// messages, sound and damaged, both must find every message at the same bytes.
#include <gtest/gtest.h>
#include <llhttp.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message_scanner.h"

namespace weir::test {
namespace {

using Kind = MessageScanner::Kind;
using Event = MessageScanner::Event;

/// What the exchange tells both readers about responses (RFC 9112, 6.3, rule 1); there are no answers to HEAD here.
[[nodiscard]] bool is_bodiless(unsigned status) {
  return status < 200 || status == 204 || status == 304;
}

/// Where the messages of a stream begin (first byte) and end (last byte), up to the byte that made the reader give up.
struct Boundaries {
  std::vector<std::size_t> begins;
  std::vector<std::size_t> ends;
  std::size_t broke_at = SIZE_MAX;
  std::string reason;  // why it gave up, in llhttp's words

  /// What was found before byte `limit`.
  [[nodiscard]] Boundaries before(std::size_t limit) const {
    Boundaries head = *this;
    std::erase_if(head.begins, [&](std::size_t at) { return at >= limit; });
    std::erase_if(head.ends, [&](std::size_t at) { return at >= limit; });
    return head;
  }
};

// ---- llhttp -------------------------------------------------------------------------------------------------------

/// Feeds llhttp byte by byte, so that the byte in hand when it calls back is where the boundary lies.
class Oracle {
 public:
  explicit Oracle(Kind kind) {
    llhttp_settings_init(&settings_);
    settings_.on_message_begin = [](llhttp_t* parser) { return of(parser).found(&Boundaries::begins); };
    settings_.on_message_complete = [](llhttp_t* parser) { return of(parser).found(&Boundaries::ends); };
    settings_.on_headers_complete = [](llhttp_t* parser) {
      return parser->type == HTTP_RESPONSE && is_bodiless(parser->status_code) ? 1 : 0;
    };
    llhttp_init(&parser_, kind == Kind::kRequests ? HTTP_REQUEST : HTTP_RESPONSE, &settings_);
    llhttp_set_lenient_keep_alive(&parser_, 1);  // whether the connection stays open is not the scanner's business
    parser_.data = this;
  }

  [[nodiscard]] Boundaries read(std::string_view stream) {
    for (at_ = 0; at_ < stream.size(); ++at_) {
      if (llhttp_execute(&parser_, stream.data() + at_, 1) == HPE_OK) continue;
      boundaries_.broke_at = at_;
      boundaries_.reason = parser_.reason == nullptr ? "" : parser_.reason;
      break;
    }
    return boundaries_;
  }

 private:
  static Oracle& of(const llhttp_t* parser) { return *static_cast<Oracle*>(parser->data); }
  int found(std::vector<std::size_t> Boundaries::*list) {
    (boundaries_.*list).push_back(at_);
    return 0;
  }

  llhttp_settings_t settings_{};
  llhttp_t parser_{};
  std::size_t at_ = 0;
  Boundaries boundaries_;
};

// ---- the scanner --------------------------------------------------------------------------------------------------

/// Feeds the scanner pieces of 1 to `longest_piece` bytes.
Boundaries scan(Kind kind, std::string_view stream, std::size_t longest_piece, std::mt19937& random) {
  MessageScanner scanner(kind);
  Boundaries boundaries;
  const auto bytes = std::as_bytes(std::span(stream));
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t piece_end = std::min(bytes.size(), at + 1 + random() % longest_piece);
    auto rest = bytes.subspan(at, piece_end - at);
    while (!rest.empty()) {
      const Event event = scanner.scan(rest);
      const std::size_t last_taken = piece_end - rest.size() - 1;
      if (event == Event::kBegun) boundaries.begins.push_back(last_taken);
      if (event == Event::kEnded) boundaries.ends.push_back(last_taken);
      if (event == Event::kStartLine && kind == Kind::kResponses && is_bodiless(scanner.status())) {
        scanner.expect_no_body();
      }
      if (event != Event::kBroken) continue;
      boundaries.broke_at = last_taken;
      return boundaries;
    }
    at = piece_end;
  }
  return boundaries;
}

// ---- random messages ----------------------------------------------------------------------------------------------

class Author {
 public:
  enum class Bodies : std::uint8_t { kAll, kCounted };
  Author(std::uint32_t seed, Bodies bodies) : bodies_(bodies), random_(seed) {}

  [[nodiscard]] std::string stream(Kind kind) {
    std::string text;
    for (std::size_t n = 1 + below(6); n > 0; --n) text += kind == Kind::kRequests ? request() : response();
    return text;
  }
  /// Replaces, removes or repeats a byte in up to three places. Line ends are spared: llhttp 8.1 takes a CR without LF
  /// for the end of a line in some places, which RFC 9112, 2.2 forbids.
  void damage(std::string& stream) {
    constexpr std::string_view kDamage = " :;,0aZ\t\x01\x80";
    for (std::size_t n = 1 + below(3); n > 0; --n) {
      const std::size_t at = below(stream.size());
      if (stream[at] == '\r' || stream[at] == '\n') continue;
      switch (below(3)) {
        case 0:
          stream[at] = kDamage[below(kDamage.size())];
          break;
        case 1:
          stream.erase(at, 1);
          break;
        default:
          stream.insert(at, 1, stream[at]);
      }
    }
  }
  [[nodiscard]] std::mt19937& random() { return random_; }

 private:
  [[nodiscard]] std::size_t below(std::size_t end) { return random_() % end; }
  template <typename Choices>
  [[nodiscard]] auto pick(const Choices& choices) {
    return choices[below(choices.size())];
  }

  [[nodiscard]] std::string request() {
    const std::array<std::string, 7> methods = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"};
    const std::array<std::string, 4> targets = {"/", "/a/b?c=d&e", "http://a.example:8080/x", "/%20~"};
    const std::string line = pick(methods) + " " + pick(targets) + " HTTP/1.1\r\n";
    return blank() + line + (below(3) == 0 ? fields() + "\r\n" : head_and_body());
  }
  [[nodiscard]] std::string response() {
    const std::array<unsigned, 9> statuses = {200, 404, 500, 301, 206, 100, 103, 204, 304};
    const unsigned status = pick(statuses);
    const std::string line = "HTTP/1.1 " + std::to_string(status) + pick(std::array<std::string, 3>{"", " ", " So so"});
    return line + "\r\n" + (is_bodiless(status) ? fields() + "\r\n" : head_and_body());
  }
  [[nodiscard]] std::string head_and_body() {
    return bodies_ == Bodies::kCounted || below(2) == 0 ? counted() : chunked();
  }
  [[nodiscard]] std::string counted() {
    const std::string body = bytes(below(200));
    const std::array<std::string, 3> names = {"Content-Length: ", "content-length:", "CONTENT-LENGTH: \t"};
    return fields() + pick(names) + std::to_string(body.size()) + "\r\n" + fields() + "\r\n" + body;
  }
  [[nodiscard]] std::string chunked() {
    const std::array<std::string, 3> lines = {"Transfer-Encoding: chunked", "transfer-encoding:gzip, Chunked",
                                              "TRANSFER-ENCODING: deflate,chunked"};
    std::string text = fields() + pick(lines) + "\r\n" + fields() + "\r\n";
    for (std::size_t n = below(4); n > 0; --n) text += chunk(1 + below(40));
    return text + "0" + extension() + "\r\n" + fields() + "\r\n";
  }
  [[nodiscard]] std::string chunk(std::size_t size) {
    constexpr std::string_view kDigits = "0123456789aBcDeF";
    const std::string digits = {kDigits[size / 16], kDigits[size % 16]};
    return digits + extension() + "\r\n" + bytes(size) + "\r\n";
  }
  [[nodiscard]] std::string extension() { return pick(std::array<std::string, 4>{"", "", ";a", ";a=b"}); }
  [[nodiscard]] std::string blank() { return below(4) == 0 ? "\r\n" : ""; }
  [[nodiscard]] std::string fields() {
    const std::array<std::string, 8> lines = {"Host: a.example",
                                              "X-Empty:",
                                              "Content-Type: text/plain; q=\"a:b\"",
                                              "Cookie: a=b,c=d",
                                              "Content-Lengths: 5",
                                              "T: x",
                                              "Accept: */*",
                                              "X-Long: " + std::string(100, 'x')};
    std::string text;
    for (std::size_t n = below(4); n > 0; --n) text += pick(lines) + "\r\n";
    return text;
  }
  [[nodiscard]] std::string bytes(std::size_t count) {
    std::string text(count, '\0');
    for (char& c : text) c = static_cast<char>(below(4) == 0 ? below(256) : below(2) == 0 ? '\r' : '\n');
    return text;
  }

  Bodies bodies_;
  std::mt19937 random_;
};

void expect_same_boundaries(const Boundaries& ours, const Boundaries& theirs, const std::string& stream) {
  const std::size_t limit = std::min(ours.broke_at, theirs.broke_at);
  EXPECT_EQ(ours.before(limit).begins, theirs.before(limit).begins) << testing::PrintToString(stream);
  EXPECT_EQ(ours.before(limit).ends, theirs.before(limit).ends) << testing::PrintToString(stream);
}

class AgainstLlhttp : public testing::TestWithParam<Kind> {};

TEST_P(AgainstLlhttp, SoundStreamsHaveTheSameMessagesAndBreakNeither) {
  Author author(1, Author::Bodies::kAll);
  for (int round = 0; round < 3000; ++round) {
    const std::string stream = author.stream(GetParam());
    const Boundaries theirs = Oracle(GetParam()).read(stream);
    ASSERT_EQ(theirs.broke_at, SIZE_MAX) << theirs.reason << " in " << testing::PrintToString(stream);
    ASSERT_FALSE(theirs.ends.empty()) << testing::PrintToString(stream);
    for (const std::size_t longest_piece : {std::size_t{1}, std::size_t{16}, stream.size()}) {
      const Boundaries ours = scan(GetParam(), stream, longest_piece, author.random());
      ASSERT_EQ(ours.broke_at, SIZE_MAX) << testing::PrintToString(stream);
      expect_same_boundaries(ours, theirs, stream);
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST_P(AgainstLlhttp, DamagedStreamsHaveTheSameMessagesUntilOneGivesUp) {
  // Counted bodies only: llhttp 8.1 skips the two bytes behind a chunk without looking whether they are CR and LF.
  Author author(2, Author::Bodies::kCounted);
  for (int round = 0; round < 5'000; ++round) {
    std::string stream = author.stream(GetParam());
    author.damage(stream);
    const Boundaries theirs = Oracle(GetParam()).read(stream);
    expect_same_boundaries(scan(GetParam(), stream, 1, author.random()), theirs, stream);
    expect_same_boundaries(scan(GetParam(), stream, stream.size(), author.random()), theirs, stream);
    if (testing::Test::HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Both, AgainstLlhttp, testing::Values(Kind::kRequests, Kind::kResponses),
                         [](const auto& tested) { return tested.param == Kind::kRequests ? "Requests" : "Responses"; });

}  // namespace
}  // namespace weir::test
