#include "http/message_scanner.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "http/characters.h"

namespace weir {
namespace {

// What no honest peer exceeds; they keep a stream of anything else from being taken for a start line for ever.
constexpr std::uint64_t kMostBlankBytes = 16;
constexpr std::uint64_t kLongestMethod = 32;
constexpr std::uint64_t kLongestTarget = 65'536;

// 'd' stands for a digit (RFC 9112, 2.3 and 4).
constexpr std::string_view kVersionPattern = "HTTP/1.d";
constexpr std::string_view kStatusPattern = "HTTP/1.d ddd";
constexpr std::size_t kCodeAt = 9;  // where the status code's digits stand in it
constexpr std::uint64_t kLeastStatus = 100;

[[nodiscard]] bool fits(char c, char pattern) {
  return pattern == 'd' ? is_digit(c) : c == pattern;
}

}  // namespace

MessageScanner::Event MessageScanner::scan(std::span<const std::byte>& bytes) {
  while (!bytes.empty()) {
    Event event = Event::kNone;
    switch (state_) {
      case State::kCounted:
      case State::kChunk:
        event = skip_counted(bytes);
        break;
      case State::kUntilClose:
        bytes = {};
        break;
      case State::kSkipLine:
      case State::kChunkExtension:
        event = skip_line(bytes);
        break;
      default:
        event = take_bytewise(bytes);
    }
    if (event != Event::kNone) return event;
  }
  return Event::kNone;
}

bool MessageScanner::take_missing(std::uint64_t size) {
  if (take_within_body(size)) return true;
  const bool ends_it = (state_ == State::kCounted || state_ == State::kChunk) && size == length_;
  if (!ends_it) return false;
  length_ = 0;
  move_to(state_ == State::kChunk ? State::kChunkEnd : State::kStart);
  return true;
}

// What most messages say at the places where they all say something. Each takes what it knows at once, up to what calls
// for an event, and leaves the state that take() would have; else it takes nothing. At least one byte is left.

std::size_t MessageScanner::take_usual_status(std::string_view text) {
  constexpr std::string_view kUpToMinor = "TTP/1.";
  constexpr std::size_t kUpToLastDigit = kStatusPattern.size() - 2;
  const bool is_usual = text.size() > kUpToLastDigit && text.starts_with(kUpToMinor) && is_digit(text[6]) &&
                        text[7] == ' ' && is_digit(text[8]) && is_digit(text[9]);
  if (!is_usual) return 0;
  number_ = static_cast<unsigned>(text[8] - '0') * 10U + static_cast<unsigned>(text[9] - '0');
  place_ = kStatusPattern.size() - 1;
  return kUpToLastDigit;
}

std::size_t MessageScanner::take_usual_target(std::string_view text) {
  std::size_t taken = 0;
  for (; taken + 1 < text.size() && is_target(text[taken]) && number_ < kLongestTarget; ++taken) ++number_;
  return taken;
}

std::size_t MessageScanner::take_usual_version(std::string_view text) {
  constexpr std::string_view kUpToMinor = "HTTP/1.";
  const bool is_usual = text.size() > kVersionPattern.size() && text.starts_with(kUpToMinor) && is_digit(text[7]);
  if (!is_usual) return 0;
  state_ = State::kRequestLineEnd;
  place_ = kVersionPattern.size();
  return kVersionPattern.size();
}

std::size_t MessageScanner::take_usual_length(std::string_view text) {
  constexpr std::string_view kAsMostWriteIt = "ontent-Length:";
  constexpr std::string_view kAsOthersDo = "ontent-length:";
  const bool is_usual =
      text.size() > kAsOthersDo.size() && (text.starts_with(kAsMostWriteIt) || text.starts_with(kAsOthersDo));
  if (!is_usual) return 0;
  field_ = Keyword::kContentLength;
  words_.begin(Keyword::kChunked);
  move_to(State::kFieldValue);
  return kAsOthersDo.size();
}

bool MessageScanner::is_at_usual() const {
  switch (state_) {
    case State::kTarget:
      return true;
    case State::kVersion:
      return place_ == 0;
    case State::kStatusLine:
      return place_ == 1;
    case State::kFieldName:
      return words_.begins(Keyword::kContentLength);
    default:
      return false;
  }
}

std::size_t MessageScanner::take_usual(std::string_view text) {
  switch (state_) {
    case State::kTarget:
      return take_usual_target(text);
    case State::kVersion:
      return take_usual_version(text);
    case State::kStatusLine:
      return take_usual_status(text);
    default:
      return take_usual_length(text);
  }
}

MessageScanner::Event MessageScanner::take_bytewise(std::span<const std::byte>& bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  Event event = Event::kNone;
  std::size_t taken = is_at_usual() ? take_usual(text) : 0;
  do {
    event = take(text[taken++]);
  } while (event == Event::kNone && taken < text.size() && !skips() && !is_at_usual());
  bytes = bytes.subspan(taken);
  return event;
}

MessageScanner::Event MessageScanner::take(char c) {
  switch (state_) {
    case State::kStart:
      return take_start(c);
    case State::kMethod:
      return take_method(c);
    case State::kTarget:
      return take_target(c);
    case State::kVersion:
      return take_version(c);
    case State::kRequestLineEnd:
    case State::kRequestLineLf:
      return end_request_line(c);
    case State::kStatusLine:
      return take_status_line(c);
    case State::kStatusEnd:
      return end_status(c);
    case State::kLineStart:
      return take_line_start(c);
    case State::kFieldName:
      return take_field_name(c);
    case State::kFieldValue:
      return take_field_value(c);
    case State::kHeadLf:
      return c == '\n' ? end_head() : fail();
    case State::kChunkSize:
      return take_chunk_size(c);
    case State::kChunkEnd:
    case State::kChunkLf:
      return end_chunk(c);
    default:
      return fail();
  }
}

MessageScanner::Event MessageScanner::move_to(State state) {
  state_ = state;
  number_ = 0;
  place_ = 0;
  return Event::kNone;
}

MessageScanner::Event MessageScanner::take_start(char c) {
  if (c == '\r' || c == '\n') return ++number_ > kMostBlankBytes ? fail() : Event::kNone;
  *this = MessageScanner(kind_);
  if (kind_ == Kind::kResponses) {
    if (c != kStatusPattern[0]) return fail();
    state_ = State::kStatusLine;
    place_ = 1;
    return Event::kBegun;
  }
  if (!is_token(c)) return fail();
  state_ = State::kMethod;
  number_ = 1;
  words_.begin(Keyword::kHead | Keyword::kConnect);
  words_.take(c);
  return Event::kBegun;
}

MessageScanner::Event MessageScanner::take_method(char c) {
  if (c == ' ') return move_to(State::kTarget);
  if (!is_token(c) || ++number_ > kLongestMethod) return fail();
  words_.take(c);
  return Event::kNone;
}

MessageScanner::Event MessageScanner::take_target(char c) {
  if (c == ' ') return number_ > 0 ? move_to(State::kVersion) : fail();
  return is_target(c) && ++number_ <= kLongestTarget ? Event::kNone : fail();
}

MessageScanner::Event MessageScanner::take_version(char c) {
  if (!fits(c, kVersionPattern[place_])) return fail();
  if (++place_ == kVersionPattern.size()) state_ = State::kRequestLineEnd;
  return Event::kNone;
}

MessageScanner::Event MessageScanner::end_request_line(char c) {
  if (c == '\r' && state_ == State::kRequestLineEnd) return move_to(State::kRequestLineLf);
  if (c != '\n') return fail();
  state_ = State::kLineStart;
  return Event::kStartLine;
}

MessageScanner::Event MessageScanner::take_status_line(char c) {
  if (!fits(c, kStatusPattern[place_])) return fail();
  if (place_ >= kCodeAt) number_ = number_ * 10 + static_cast<unsigned>(c - '0');
  if (++place_ < kStatusPattern.size()) return Event::kNone;
  if (number_ < kLeastStatus) return fail();
  state_ = State::kStatusEnd;
  return Event::kStartLine;
}

MessageScanner::Event MessageScanner::end_status(char c) {
  if (c == '\n') return move_to(State::kLineStart);
  return is_blank(c) ? move_to(State::kSkipLine) : fail();
}

MessageScanner::Event MessageScanner::end_message() {
  move_to(State::kStart);
  return Event::kEnded;
}

MessageScanner::Event MessageScanner::skip_line(std::span<const std::byte>& bytes) {
  const void* const line_feed = std::memchr(bytes.data(), '\n', bytes.size());
  if (line_feed == nullptr) {
    bytes = {};
    return Event::kNone;
  }
  const auto line_end = static_cast<std::size_t>(static_cast<const std::byte*>(line_feed) - bytes.data()) + 1;
  bytes = bytes.subspan(line_end);
  return state_ == State::kChunkExtension ? end_chunk_line() : move_to(State::kLineStart);
}

MessageScanner::Event MessageScanner::skip_counted(std::span<const std::byte>& bytes) {
  const std::uint64_t skipped = std::min<std::uint64_t>(length_, bytes.size());
  bytes = bytes.subspan(static_cast<std::size_t>(skipped));
  length_ -= skipped;
  if (length_ > 0) return Event::kNone;
  return state_ == State::kChunk ? move_to(State::kChunkEnd) : end_message();
}

MessageScanner::Event MessageScanner::begin_chunk() {
  length_ = 0;
  return move_to(State::kChunkSize);
}

// chunk-size [ chunk-ext ] CRLF (RFC 9112, 7.1); place_ becomes 1 with the first digit.
MessageScanner::Event MessageScanner::take_chunk_size(char c) {
  const int digit = hex_value(c);
  if (digit >= 0) {
    if ((length_ >> 60U) != 0) return fail();
    length_ = (length_ << 4U) | static_cast<unsigned>(digit);
    place_ = 1;
    return Event::kNone;
  }
  if (place_ == 0) return fail();
  if (c == '\n') return end_chunk_line();
  return is_blank(c) || c == ';' ? move_to(State::kChunkExtension) : fail();
}

MessageScanner::Event MessageScanner::end_chunk_line() {
  if (length_ > 0) return move_to(State::kChunk);
  in_trailers_ = true;
  return move_to(State::kLineStart);
}

MessageScanner::Event MessageScanner::end_chunk(char c) {
  if (c == '\r' && state_ == State::kChunkEnd) return move_to(State::kChunkLf);
  return c == '\n' ? begin_chunk() : fail();
}

}  // namespace weir
