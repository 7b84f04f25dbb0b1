#include "record/decision_log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "profile/errors.h"
#include "support/message_of.h"
#include "unit/record/record_fixtures.h"

namespace weir {
namespace {

class DecisionLogTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }

  std::vector<nlohmann::json> lines() const {
    std::vector<nlohmann::json> all;
    std::ifstream file(path_);
    for (std::string line; std::getline(file, line);) all.push_back(nlohmann::json::parse(line));
    return all;
  }

  const std::string path_ = testing::TempDir() + "weir-log-" + std::to_string(getpid()) + ".jsonl";
};

TEST_F(DecisionLogTest, WritesWhatWaitsInTheRings) {
  DecisionRing first(16);
  DecisionRing second(16);
  ASSERT_TRUE(first.push(decided(Event::kOpen, ipv4_key(1), 10)));
  ASSERT_TRUE(second.push(held(ipv4_key(2), 1, 20, 100)));
  ASSERT_TRUE(second.push(done(1, 101)));
  DecisionLog log(path_, std::array{&first, &second}, false);
  log.close();
  const auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].at("event"), "open");
  EXPECT_EQ(written[1].at("done_ns"), 101);
  EXPECT_FALSE(log.has_failed());
}

TEST_F(DecisionLogTest, CloseWritesFramesThatNeverLeft) {
  DecisionRing ring(16);
  DecisionLog log(path_, std::array{&ring}, false);
  ASSERT_TRUE(ring.push(held(ipv4_key(2), 1, 20, 100)));
  log.close();
  log.close();
  const auto written = lines();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_FALSE(written[0].contains("done_ns"));
}

TEST_F(DecisionLogTest, LosesNothingWhileAWorkerPushes) {
  constexpr std::int64_t kRecords = 20'000;
  DecisionRing ring(1024);
  DecisionLog log(path_, std::array{&ring}, false);
  std::thread worker([&ring] {
    for (std::int64_t t = 0; t < kRecords; ++t) {
      while (!ring.push(decided(Event::kOpen, ipv4_key(1), t))) std::this_thread::yield();
    }
  });
  worker.join();
  log.close();
  std::ifstream file(path_);
  std::int64_t t = 0;
  for (std::string line; std::getline(file, line); ++t) {
    ASSERT_TRUE(line.starts_with("{\"t_ns\": " + std::to_string(t) + ",")) << line;
  }
  EXPECT_EQ(t, kRecords);
}

TEST_F(DecisionLogTest, AFileThatCannotBeOpenedIsAnError) {
  DecisionRing ring(16);
  EXPECT_EQ(message_of<RunError>([&ring] { const DecisionLog log("/nonexistent/log", std::array{&ring}, false); }),
            "cannot open the log /nonexistent/log: No such file or directory");
}

TEST_F(DecisionLogTest, AFullDiskIsSaidOnceAndRemembered) {
  DecisionRing ring(16);
  ASSERT_TRUE(ring.push(decided(Event::kOpen, ipv4_key(1), 10)));
  testing::internal::CaptureStderr();
  DecisionLog log("/dev/full", std::array{&ring}, false);
  log.close();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weir: the log /dev/full ends here, it cannot be written: No space left on device\n");
  EXPECT_TRUE(log.has_failed());
}

TEST_F(DecisionLogTest, CallsRulesByTheNameThatTheirNumberHadThen) {
  Rules before;
  before.rules.push_back({"api", {}, {}});
  Rules after;
  after.rules.push_back({"images", {}, {}});
  NameBook names;
  names.add_selections(0, before);
  names.add_selections(1, after);
  DecisionRing ring(16);
  DecisionRecord record = decided(Event::kOpen, ipv4_key(1), 10);
  record.rule = 1;
  ASSERT_TRUE(ring.push(record));
  record.selection = 1;
  ASSERT_TRUE(ring.push(record));
  record.event = Event::kPhase;
  record.at = Instant(30);
  record.n = names.number_of_phase("the \"tunnel\"");
  ASSERT_TRUE(ring.push(record));
  DecisionLog log(path_, std::array{&ring}, false, &names);
  log.close();
  const auto written = lines();
  ASSERT_EQ(written.size(), 3U);
  EXPECT_EQ(written[0].at("rule"), "api");
  EXPECT_EQ(written[1].at("rule"), "images");
  EXPECT_EQ(written[2].dump(), R"({"event":"phase","flow":"","k":0,"link":0,"phase":"the \"tunnel\"","t_ns":30})");
}

