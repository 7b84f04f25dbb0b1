#include "record/frame_comment.h"

#include <gtest/gtest.h>

#include "engine/worker_counters.h"
#include "support/frames.h"

namespace weir::test {
namespace {

std::string rule_of(const FrameNote& note) {
  const std::vector<std::string> rules = {"default", "api"};
  return note.rule < rules.size() ? rules[note.rule] : std::string();
}

std::string left(FrameNote note, std::uint8_t tcp_flags = tcp_flag::kAck) {
  const Bytes frame = FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(1, 2).flags(tcp_flags).build();
  return frame_comment({.note = note, .sighting = Sighting::kLeft}, frame, rule_of(note));
}

TEST(FrameComment, WhatNothingWasDoneToHasNone) {
  EXPECT_EQ(left({}), "");
  EXPECT_EQ(frame_comment({.note = {.touched = touch::kLatency}, .sighting = Sighting::kArrived}, {}, "default"), "");
}

TEST(FrameComment, SaysHowLongAndWhy) {
  EXPECT_EQ(left({.held = Duration(84'200'000), .n = 3, .touched = touch::kLatency, .rule = 1}),
            "held 84.2 ms: latency of exchange 3, rule api");
  EXPECT_EQ(left({.held = Duration(1), .touched = touch::kOutage | touch::kDelay | touch::kRate, .rule = 0}),
            "held 0.000001 ms: outage and delay and rate, rule default");
  EXPECT_EQ(left({.held = milliseconds(2), .rule = 0}), "held 2 ms: behind a held frame, rule default");
  EXPECT_EQ(left({.held = milliseconds(2)}), "held 2 ms: behind a held frame") << "of a rule that has no name";
}

TEST(FrameComment, SaysWhatWasDoneToIt) {
  EXPECT_EQ(left({.touched = touch::kCorrupted, .rule = 1}), "corrupted, rule api");
  EXPECT_EQ(
      left({.held = milliseconds(5), .touched = touch::kDelay | touch::kCorrupted | touch::kDuplicate, .rule = 1}),
      "held 5 ms: delay; corrupted; duplicate, rule api");
  EXPECT_EQ(left({.touched = touch::kOvertook, .rule = 0}), "overtook held frames, rule default");
  EXPECT_EQ(left({.touched = touch::kTrimmed, .rule = 0}), "cut short by a reset in its middle, rule default");
  EXPECT_EQ(left({.touched = touch::kLatency, .rule = 0}), "drawn for, and not held, rule default");
}

TEST(FrameComment, SaysWhatWeirMade) {
  const FrameNote cut{.n = 2, .touched = touch::kCut, .rule = 1};
  EXPECT_EQ(left(cut, tcp_flag::kRst | tcp_flag::kAck), "injected RST: reset of exchange 2, rule api");
  EXPECT_EQ(left(cut, tcp_flag::kFin | tcp_flag::kAck), "injected FIN: reset of exchange 2, rule api");
  EXPECT_EQ(left({.touched = touch::kAnswer, .rule = 1}, tcp_flag::kRst),
            "injected RST: answer after the reset, rule api");
  EXPECT_EQ(left({.touched = touch::kAnswer, .rule = 1}), "injected ACK: answer after the reset, rule api");
}

TEST(FrameComment, SaysWhatEndedHere) {
  TapRecord record{
      .note = {.rule = 1}, .sighting = Sighting::kDropped, .reason = static_cast<std::uint8_t>(DropReason::kLoss)};
  EXPECT_EQ(frame_comment(record, {}, rule_of(record.note)), "dropped: loss, rule api");
  record.note.held = milliseconds(7);
  record.note.touched = touch::kLatency;
  record.reason = static_cast<std::uint8_t>(DropReason::kReset);
  EXPECT_EQ(frame_comment(record, {}, rule_of(record.note)),
            "dropped: reset, rule api; held 7 ms: latency of exchange 0");
  record.sighting = Sighting::kAbsorbed;
  EXPECT_EQ(frame_comment(record, {}, rule_of(record.note)), "absorbed: retransmission of a held frame, rule api");
}

}  // namespace
}  // namespace weir::test
