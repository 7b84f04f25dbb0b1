#include "record/frame_comment.h"

#include <fmt/format.h>

#include "record/decision_json.h"
#include "record/statistics.h"
#include "wire/tcp_segment.h"

namespace weir {
namespace {

void join(std::string& text, std::string_view between, std::string_view more) {
  if (!text.empty()) text += between;
  text += more;
}

std::string rule_text(std::string_view rule) {
  return rule.empty() ? std::string() : fmt::format(", rule {}", rule);
}

bool is(const FrameNote& note, std::uint16_t touched) {
  return (note.touched & touched) != 0;
}

std::string_view kind_of(std::span<const std::byte> frame) {
  TcpSegment segment;
  if (parse_frame(frame, segment) != FrameKind::kTcp) return "frame";
  return segment.has(tcp_flag::kRst) ? "RST" : segment.has(tcp_flag::kFin) ? "FIN" : "ACK";
}

std::string held_text(const FrameNote& note) {
  if (note.held <= Duration()) return {};
  std::string why;
  if (is(note, touch::kLatency)) join(why, " and ", fmt::format("latency of exchange {}", note.n));
  if (is(note, touch::kOutage)) join(why, " and ", "outage");
  if (is(note, touch::kDelay)) join(why, " and ", "delay");
  if (is(note, touch::kRate)) join(why, " and ", "rate");
  if (why.empty()) why = "behind a held frame";
  return fmt::format("held {} ms: {}", milliseconds_text(static_cast<double>(note.held.nanoseconds()) / 1e6), why);
}

std::string left_text(const FrameNote& note, std::span<const std::byte> frame) {
  if (is(note, touch::kCut)) return fmt::format("injected {}: reset of exchange {}", kind_of(frame), note.n);
  if (is(note, touch::kAnswer)) return fmt::format("injected {}: answer after the reset", kind_of(frame));
  if (is(note, touch::kPastHeld)) return fmt::format("injected {}: past a held frame", kind_of(frame));
  std::string text = held_text(note);
  if (is(note, touch::kTrimmed)) join(text, "; ", "cut short by a reset in its middle");
  if (is(note, touch::kCorrupted)) join(text, "; ", "corrupted");
  if (is(note, touch::kDuplicate)) join(text, "; ", "duplicate");
  if (is(note, touch::kOvertook)) join(text, "; ", "overtook held frames");
  if (text.empty() && note.touched != 0) text = "drawn for, and not held";
  return text;
}

}  // namespace

std::string frame_comment(const TapRecord& record, std::span<const std::byte> frame, std::string_view rule) {
  const FrameNote& note = record.note;
  std::string text;
  switch (record.sighting) {
    case Sighting::kArrived:
      return {};
    case Sighting::kLeft:
      text = left_text(note, frame);
      return text.empty() ? text : text + rule_text(rule);
    case Sighting::kAbsorbed:
      text = is(note, touch::kPastHeld) ? "absorbed: bare ACK behind a held frame"
                                        : "absorbed: retransmission of a held frame";
      return text + rule_text(rule);
    case Sighting::kDropped:
      text = fmt::format("dropped: {}{}", name_of(static_cast<DropReason>(record.reason)), rule_text(rule));
      if (note.held > Duration()) text += "; " + held_text(note);
      return text;
  }
  return text;
}

}  // namespace weir
