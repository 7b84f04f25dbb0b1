// The whole way of a capture in simulated time: frames through real workers, their taps, the file.
#include "record/frame_capture.h"

#include <gtest/gtest.h>

#include "record/decision_log.h"
#include "record/pcap_reader.h"
#include "record/replay.h"
#include "support/frames.h"
#include "unit/record/capture_bytes.h"

namespace weir::test {
namespace {

constexpr std::int64_t kEpoch = 1'700'000'000'000'000'000;

/// What stands in a capture: "A in 1000000", say, and the comment, which the reader of captures has no use for.
struct Seen {
  std::string where;
  std::int64_t at_ns = 0;
  std::string comment;
  friend bool operator==(const Seen&, const Seen&) = default;
};

void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.where << ' ' << seen.at_ns << " \"" << seen.comment << '"';
}

/// The comments of a file's packet blocks, read by hand.
std::vector<std::string> comments_in(const std::string& file) {
  const auto number = [&file](std::size_t at, std::size_t length) {
    std::size_t value = 0;
    for (std::size_t i = length; i-- > 0;) value = value << 8U | static_cast<unsigned char>(file[at + i]);
    return value;
  };
  std::vector<std::string> comments;
  for (std::size_t at = 0; at < file.size(); at += number(at + 4, 4)) {
    if (number(at, 4) != 6) continue;
    const std::size_t option = at + 28 + (number(at + 20, 4) + 3) / 4 * 4;
    comments.push_back(number(option, 2) == 1 ? file.substr(option + 4, number(option + 2, 2)) : "");
  }
  return comments;
}

class FrameCaptureTest : public testing::Test {
 protected:
  struct Sink : ReplaySink {
    void leaves(Instant /*at*/, Side side, std::span<const std::byte> /*frame*/, std::uint32_t /*length*/) override {
      ++left[index_of(side)];
    }
    void after_turn() override { capture->write_out(); }
    FrameCapture* capture = nullptr;
    std::array<std::size_t, 2> left{};
  };

  void begin() {
    replay_.emplace(ReplaySetup{.rules = rules_, .sizes = {.flows = 64, .held = 256}, .captures = true}, sink_);
    names_.add_selections(0, rules_);
    capture_.emplace(FrameCaptureSetup{.path = file_.path(),
                                       .taps = {replay_->taps().begin(), replay_->taps().end()},
                                       .links = {{"c", "s"}},
                                       .names = &names_});
    sink_.capture = &*capture_;
    capture_->begin(kEpoch, FrameCapture::Pace::kByHand);
  }

  void arrive(std::int64_t ms, Side side, const FrameBuilder& frame) {
    const Bytes bytes = frame.build();
    replay_->arrive(Instant() + milliseconds(ms), side, bytes, static_cast<std::uint32_t>(bytes.size()));
  }

