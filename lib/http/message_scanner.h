// Finds where the HTTP/1 messages of one direction begin and end (RFC 9112), in pieces cut anywhere. It keeps numbers
// and places, never bytes: a head of any length costs 24 bytes of state, a body is skipped by count and never looked
// at. It is lenient where a message's end stays certain (LF without CR, folded lines, lines without a colon), and
// breaks where it doesn't (contradicting or oversize lengths, garbage). Part of ExchangeTracker, one a direction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "http/word_matcher.h"

namespace weir {

class MessageScanner {
 public:
  enum class Kind : std::uint8_t { kRequests, kResponses };

  enum class Event : std::uint8_t {
    kNone,       // all bytes are taken
    kBegun,      // the last byte taken was the first of a message; empty lines before it don't count (RFC 9112, 2.2)
    kStartLine,  // a request line is complete, or the three digits of a status are known
    kHead,       // the last byte taken was the last of a head that a body follows
    kEnded,      // the last byte taken was the last of a message; of its head, if it has no body
    kBroken,     // the last byte taken can't belong to a message; from here it is all that scan() answers
  };

  constexpr explicit MessageScanner(Kind kind) : kind_(kind) {}

  /// Takes bytes off the front of `bytes` up to the next event, or all of them. Takes at least one byte for an event,
  /// and reads each byte at most once.
  [[nodiscard]] Event scan(std::span<const std::byte>& bytes);

  /// Takes a piece of `size` bytes unseen, if all of it lies inside a body and the body goes on behind it; else takes
  /// nothing and answers false. What scan() would do, in a few instructions: most pieces are of this kind.
  [[nodiscard]] bool take_within_body(std::uint64_t size) {
    if (state_ == State::kUntilClose) return true;
    if ((state_ != State::kCounted && state_ != State::kChunk) || size >= length_) return false;
    length_ -= size;
    return true;
  }

  /// Takes `size` bytes that are missing from the stream, if all of them lie inside a body, or end one whose length is
  /// known; else takes nothing and answers false. What became of them doesn't matter then: bodies aren't read.
  [[nodiscard]] bool take_missing(std::uint64_t size);

  /// Kind kRequests, right after kStartLine: the method, if it is HEAD or CONNECT, else kNone.
  [[nodiscard]] Keyword method() const { return words_.whole(); }

  /// Kind kResponses, right after kStartLine: the status code, 100 to 999.
  [[nodiscard]] unsigned status() const { return static_cast<unsigned>(number_); }

  /// Right after kStartLine: whatever the head says, no body follows (RFC 9112, 6.3, rule 1).
  void expect_no_body() { bodiless_ = true; }

  /// Kind kResponses: a message has begun, and its status is not known yet.
  [[nodiscard]] bool awaits_status() const { return state_ == State::kStatusLine; }

 private:
  enum class State : std::uint8_t {
    kStart,           // between messages
    kMethod,          // request line
    kTarget,          //
    kVersion,         //
    kRequestLineEnd,  // behind the version: CR or LF
    kRequestLineLf,   // behind CR
    kStatusLine,      // up to the three digits
    kStatusEnd,       // the byte behind them
    kLineStart,       // first byte of a line of the head, or of the trailers
    kFieldName,       //
    kFieldValue,      // of a field that says how long the body is
    kHeadLf,          // CR at the start of a line: LF ends the head
    kChunkSize,       //
    kChunkEnd,        // behind a chunk: CR or LF
    kChunkLf,         // behind CR
    // from here on bytes are skipped, many at a time
    kSkipLine,        // the rest of any other line
    kChunkExtension,  //
    kCounted,         // body with a Content-Length
    kChunk,           //
    kUntilClose,      // body that ends with the connection
    kBroken,
  };

  [[nodiscard]] Event take_bytewise(std::span<const std::byte>& bytes);
  [[nodiscard]] Event take(char c);
  [[nodiscard]] bool skips() const { return state_ >= State::kSkipLine && state_ <= State::kUntilClose; }
  [[nodiscard]] bool is_at_usual() const;
  [[nodiscard]] std::size_t take_usual(std::string_view text);
  [[nodiscard]] std::size_t take_usual_status(std::string_view text);
  [[nodiscard]] std::size_t take_usual_target(std::string_view text);
  [[nodiscard]] std::size_t take_usual_version(std::string_view text);
  [[nodiscard]] std::size_t take_usual_length(std::string_view text);
  Event move_to(State state);  // answers kNone: nothing to tell
  [[nodiscard]] Event fail() { return state_ = State::kBroken, Event::kBroken; }

  // message_scanner.cc: start lines and bodies
  [[nodiscard]] Event take_start(char c);
  [[nodiscard]] Event take_method(char c);
  [[nodiscard]] Event take_target(char c);
  [[nodiscard]] Event take_version(char c);
  [[nodiscard]] Event end_request_line(char c);
  [[nodiscard]] Event take_status_line(char c);
  [[nodiscard]] Event end_status(char c);
  [[nodiscard]] Event end_message();
  [[nodiscard]] Event skip_line(std::span<const std::byte>& bytes);
  [[nodiscard]] Event skip_counted(std::span<const std::byte>& bytes);
  [[nodiscard]] Event begin_chunk();
  [[nodiscard]] Event take_chunk_size(char c);
  [[nodiscard]] Event end_chunk_line();
  [[nodiscard]] Event end_chunk(char c);

  // message_head.cc: fields, and what they say of the body
  [[nodiscard]] Event take_line_start(char c);
  [[nodiscard]] Event take_field_name(char c);
  [[nodiscard]] Event begin_field_value();
  [[nodiscard]] Event take_field_value(char c);
  [[nodiscard]] bool take_length(char c);
  void take_coding(char c);
  [[nodiscard]] bool settle_field();
  [[nodiscard]] bool settle_length();
  void settle_coding();
  [[nodiscard]] Event end_head();
  Event begin_body(State state) { return move_to(state), Event::kHead; }

  std::uint64_t length_ = 0;  // Content-Length or chunk size, then what is left of it to skip
  std::uint64_t number_ = 0;  // the number or count being read: method and target length, status, Content-Length
  Kind kind_;
  State state_ = State::kStart;
  WordMatcher words_;
  std::uint8_t place_ = 0;          // how far inside a fixed pattern, a number or a word
  Keyword field_ = Keyword::kNone;  // the field whose value is being read
  bool bodiless_ : 1 = false;
  bool has_length_ : 1 = false;   // a Content-Length was read
  bool has_coding_ : 1 = false;   // a Transfer-Encoding was read
  bool chunked_ : 1 = false;      // its last coding is chunked
  bool in_trailers_ : 1 = false;  // the lines being read are behind the last chunk
};
static_assert(sizeof(MessageScanner) == 24);

}  // namespace weir
