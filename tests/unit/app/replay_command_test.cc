#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/capture_bytes.h"
#include "weir/dispatch.h"
#include "weir/progress_line.h"
#include "weir/replay.h"

namespace weir {
namespace {

using Words = std::vector<std::string>;

std::string parse_error(const Words& words) {
  return message_of<UsageError>([&words] { (void)parse_replay_options(words); });
}

TEST(ReplayOptions, TwoCapturesAndWhatIsDone) {
  const ReplayOptions options =
      parse_replay_options(Words{"--latency", "150", "in.pcap", "--client", "10.0.0.0/8", "out.pcap", "--seed", "7"});
  EXPECT_EQ(options.in, "in.pcap");
  EXPECT_EQ(options.out, "out.pcap");
  EXPECT_EQ(options.rules.seed, 7U);
  EXPECT_EQ(options.rules.latency->hold.min, milliseconds(150));
  ASSERT_TRUE(options.client);
  EXPECT_EQ(options.client->prefix, 96 + 8);
}

TEST(ReplayOptions, FaultsAreNamed) {
  const std::string shape = ": weir replay [options] IN.pcap OUT.pcap";
  EXPECT_EQ(parse_error({}), "the captures are missing" + shape);
  EXPECT_EQ(parse_error({"in.pcap"}), "the capture to write is missing" + shape);
  EXPECT_EQ(parse_error({"a", "b", "c"}),
            R"(unexpected argument "c" (one capture in, one out: weir replay IN.pcap OUT.pcap))");
  EXPECT_EQ(parse_error({"a", "b", "--clients", "10.0.0.0/8"}), "unknown option --clients (did you mean --client?)");
  EXPECT_EQ(parse_error({"a", "b", "--link", "x,y"}).substr(0, 21), "unknown option --link");
}

class ReplayCommand : public testing::Test {
 protected:
  int replay_to(const std::string& out) {
    ReplayOptions options;
    options.in = in_.path();
    options.out = out;
    std::ostringstream err;
    const int code = replay(options, err);
    said_ = err.str();
    return code;
  }

  const ScratchFile in_{"command-in.pcap"};
  const ScratchFile out_{"command-out.pcap"};
  std::string said_;
};

TEST_F(ReplayCommand, LeavesTheCaptureInItsPlace) {
  in_.write(CaptureBytes().pcap_header(0xa1b23c4d).pcap_packet(1, 2, std::string(60, 'x')).bytes());
  out_.write("what was there before");
  EXPECT_EQ(replay_to(out_.path()), kGood);
  EXPECT_EQ(out_.read().substr(24), in_.read().substr(24));
  EXPECT_EQ(said_, "");
  EXPECT_EQ(replay_to("/dev/null"), kGood);
}

TEST_F(ReplayCommand, AFailureLeavesWhatWasThere) {
  in_.write(CaptureBytes().pcap_header(0xa1b23c4d).u32(0).u32(0).u32(1'000'000).u32(0).bytes());
  out_.write("what was there before");
  EXPECT_THROW((void)replay_to(out_.path()), RunError);
  EXPECT_EQ(out_.read(), "what was there before");
  const std::string name = std::filesystem::path(out_.path()).filename();
  for (const auto& entry : std::filesystem::directory_iterator(testing::TempDir())) {
    EXPECT_FALSE(entry.path().filename().string().starts_with(name + ".weir")) << entry.path();
  }
}

TEST_F(ReplayCommand, TheLogAppearsWholeOrNotAtAll) {
  const ScratchFile log("command-log.jsonl");
  ReplayOptions options;
  options.in = in_.path();
  options.out = out_.path();
  options.output.log = log.path();
  std::ostringstream err;
  log.write("what was there before");
  in_.write(CaptureBytes().pcap_header(0xa1b23c4d).u32(0).u32(0).u32(1'000'000).u32(0).bytes());
  EXPECT_THROW((void)replay(options, err), RunError);
  EXPECT_EQ(log.read(), "what was there before");
  in_.write(CaptureBytes().pcap_header(0xa1b23c4d).pcap_packet(1, 2, std::string(60, 'x')).bytes());
  EXPECT_EQ(replay(options, err), kGood);
  const std::string whole = log.read();
  EXPECT_NE(whole.find(R"("event": "asked")"), std::string::npos) << whole;
  EXPECT_NE(whole.find(R"("event": "carried")"), std::string::npos) << whole;
  EXPECT_EQ(whole.find(R"("event": "open")"), std::string::npos) << "nothing was decided: " << whole;
}

TEST_F(ReplayCommand, DeparturesThatHaveArrivedBeforeArePassedOver) {
  const std::string packet(60, 'x');
  in_.write(CaptureBytes()
                .section()
                .interface()
                .interface()
                .packet(0, 1, packet, 0, 1)
                .packet(1, 2, packet, 0, 2)
                .packet(1, 3, packet, 0, 1)
                .bytes());
  EXPECT_EQ(replay_to(out_.path()), kGood);
  EXPECT_EQ(out_.read().size(), 24 + 2 * (16 + packet.size()));
  EXPECT_EQ(said_, "weir: 1 frame is marked as outbound and came in elsewhere before: passed over\n");
}

TEST_F(ReplayCommand, RemarksAreALineEach) {
  const std::string packet(60, 'x');
  CaptureBytes capture;
  capture.pcap_header(0xa1b23c4d).pcap_packet(1, 2, packet).pcap_packet(1, 1, packet, 9).u32(0);
  in_.write(capture.bytes());
  EXPECT_EQ(replay_to(out_.path()), kGood);
  EXPECT_EQ(said_,
            "weir: " + in_.path() +
                ": at byte 176: it ends inside a packet (4 bytes are there); what came before is used\n"
                "weir: 1 frame was captured in part only (snaplen): such frames can't be read and pass unshaped\n"
                "weir: 1 frame had a time before that of the frame before: taken as the same time\n");
}

TEST(ReplayRemarks, AFaultOfThePhasesIsSaidWithItsLines) {
  ReplayReport report;
  report.fault = "p.toml:1:2: delay: why\ndelay = 1\n ^";
  std::ostringstream err;
  remark_on(report, err);
  EXPECT_EQ(err.str(),
            "weir: the profile's phases ended before their end, what held then went on:\n"
            "p.toml:1:2: delay: why\ndelay = 1\n ^\n");
}

TEST_F(ReplayCommand, NoFileTwice) {
  in_.write("");
  const std::string roundabout = testing::TempDir() + "./" + std::string(std::filesystem::path(in_.path()).filename());
  EXPECT_EQ(message_of<UsageError>([&] { (void)replay_to(roundabout); }),
            in_.path() + " and " + roundabout + " are the same file");
  EXPECT_EQ(message_of<UsageError>([&] { (void)replay_to("/nonexistent/out.pcap"); }),
            "OUT: cannot write /nonexistent/out.pcap: No such file or directory");
}

}  // namespace
}  // namespace weir
