// A storm: thousands of random frames of many connections, good and bad, through all impairments at once, in random
// steps of time. SimBench checks conservation, order and "never early" after every turn; here is what holds at the end.
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "support/sim_bench.h"

namespace weir::test {
namespace {

Rules everything_sometimes() {
  Rules rules;
  rules.seed = 9;
  rules.latency = LatencyRule{{milliseconds(1), milliseconds(80)}};
  rules.speed = SpeedRule{ByteRate{200'000}, ByteRate{2'000'000}};
  rules.jitter = JitterRule{0.3, Probability(0.3), {milliseconds(10), milliseconds(200)}};
  rules.reset = ResetRule{0.05, Probability(0.05)};
  return rules;
}

class Storm {
 public:
  Storm(SimBench& bench, std::uint64_t seed) : bench_(bench), random_(seed) {
    for (std::uint16_t i = 0; i < 40; ++i)
      talks_.emplace_back(bench, static_cast<std::uint16_t>(40'000 + i), i % 3 == 0);
  }

  void blow(int gusts) {
    for (int gust = 0; gust < gusts; ++gust) {
      for (std::uint64_t frames = random_() % 12; frames > 0; --frames) one_frame(talks_[random_() % talks_.size()]);
      bench_.run_for(microseconds(static_cast<std::int64_t>(random_() % 5'000)));
    }
  }

 private:
  void one_frame(Talk& talk) {
    switch (random_() % 12) {
      case 0:
        return bench_.arrive(Side::kA, talk.from_client().seq(++talk.client_next - 1).flags(tcp_flag::kSyn).build());
      case 1:
        return bench_.arrive(
            Side::kB, talk.from_server().seq(++talk.server_next - 1).flags(tcp_flag::kSyn | tcp_flag::kAck).build());
      case 2:
      case 3:
        return talk.client_sends(kGet);
      case 4:
      case 5:
        return talk.server_sends(kOk);
      case 6:
        return talk.server_sends(std::string(random_() % 1'400, 'b'));
      case 7:
        return talk.server_repeats();
      case 8:
        talk.server_next += static_cast<std::uint32_t>(random_() % 3'000);  // a hole
        return talk.server_sends("hole");
      case 9:
        return bench_.arrive(Side::kA, talk.from_client().flags(tcp_flag::kFin | tcp_flag::kAck).build());
      case 10:
        return bench_.arrive(Side::kB, broken(talk.from_server().payload(kOk).build()));
      default:
        return bench_.arrive(Side::kA, talk.from_client().build());
    }
  }

  Bytes broken(Bytes frame) {
    frame[random_() % frame.size()] = static_cast<std::byte>(random_());
    frame.resize(1 + random_() % frame.size());
    return frame;
  }

  SimBench& bench_;
  std::mt19937_64 random_;
  std::vector<Talk> talks_;
};

class StormTest : public testing::TestWithParam<std::size_t> {};

TEST_P(StormTest, LeavesNothingBehind) {
  SimBench bench(everything_sometimes(), GetParam());
  Storm storm(bench, 100 + GetParam());
  storm.blow(4'000);
  bench.run_for(seconds(30));
  EXPECT_EQ(bench.source().in_use(), 0U) << "every packet was sent or given back";
  EXPECT_GT(bench.left(Side::kA).size(), 1'000U);
  EXPECT_EQ(bench.drops(DropReason::kTxFull), 0U);
  EXPECT_EQ(bench.drops(DropReason::kNoTicket), 0U);
  EXPECT_EQ(bench.unshaped(UnshapedReason::kWheelFull), 0U);
}

INSTANTIATE_TEST_SUITE_P(Workers, StormTest, testing::Values(1U, 2U, 8U));

// What was decided, without when: event, connection, number, draw.
using Decision = std::tuple<Event, IpAddress, std::uint32_t, std::uint32_t, double, bool>;

std::multiset<Decision> decisions_with(std::size_t workers) {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(1), milliseconds(80)}};
  rules.jitter = JitterRule{0.3, Probability(0.3), {milliseconds(10), milliseconds(200)}};
  rules.reset = ResetRule{0.2, Probability(0.2)};
  SimBench bench(rules, workers);
  for (std::uint16_t i = 0; i < 300; ++i) {
    Talk talk(bench, static_cast<std::uint16_t>(40'000 + i), i % 2 == 0);
    talk.open();
    for (int exchange = 0; exchange < 3; ++exchange) {
      talk.client_says(kGet);
      bench.run_for(milliseconds(250));
      talk.server_says(kOk);
      bench.run_for(milliseconds(250));
    }
  }
  std::multiset<Decision> decisions;
  for (const DecisionRecord& record : bench.decisions()) {
    if (record.event == Event::kDone || record.event == Event::kAbandoned) continue;
    decisions.emplace(record.event, record.key.address_a, record.k, record.n, record.drawn, record.hit);
  }
  return decisions;
}

TEST(Reproducible, TheSameDecisionsForOneTwoAndEightWorkers) {
  const std::multiset<Decision> alone = decisions_with(1);
  EXPECT_GT(alone.size(), 1'000U);
  EXPECT_EQ(decisions_with(2), alone);
  EXPECT_EQ(decisions_with(8), alone);
}

}  // namespace
}  // namespace weir::test
