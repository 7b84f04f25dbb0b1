// What `weir explain --pcap` says of captures, word for word.
#include "record/explanation.h"

#include <gtest/gtest.h>

#include "profile/profile.h"
#include "record/replay_capture.h"
#include "unit/record/recorded.h"

namespace weir::test {
namespace {

std::string explain(std::string_view profile, const RecordedCapture& capture) {
  const ScratchFile in("explain.pcap");
  in.write(capture.bytes());
  const Profile parsed = parse_profile(profile, "p");
  std::string said;
  Explanation explanation(compile(parsed), [&said](std::string_view paragraph) { said += paragraph; });
  ReplayPlan plan{.profile = parsed, .in = in.path(), .out = "", .client = {}, .log = {}};
  plan.listener = &explanation;
  plan.choosing_by = [&explanation](const Rules& rules) { explanation.choose_by(rules); };
  plan.decided = [&explanation](const Decision& decision, const NameBook& names) { explanation.take(decision, names); };
  (void)replay_capture(plan, [](const ReplayProgress&) { return true; });
  explanation.finish();
  return said;
}

constexpr std::string_view kApi = R"(
[impair]
latency = "5ms"
[[rule]]
name = "api"
[rule.match]
host = "*.example.org"
path = ["/img", "/api"]
[rule.impair]
latency = "100ms"
reset = 0.0
)";

TEST(Explanation, NamesTheRuleOfEachRequestAndWhy) {
  RecordedCapture capture;
  Recorded(capture, 40'000)
      .asks("GET /api/list?x=1 HTTP/1.1\r\nHost: a.example.org\r\n\r\n")
      .answers()
      .asks("GET /other HTTP/1.1\r\nHost: a.example.org\r\n\r\n")
      .answers()
      .ends();
  EXPECT_EQ(explain(kApi, capture), R"(10.9.0.1:40000>10.9.0.2:80 k 0
  0.000000000 s: it begins
  0.002000000 s: request 0, GET /api/list of "a.example.org": rule "api" (protocol http1, host "*.example.org" matched "a.example.org", path "/api" matched "/api/list")
  0.003000000 s: exchange 0: no reset (drew 0.482078) [api]
  0.004000000 s: request 1, GET /other of "a.example.org": rule "default" (HTTP that no other rule takes); "api" not by its path
  0.003000000 s: exchange 0: its first byte is held for 100 ms until 0.103000000 s, leaves at 0.103000000 s [api]
  0.005000000 s: exchange 1: its first byte is held for 5 ms until 0.010000000 s, leaves at 0.103000000 s [default]
  0.006000000 s: it ends
)");
}

TEST(Explanation, SaysWhatIsCutAndLost) {
  RecordedCapture capture;
  Recorded(capture, 40'000).asks("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answers();
  const std::string cut = explain("[impair]\nreset = 1.0\n", capture);
  EXPECT_NE(cut.find("exchange 0: reset strikes (drew 0."), std::string::npos) << cut;
  const std::string lost = explain("[[impair.packet]]\nloss = 1.0\ndirection = 'down'\nsegments = 'data'\n", capture);
  EXPECT_NE(lost.find("a frame is lost (number 0 of the kind, drew 0."), std::string::npos) << lost;
  const std::string stalled = explain("[impair.jitter]\nprob = 1.0\nlength = '9ms'\n", capture);
  EXPECT_NE(stalled.find("jitter 0: an outage of 9 ms until "), std::string::npos) << stalled;
}

TEST(Explanation, SaysWhereABodyIsCut) {
  RecordedCapture capture;
  Recorded(capture, 40'000).asks("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answers();
  const auto cut_behind = [&](std::string_view after) {
    return explain("[impair.reset]\nprob = 1.0\nat = 'body'\nafter = '" + std::string(after) + "'\n", capture);
  };
  const std::string bytes = cut_behind("12kB");
  EXPECT_NE(bytes.find("exchange 0: reset strikes (drew 0.482078), behind 12000 bytes of its response [default]\n"),
            std::string::npos)
      << bytes;
  const std::string time = cut_behind("2.5ms");
  EXPECT_NE(time.find("reset strikes (drew 0.482078), 2.5 ms behind its first byte, at 0.005500000 s [default]\n"),
            std::string::npos)
      << time;
}

TEST(Explanation, MarksPhases) {
  RecordedCapture capture;
  Recorded(capture, 40'000).asks("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answers().ends();
  EXPECT_EQ(explain("[[phase]]\nname = 'into the \"tunnel\"'\nat = '1ms'\nfor = '1500us'\n"
                    "impair = { latency = '50ms' }\n[[phase]]\nname = 'out'\nimpair = { latency = '7ms' }\n",
                    capture),
            R"(0.001000000 s: phase "into the \"tunnel\"" begins
0.002500000 s: phase "out" begins
10.9.0.1:40000>10.9.0.2:80 k 0
  0.000000000 s: it begins
  0.002000000 s: request 0, GET / of "x": rule "default" (HTTP that no other rule takes)
  0.003000000 s: exchange 0: its first byte is held for 7 ms until 0.010000000 s, leaves at 0.010000000 s [default]
  0.004000000 s: it ends
)");
}

TEST(Explanation, RulesOfAPhaseTakeWhatTheyTakeWhileItLasts) {
  RecordedCapture capture;
  Recorded recorded(capture, 40'000);
  for (int i = 0; i < 3; ++i) recorded.asks("GET /api HTTP/1.1\r\nHost: x\r\n\r\n").answers();
  EXPECT_EQ(explain("[impair]\nlatency = 0\n[[rule]]\nname = 'api'\nmatch = { path = '/api' }\n"
                    "impair = { reset = 0.0 }\n"
                    "[[phase]]\nname = 'outage'\nat = '3500us'\nfor = '2ms'\n"
                    "[[phase.rule]]\nname = 'rack'\nmatch = { client = '10.9.0.0/24' }\nimpair = { reset = 0.0 }\n",
                    capture),
            R"(0.003500000 s: phase "outage" begins
10.9.0.1:40000>10.9.0.2:80 k 0
  0.000000000 s: it begins
  0.002000000 s: request 0, GET /api of "x": rule "api" (protocol http1, path "/api" matched "/api")
  0.003000000 s: exchange 0: no reset (drew 0.482078) [api]
  0.004000000 s: request 1, GET /api of "x": rule "rack" (protocol http1, client 10.9.0.0/24 matched 10.9.0.1)
  0.005000000 s: exchange 1: no reset (drew 0.618624) [rack]
  0.006000000 s: request 2, GET /api of "x": rule "default": what it asks for is not read any more, since its rules became others
  0.007000000 s: exchange 2: its first byte is held for 0 ms until 0.007000000 s, leaves at 0.007000000 s [default]
)");
}

TEST(Explanation, SaysThatNoRuleTakesAConnectionAndWhyNot) {
  RecordedCapture capture;
  Recorded(capture, 40'000).asks(std::string("\0\1ping", 6)).answers();
  Recorded(capture, 40'001);
  const std::string said = explain(kApi, capture);
  EXPECT_NE(said.find("  it speaks other-tcp: no rule takes it; \"api\" not by its traffic\n"), std::string::npos)
      << said;
  EXPECT_NE(said.find("40001>10.9.0.2:80 k 1\n"), std::string::npos) << said;
  EXPECT_NE(said.find("  its protocol can't be told: no rule by protocol takes it\n"), std::string::npos) << said;
}

TEST(Explanation, QuicIsNamedByItsConnectionId) {
  RecordedCapture capture;
  capture.add(initial_to("\xc0\xff\xee", 5'000));
  EXPECT_EQ(explain("[[rule]]\nname = 'q'\nmatch = { protocol = 'udp', quic-id = 'c0*' }\n"
                    "[[rule.impair.packet]]\nloss = 1.0\n",
                    capture)
                .substr(0, 125),
            "10.9.0.1:5000>10.9.0.2:443 k 0\n  0.000000000 s: it begins\n"
            "  it is quic: rule \"q\" (protocol quic, quic-id c0* matched c0ffee)\n");
}

TEST(Explanation, ALongStoryIsToldInPieces) {
  RecordedCapture capture;
  Recorded talk(capture, 40'000);
  for (int i = 0; i < 400; ++i) talk.asks("GET / HTTP/1.1\r\nHost: x\r\n\r\n").answers();
  const std::string said = explain("[impair]\nlatency = '1us'\n", capture);
  EXPECT_NE(said.find("10.9.0.1:40000>10.9.0.2:80 k 0, continued\n"), std::string::npos);
  EXPECT_NE(said.find("exchange 399: its first byte is held for 0.001 ms"), std::string::npos);
}

}  // namespace
}  // namespace weir::test
