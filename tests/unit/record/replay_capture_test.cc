#include "record/replay_capture.h"

#include <gtest/gtest.h>

#include "profile/errors.h"
#include "profile/profile.h"
#include "record/pcap_reader.h"
#include "support/message_of.h"
#include "unit/record/recorded.h"

namespace weir::test {
namespace {

FrameBuilder client() {
  return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(40'000, 80);
}
FrameBuilder server() {
  return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, 40'000);
}

/// A connection with one exchange, 2 s after some epoch; the response comes at 2.25 s.
CaptureBytes one_exchange() {
  CaptureBytes capture;
  capture.pcap_header(0xa1b2c3d4);
  capture.pcap_packet(2, 0, text_of(client().seq(10).flags(tcp_flag::kSyn)));
  capture.pcap_packet(2, 100'000, text_of(server().seq(50).ack(11).flags(tcp_flag::kSyn | tcp_flag::kAck)));
  capture.pcap_packet(2, 200'000, text_of(client().seq(11).ack(51).payload("GET / HTTP/1.1\r\nHost: x\r\n\r\n")));
  capture.pcap_packet(2, 250'000, text_of(server().seq(51).ack(37).payload("HTTP/1.1 204 No Content\r\n\r\n")));
  return capture;
}

class ReplayCaptureTest : public testing::Test {
 protected:
  ReplayReport replay(const CaptureBytes& capture) { return replay(capture.bytes()); }
  ReplayReport replay(const std::string& capture) {
    in_.write(capture);
    Profile profile;
    profile.impair.latency = LatencyRule{{milliseconds(150), milliseconds(150)}};
    return replay_by(profile);
  }
  ReplayReport replay_by(std::string_view profile) { return replay_by(parse_profile(std::string(profile), "p")); }
  ReplayReport replay_by(const Profile& profile) {
    const ReplayPlan plan{.profile = profile, .in = in_.path(), .out = out_.path(), .client = {}, .log = log_.path()};
    return replay_capture(plan, [this](const ReplayProgress& progress) {
      progress_ = progress;
      return !stops_ || progress.drains != *stops_;
    });
  }
  std::vector<std::int64_t> times() const {
    PcapReader reader(out_.path());
    std::vector<std::int64_t> times;
    for (CapturedFrame frame; reader.next(frame);) times.push_back(frame.unix_ns);
    return times;
  }

  const ScratchFile in_{"in.pcap"};
  const ScratchFile out_{"out.pcap"};
  const ScratchFile log_{"replay.jsonl"};
  ReplayProgress progress_;
  std::optional<bool> stops_;  // true: while it drains; false: before
};

TEST_F(ReplayCaptureTest, TheResponseIsLaterByItsLatencyAndTheRestAsItWas) {
  const ReplayReport report = replay(one_exchange());
  EXPECT_EQ(times(), (std::vector<std::int64_t>{2'000'000'000, 2'100'000'000, 2'200'000'000, 2'400'000'000}));
  EXPECT_EQ(report.frames, 4U);
  EXPECT_EQ(report.damage, "");
  EXPECT_EQ(report.statistics.links[0].a.name, in_.path() + ":a");
  EXPECT_EQ(report.statistics.links[0].b.rx_frames, 2U);
  EXPECT_TRUE(broken_promises(report.statistics).empty());
  EXPECT_NE(log_.read().find(R"("event": "latency", "n": 0, "drawn": 150, "rule": "default", "due_ns": 400000000, )"
                             R"("done_ns": 400000000})"),
            std::string::npos)
      << log_.read();
}

TEST_F(ReplayCaptureTest, TwiceIsTheSameByteForByte) {
  (void)replay(one_exchange());
  const std::string capture = out_.read();
  const std::string log = log_.read();
  (void)replay(one_exchange());
  EXPECT_EQ(out_.read(), capture);
  EXPECT_EQ(log_.read(), log);
}

TEST_F(ReplayCaptureTest, OfTwoQuicConnectionsOneIsLateByItsId) {
  CaptureBytes capture;
  capture.pcap_header(0xa1b2c3d4);
  capture.pcap_packet(1, 0, initial_to("\xc0\xff\xee", 5'000)).pcap_packet(1, 1, initial_to("\xbe\xef", 5'001));
  in_.write(capture.bytes());
  const Profile profile = parse_profile(
      "[[rule]]\nname = 'coffee'\nmatch = { protocol = 'quic', quic-id = 'c0ff*' }\n"
      "[[rule.impair.packet]]\ndelay = '20ms'\n",
      "p");
  (void)replay_capture({.profile = profile, .in = in_.path(), .out = out_.path(), .client = {}, .log = {}},
                       [](const auto&) { return true; });
  EXPECT_EQ(times(), (std::vector<std::int64_t>{1'000'001'000, 1'020'000'000}));
  EXPECT_EQ(out_.read().substr(40, 1'242), initial_to("\xbe\xef", 5'001));
}

TEST_F(ReplayCaptureTest, AnEmptyCaptureBecomesOne) {
  const ReplayReport report = replay(CaptureBytes().pcap_header(0xa1b2c3d4));
  EXPECT_EQ(report.frames, 0U);
  EXPECT_TRUE(times().empty());
}

TEST_F(ReplayCaptureTest, TimesThatGoBackAreMovedForwardAndCounted) {
  const std::string arp = text_of(FrameBuilder().arp("10.9.0.1", "10.9.0.2"));
  const ReplayReport report = replay(
      CaptureBytes().pcap_header(0xa1b2c3d4).pcap_packet(9, 5, arp).pcap_packet(9, 4, arp).pcap_packet(9, 6, arp));
  EXPECT_EQ(report.moved_forward, 1U);
  EXPECT_EQ(times(), (std::vector<std::int64_t>{9'000'005'000, 9'000'005'000, 9'000'006'000}));
}

TEST_F(ReplayCaptureTest, FramesCutByTheSnaplenPassWithTheirLengthAndAreCounted) {
  const std::string frame = text_of(client().payload(std::string(500, 'x'))).substr(0, 96);
  const CaptureBytes capture = CaptureBytes().pcap_header(0xa1b23c4d).pcap_packet(1, 2, frame, 458);
  const ReplayReport report = replay(capture);
  EXPECT_EQ(report.cut_by_snaplen, 1U);
  EXPECT_EQ(out_.read().substr(24), capture.bytes().substr(24));
  EXPECT_TRUE(broken_promises(report.statistics).empty());
}

TEST_F(ReplayCaptureTest, ATruncatedCaptureIsUsedAsFarAsItGoes) {
  const std::string whole = one_exchange().bytes();
  const ReplayReport report = replay(whole.substr(0, whole.size() - 1));
  EXPECT_EQ(times().size(), 3U);
  EXPECT_NE(report.damage.find("what came before is used"), std::string::npos);
}

TEST_F(ReplayCaptureTest, PhasesThatEndByAFaultSayWhy) {
  in_.write(one_exchange().bytes());
  const std::string unsteady =
      "[timeline]\nstep = '10ms'\n[[phase]]\nname = 'a'\nfor = '7s'\n[phase.impair.speed]\nrate = '1MB/s'\n"
      "discipline = 'codel'\ninterval = '80ms'\n";
  EXPECT_EQ(replay_by(unsteady).fault, "");
  // Each by itself keeps what is asked of it; once they meet.
  const std::string meeting =
      "[timeline]\nstep = '10ms'\n[[phase]]\nname = 'a'\nfor = '7s'\n[phase.impair.speed]\nrate = '1MB/s'\n"
      "discipline = 'codel'\ntarget = { walk = '5ms..70ms', by = '40ms', step = '10ms' }\n"
      "interval = { walk = '60ms..90ms', by = '20ms', step = '10ms' }\n";
  EXPECT_EQ(replay_by("seed = 3\n" + meeting).fault,
            "p:10:10: target has to be shorter than interval\n"
            "target = { walk = '5ms..70ms', by = '40ms', step = '10ms' }\n"
            "         ^");
}

TEST_F(ReplayCaptureTest, ProgressIsTold) {
  CaptureBytes capture;
  capture.pcap_header(0xa1b2c3d4);
  const std::string arp = text_of(FrameBuilder().arp("10.9.0.1", "10.9.0.2"));
  for (std::uint32_t i = 0; i < 5'000; ++i) capture.pcap_packet(1, i, arp);
  (void)replay(capture);
  EXPECT_EQ(progress_.frames, 4'865U) << "each 256 turns: the last time behind the 4 864th";
  EXPECT_EQ(progress_.bytes, capture.bytes().size());
  EXPECT_EQ(progress_.bytes_read, 24 + 4'865 * (16 + arp.size()));
}

/// Request and response leave within a minute at a byte a second; what the server says then takes more than an hour.
CaptureBytes slow_exchange() {
  CaptureBytes capture = one_exchange();
  std::uint32_t sequence = 51 + 27;
  for (std::uint32_t i = 0; i < 4; ++i, sequence += 1'400) {
    capture.pcap_packet(3, i, text_of(server().seq(sequence).ack(37).payload(std::string(1'400, 'x'))));
  }
  return capture;
}

constexpr std::string_view kSlowForever =
    "[impair]\nspeed = '1B/s'\n[timeline]\nloop = true\n"
    "[[phase]]\nname = 'a'\nfor = '1s'\n[[phase]]\nname = 'b'\nfor = '1s'\nimpair = { latency = '1ms' }\n";

TEST_F(ReplayCaptureTest, ADrainThatIsStoppedEndsAsARunThatIsStopped) {
  in_.write(slow_exchange().bytes());
  stops_ = true;
  const ReplayReport report = replay_by(kSlowForever);
  EXPECT_TRUE(report.stopped);
  EXPECT_EQ(report.frames, 8U);
  EXPECT_EQ(times().size(), 4U);
  EXPECT_EQ(report.statistics.totals.drops[static_cast<std::size_t>(DropReason::kStopped)], 4U);
  EXPECT_TRUE(broken_promises(report.statistics).empty());
  EXPECT_EQ(report.statistics.duration, seconds(54)) << "to the last frame that left";
}

TEST_F(ReplayCaptureTest, ADrainThatIsNotStoppedGoesToItsEnd) {
  in_.write(slow_exchange().bytes());
  const ReplayReport report = replay_by(kSlowForever);
  EXPECT_FALSE(report.stopped);
  EXPECT_TRUE(progress_.drains);
  EXPECT_EQ(times().size(), 8U);
  EXPECT_EQ(report.statistics.duration, seconds(54 + 4 * 1'400));
}

TEST_F(ReplayCaptureTest, StoppedBeforeTheLastFrameThereIsNothingToKeep) {
  CaptureBytes capture = slow_exchange();  // and, much later, one more frame
  capture.pcap_packet(3'000, 0, text_of(FrameBuilder().arp("10.9.0.1", "10.9.0.2")));
  in_.write(capture.bytes());
  stops_ = false;
  EXPECT_EQ(message_of<RunError>([&] { (void)replay_by(kSlowForever); }), in_.path() + ": stopped behind packet 9");
}

TEST_F(ReplayCaptureTest, CapturesLongerThanALifetimeAreRefused) {
  const std::string arp = text_of(FrameBuilder().arp("10.9.0.1", "10.9.0.2"));
  EXPECT_EQ(
      message_of<RunError>([&] {
        (void)replay(CaptureBytes().pcap_header(0xa1b2c3d4).pcap_packet(0, 0, arp).pcap_packet(1'600'000'000, 0, arp));
      }),
      in_.path() + ": packet 2 is more than 50 years later than the first one");
}

}  // namespace
}  // namespace weir::test
