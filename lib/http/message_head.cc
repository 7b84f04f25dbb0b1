// The fields of a message's head, and what they say of its body's length (RFC 9112, 6.3).
#include <cstdint>

#include "http/characters.h"
#include "http/message_scanner.h"

namespace weir {
namespace {

// place_ while the value of Content-Length is read: 1#digits, as lists of equal numbers are accepted (RFC 9110, 8.6).
enum LengthPlace : std::uint8_t { kBeforeDigits, kInDigits, kBehindDigits };

// place_ while the value of Transfer-Encoding is read.
enum CodingPlace : std::uint8_t { kBeforeCoding, kInCoding, kBehindCoding };

}  // namespace

MessageScanner::Event MessageScanner::take_line_start(char c) {
  if (c == ' ' || c == '\t') {  // a folded line goes on with the value before it (RFC 9112, 5.2)
    if (field_ == Keyword::kNone) return move_to(State::kSkipLine);
    state_ = State::kFieldValue;
    return take_field_value(c);
  }
  if (!settle_field()) return fail();
  if (c == '\n') return end_head();
  if (c == '\r') return move_to(State::kHeadLf);
  if (!is_token(c)) return fail();
  if (bodiless_ || in_trailers_) return move_to(State::kSkipLine);
  words_.begin(Keyword::kContentLength | Keyword::kTransferEncoding);
  state_ = State::kFieldName;
  return take_field_name(c);
}

MessageScanner::Event MessageScanner::take_field_name(char c) {
  if (c == ':') return begin_field_value();
  if (c == '\n') return move_to(State::kLineStart);
  if (is_blank(c) && words_.whole() != Keyword::kNone) return Event::kNone;
  words_.take(lower(c));
  return words_.possible() ? Event::kNone : move_to(State::kSkipLine);
}

MessageScanner::Event MessageScanner::begin_field_value() {
  field_ = words_.whole();
  if (field_ == Keyword::kNone) return move_to(State::kSkipLine);
  words_.begin(Keyword::kChunked);
  return move_to(State::kFieldValue);
}

MessageScanner::Event MessageScanner::take_field_value(char c) {
  if (c == '\n') {
    state_ = State::kLineStart;  // the value is settled there: the next line may go on with it
    return Event::kNone;
  }
  if (field_ == Keyword::kContentLength) return take_length(c) ? Event::kNone : fail();
  take_coding(c);
  return Event::kNone;
}

bool MessageScanner::take_length(char c) {
  if (is_blank(c)) {
    if (place_ == kInDigits) place_ = kBehindDigits;
    return true;
  }
  if (c == ',') return place_ == kBeforeDigits || settle_length();
  if (!is_digit(c) || place_ == kBehindDigits) return false;
  place_ = kInDigits;
  const auto digit = static_cast<unsigned>(c - '0');
  return !__builtin_mul_overflow(number_, std::uint64_t{10}, &number_) &&
         !__builtin_add_overflow(number_, std::uint64_t{digit}, &number_);
}

/// Accepts the number just read, unless it contradicts an earlier one or there was none at all.
bool MessageScanner::settle_length() {
  if (place_ == kBeforeDigits) return has_length_;
  if (has_length_ && length_ != number_) return false;
  has_length_ = true;
  length_ = number_;
  number_ = 0;
  place_ = kBeforeDigits;
  return true;
}

void MessageScanner::take_coding(char c) {
  if (c == ',') return settle_coding();
  if (is_blank(c)) {
    if (place_ == kInCoding) place_ = kBehindCoding;
    return;
  }
  if (place_ == kBehindCoding) words_.dismiss();
  place_ = kInCoding;
  words_.take(lower(c));
}

/// Closes one element of the list: the last one that isn't empty says whether the body is chunked.
void MessageScanner::settle_coding() {
  if (place_ != kBeforeCoding) {
    has_coding_ = true;
    chunked_ = words_.whole() == Keyword::kChunked;
  }
  words_.begin(Keyword::kChunked);
  place_ = kBeforeCoding;
}

bool MessageScanner::settle_field() {
  const Keyword field = field_;
  field_ = Keyword::kNone;
  if (field == Keyword::kContentLength) return settle_length();
  if (field == Keyword::kTransferEncoding) settle_coding();
  return true;
}

// The rules of RFC 9112, 6.3, in their order; rules 1 and 2 depend on the exchange and came by expect_no_body().
MessageScanner::Event MessageScanner::end_head() {
  if (bodiless_ || in_trailers_) return end_message();
  if (has_coding_) {
    if (chunked_) {
      length_ = 0;
      return begin_body(State::kChunkSize);
    }
    return kind_ == Kind::kResponses ? begin_body(State::kUntilClose) : fail();
  }
  if (has_length_) return length_ > 0 ? begin_body(State::kCounted) : end_message();
  return kind_ == Kind::kResponses ? begin_body(State::kUntilClose) : end_message();
}

}  // namespace weir