/// A record of no connection: something else is asked for.
DecisionRecord asked_from(std::int64_t at_ns, std::uint32_t number) {
  DecisionRecord record;
  record.event = Event::kAsked;
  record.at = Instant(at_ns);
  record.n = number;
  return record;
}

TEST_F(DecisionLogTest, TellsWhatIsAskedForWhatWasCarriedAndHowManyDrawsMissed) {
  AskedBook asked;
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(20), milliseconds(40)}};
  static_cast<void>(asked.add({"", Rules{}}));
  static_cast<void>(asked.add({"the tunnel", rules}));
  NameBook names;
  names.add_selections(0, Rules{});
  DecisionRing first(16);
  DecisionRing second(16);
  DecisionRecord missed = decided(Event::kReset, ipv4_key(1), 1'100'000'000, 0.7);
  missed.hit = false;
  ASSERT_TRUE(first.push(missed));
  ASSERT_TRUE(first.push(asked_from(1'500'000'000, 2)));
  missed.at = Instant(1'499'999'999);
  ASSERT_TRUE(second.push(missed));  // of before, though it comes behind
  missed.at = Instant(1'600'000'000);
  ASSERT_TRUE(second.push(missed));
  ASSERT_TRUE(second.push(missed));
  const LogChronicle chronicle{.asked = &asked, .carried = [](Instant not_before) {
                                 const CarriedSums sums{.at = Instant(1'600'000'000), .up_bytes = 8, .down_bytes = 9};
                                 return sums.at < not_before ? std::nullopt : std::optional(sums);
                               }};
  DecisionLog log(path_, std::array{&first, &second}, false, &names, DecisionLog::Pace::kByHand, chronicle);
  log.empty();
  log.close();
  std::string text;
  std::ifstream file(path_);
  for (std::string line; std::getline(file, line);) text += line + '\n';
  const std::string nobody = R"(, "link": 0, "flow": "", "k": 0, "event": ")";
  const std::string by_default = R"("drawn": 0, "rule": "default", )";
  EXPECT_EQ(text, R"({"t_ns": 0)" + nobody + R"(asked", "n": 0, )" + by_default + R"("phase": "", "asked": {}})" +
                      "\n"
                      R"({"t_ns": 1100000000)" +
                      nobody + R"(missed", "n": 0, )" + by_default + R"("of": "reset", "count": 1})" +
                      "\n"
                      R"({"t_ns": 1000000000)" +
                      nobody + R"(carried", "n": 0, )" + by_default +
                      R"("since_ns": 0, "up_bytes": 8, "down_bytes": 9})" +
                      "\n"
                      R"({"t_ns": 1500000000)" +
                      nobody + R"(asked", "n": 1, )" + by_default +
                      R"("phase": "the tunnel", "asked": {"latency":{"min_ms":20.0,"max_ms":40.0,"mean_ms":30.0,)" +
                      R"("p50_ms":30.0,"p99_ms":39.8}}})" +
                      "\n"
                      R"({"t_ns": 1499999999)" +
                      nobody + R"(missed", "n": 0, )" + by_default + R"("of": "reset", "count": 1})" +
                      "\n"
                      R"({"t_ns": 1600000000)" +
                      nobody + R"(missed", "n": 0, )" + by_default + R"("of": "reset", "count": 2})" + "\n");
}

TEST_F(DecisionLogTest, WhoLogsEverythingCountsNoMisses) {
  DecisionRing ring(16);
  DecisionRecord missed = decided(Event::kReset, ipv4_key(1), 10, 0.7);
  missed.hit = false;
  ASSERT_TRUE(ring.push(missed));
  DecisionLog log(path_, std::array{&ring}, true);
  log.close();
  const auto written = lines();
  ASSERT_EQ(written.size(), 1U);
  EXPECT_EQ(written[0].at("event"), "reset");
}

}  // namespace
}  // namespace weir
