// llhttp (Node's parser, Debian's node-llhttp) and the scanner side by side: where each finds messages in a stream. The
// two share no line. Used by the differential test and the fuzz target.
#pragma once

#include <llhttp.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/message_scanner.h"

namespace weir::test {

/// What the exchange tells both readers about responses (RFC 9112, 6.3, rule 1); there are no answers to HEAD here.
[[nodiscard]] inline bool is_bodiless(unsigned status) {
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
  explicit Oracle(MessageScanner::Kind kind) {
    llhttp_settings_init(&settings_);
    settings_.on_message_begin = [](llhttp_t* parser) { return of(parser).found(&Boundaries::begins); };
    settings_.on_message_complete = [](llhttp_t* parser) { return of(parser).found(&Boundaries::ends); };
    settings_.on_headers_complete = [](llhttp_t* parser) {
      return parser->type == HTTP_RESPONSE && is_bodiless(parser->status_code) ? 1 : 0;
    };
    llhttp_init(&parser_, kind == MessageScanner::Kind::kRequests ? HTTP_REQUEST : HTTP_RESPONSE, &settings_);
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

/// Feeds the scanner the stream cut at these offsets, in rising order.
[[nodiscard]] inline Boundaries scan_in_pieces(MessageScanner::Kind kind, std::string_view stream,
                                               const std::vector<std::size_t>& cuts) {
  using Event = MessageScanner::Event;
  MessageScanner scanner(kind);
  Boundaries boundaries;
  const auto bytes = std::as_bytes(std::span(stream));
  std::size_t at = 0;
  for (std::size_t piece = 0; piece <= cuts.size(); ++piece) {
    const std::size_t piece_end = piece < cuts.size() ? cuts[piece] : bytes.size();
    const std::vector<std::byte> copy(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                      bytes.begin() + static_cast<std::ptrdiff_t>(piece_end));
    std::span<const std::byte> rest = copy;  // a copy, so that a read outside is seen by sanitizers
    while (!rest.empty()) {
      const Event event = scanner.scan(rest);
      const std::size_t last_taken = piece_end - rest.size() - 1;
      if (event == Event::kBegun) boundaries.begins.push_back(last_taken);
      if (event == Event::kEnded) boundaries.ends.push_back(last_taken);
      if (event == Event::kStartLine && kind == MessageScanner::Kind::kResponses && is_bodiless(scanner.status())) {
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

}  // namespace weir::test
