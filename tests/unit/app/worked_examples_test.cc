// The twelve worked examples of docs/profiles.md: each passes `weir check`, and `weir replay` does something by it.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "unit/record/recorded.h"
#include "weir/dispatch.h"

namespace weir::test {
namespace {

constexpr std::size_t kExamples = 12;

std::vector<std::string> worked_examples() {
  std::ifstream file(std::string(WEIR_DOCS) + "/profiles.md");
  EXPECT_TRUE(file);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  text.erase(0, text.find("\n## Worked examples\n"));
  text.resize(text.find("\n## ", 1));
  std::vector<std::string> examples;
  for (std::size_t at = text.find("\n### "); at != std::string::npos; at = text.find("\n### ", at + 1)) {
    const std::size_t begin = text.find("\n```toml\n", at) + 9;
    examples.push_back(text.substr(begin, text.find("\n```\n", begin) + 1 - begin));
  }
  return examples;
}

/// What the examples speak of: HTTP of several hosts and paths, with bodies; QUIC of two connection IDs; a DNS query.
std::string traffic() {
  RecordedCapture capture;
  for (std::uint16_t port = 40'000; port < 40'020; ++port) {
    Recorded talk(capture, port);
    talk.asks("GET /api/list HTTP/1.1\r\nHost: a.example.org\r\n\r\n");
    talk.answers("HTTP/1.1 200 OK\r\nContent-Length: 14000\r\n\r\n");
    for (int i = 0; i < 10; ++i) talk.answers(std::string(1'400, 'x'));
    talk.asks("GET /img/a.png HTTP/1.1\r\nHost: b.example.org\r\n\r\n").answers();
  }
  capture.add(initial_to("\xc0\xff\xee", 5'000));
  capture.add(initial_to("\xbe\xef", 5'001));
  capture.add(text_of(FrameBuilder().v4("10.9.0.1", "10.9.0.2").udp(5'002, 53).payload("query")));
  return capture.bytes();
}

struct Answer {
  int code = -1;
  std::string said;
};

Answer ask(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = dispatch(words, {.run = nullptr, .exec = nullptr}, out, err);
  return {code, out.str() + err.str()};
}

class WorkedExamples : public testing::Test {
 protected:
  void SetUp() override { in_.write(traffic()); }

  /// What of the capture changes under a profile, by what leaves.
  std::string replayed(const std::string& profile) {
    profile_.write(profile);
    const Answer answer = ask({"replay", "--profile", profile_.path(), in_.path(), out_.path()});
    EXPECT_EQ(answer.code, kGood) << answer.said;
    return out_.read().substr(24);
  }

  const ScratchFile profile_{"example.toml"};
  const ScratchFile in_{"example-in.pcap"};
  const ScratchFile out_{"example-out.pcap"};
};

TEST_F(WorkedExamples, AreTwelve) {
  EXPECT_EQ(worked_examples().size(), kExamples);
}

TEST_F(WorkedExamples, PassTheCheck) {
  for (const std::string& example : worked_examples()) {
    profile_.write(example);
    const Answer answer = ask({"check", profile_.path()});
    EXPECT_EQ(answer.code, kGood) << example << answer.said;
    EXPECT_EQ(answer.said.find(profile_.path() + ": ok\n" + profile_.path() + ": worst case"), 0U) << answer.said;
  }
}

TEST_F(WorkedExamples, EachDoesSomethingToACaptureAndNothingToOneLeftAlone) {
  const std::string untouched = replayed("");
  for (const std::string& example : worked_examples()) EXPECT_TRUE(replayed(example) != untouched) << example;
}

TEST_F(WorkedExamples, AreTheSameWhenExplainedAndReadAgain) {
  for (const std::string& example : worked_examples()) {
    const std::string once = replayed(example);
    const Answer explained = ask({"explain", profile_.path()});
    EXPECT_EQ(explained.code, kGood);
    EXPECT_TRUE(replayed(explained.said) == once) << explained.said;
  }
}

TEST_F(WorkedExamples, AreToldOfACapture) {
  for (const std::string& example : worked_examples()) {
    profile_.write(example);
    const Answer told = ask({"explain", profile_.path(), "--pcap", in_.path(), "--client", "10.9.0.1/32"});
    EXPECT_EQ(told.code, kGood) << told.said;
    EXPECT_NE(told.said.find("10.9.0.1:40000>10.9.0.2:80 k 0\n"), std::string::npos) << example;
    EXPECT_NE(told.said.find(" frames, 20 TCP connections, "), std::string::npos) << told.said.substr(0, 500);
  }
}

}  // namespace
}  // namespace weir::test