  /// SYN, SYN-ACK and a request, at 0, 1 and 2 ms.
  void open() {
    arrive(0, Side::kA, client().seq(10).flags(tcp_flag::kSyn));
    arrive(1, Side::kB, server().seq(50).ack(11).flags(tcp_flag::kSyn | tcp_flag::kAck));
    arrive(2, Side::kA, client().seq(11).ack(51).payload("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  std::vector<Seen> finish() {
    replay_->finish();
    capture_->close();
    const std::vector<std::string> comments = comments_in(file_.read());
    PcapReader reader(file_.path());
    std::vector<Seen> seen;
    for (CapturedFrame frame; reader.next(frame);) {
      const char* const names[] = {"A", "B", "dropped"};
      const char* const way = frame.direction == CaptureDirection::kInbound ? " in" : " out";
      seen.push_back({std::string(names[frame.interface]) + way, frame.unix_ns - kEpoch, comments.at(seen.size())});
    }
    EXPECT_EQ(seen.size(), capture_->frames());
    EXPECT_EQ(capture_->lost(), 0U);
    return seen;
  }

  static FrameBuilder client() { return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(40'000, 80); }
  static FrameBuilder server() { return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, 40'000); }
  static FrameBuilder response() { return server().seq(51).ack(37).payload("HTTP/1.1 204 No Content\r\n\r\n"); }

  const ScratchFile file_{"frames.pcapng"};
  Rules rules_;
  NameBook names_;
  Sink sink_;
  std::optional<Replay> replay_;
  std::optional<FrameCapture> capture_;
};

constexpr std::int64_t kMs = 1'000'000;

TEST_F(FrameCaptureTest, AHeldFrameSaysHowLongAndARetransmissionThatItWasAbsorbed) {
  rules_.latency = LatencyRule{{milliseconds(150), milliseconds(150)}};
  begin();
  open();
  arrive(10, Side::kB, response());
  arrive(20, Side::kB, response());
  EXPECT_EQ(finish(), (std::vector<Seen>{
                          {"A in", 0, ""},
                          {"B out", 0, ""},
                          {"B in", 1 * kMs, ""},
                          {"A out", 1 * kMs, ""},
                          {"A in", 2 * kMs, ""},
                          {"B out", 2 * kMs, ""},
                          {"B in", 10 * kMs, ""},
                          {"B in", 20 * kMs, ""},
                          {"dropped out", 20 * kMs, "absorbed: retransmission of a held frame, rule default"},
                          {"A out", 160 * kMs, "held 150 ms: latency of exchange 0, rule default"},
                      }));
}

TEST_F(FrameCaptureTest, AResetShowsWhatWeirMadeAndWhatItDropped) {
  rules_.reset = ResetRule{1, Probability(1)};
  begin();
  open();
  arrive(10, Side::kB, response());
  arrive(11, Side::kA, client().seq(37).ack(51).flags(tcp_flag::kAck));
  const std::vector<Seen> seen = finish();
  const std::vector<Seen> end(seen.begin() + 6, seen.end());
  EXPECT_EQ(end, (std::vector<Seen>{
                     {"B in", 10 * kMs, ""},
                     {"dropped out", 10 * kMs, "dropped: reset, rule default"},
                     {"A out", 10 * kMs, "injected RST: reset of exchange 0, rule default"},
                     {"B out", 10 * kMs, "injected RST: reset of exchange 0, rule default"},
                     {"A in", 11 * kMs, ""},
                     {"dropped out", 11 * kMs, "dropped: after_reset, rule default"},
                     {"A out", 11 * kMs, "injected RST: answer after the reset, rule default"},
                 }));
}

TEST_F(FrameCaptureTest, WhatIsNotParsedIsCapturedAsWell) {
  begin();
  arrive(3, Side::kB, FrameBuilder().arp("10.9.0.2", "10.9.0.1"));
  EXPECT_EQ(finish(), (std::vector<Seen>{{"B in", 3 * kMs, ""}, {"A out", 3 * kMs, ""}}));
}

TEST_F(FrameCaptureTest, EveryFrameOfThePortsCountersIsThereOnce) {
  rules_.latency = LatencyRule{{milliseconds(5), milliseconds(90)}};
  rules_.latency->per = LatencyRule::Per::kPacket;
  begin();
  open();
  for (int i = 0; i < 200; ++i) {
    arrive(3 + i, Side::kB, server().seq(51 + 10 * static_cast<std::uint32_t>(i)).ack(37).payload("0123456789"));
  }
  std::array<std::size_t, 4> count{};
  for (const Seen& seen : finish()) {
    const bool out = seen.where.ends_with("out");
    ++count[(seen.where[0] == 'B' ? 2U : 0U) + (out ? 1U : 0U)];
    EXPECT_TRUE(!out || seen.where[0] == 'B' || seen.at_ns <= 3 * kMs || seen.comment.starts_with("held "))
        << seen.comment;
  }
  RunStatistics run;
  replay_->report(run);
  EXPECT_EQ(count, (std::array<std::size_t, 4>{run.links[0].a.rx_frames, run.links[0].a.tx_frames,
                                               run.links[0].b.rx_frames, run.links[0].b.tx_frames}));
  EXPECT_EQ(sink_.left, (std::array<std::size_t, 2>{run.links[0].a.tx_frames, run.links[0].b.tx_frames}));
}

}  // namespace
}  // namespace weir::test
