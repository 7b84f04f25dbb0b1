#include "record/statistics_json.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>

#include "profile/errors.h"
#include "support/message_of.h"

namespace weir {
namespace {

/// A run with every impairment and a different figure in every field.
RunStatistics full_run() {
  const auto worker = std::make_unique<WorkerCounters>();
  worker->connections.add(2);
  worker->tcp_connections.add(3);
  worker->exchanges.add(40);
  worker->latency_applied.add(4);
  worker->responses_held.add(4);
  worker->response_held_ns.add(282'000'000);
  worker->jitter_draws.add(10);
  worker->jitter_applied.add(4);
  worker->jitter_drawn_ns.add(1'000'000'000);
  worker->reset_draws.add(8);
  worker->reset_applied.add(1);
  worker->limited_bytes[0].add(5'000'000);
  worker->injected.add(2);
  worker->absorbed.add(1);
  worker->drops[static_cast<std::size_t>(DropReason::kRateQueue)].add(6);
  worker->unshaped[static_cast<std::size_t>(UnshapedReason::kFragment)].add(9);
  worker->lateness_ns.record(20);
  worker->lateness_ns.record(30);
  worker->turns.add(1000);
  worker->idle_turns.add(750);
  worker->bursts.add(8);
  worker->burst_frames.add(20);
  worker->stolen_gaps.add(2);
  worker->stolen_ns.add(5'000'000);
  worker->longest_stolen_ns.raise_to(4'500'000);
  LateCounters& stolen = worker->late[static_cast<std::size_t>(LateCause::kStolenCore)];
  stolen.frames.add(3);
  stolen.sum_ns.add(9'000'000);
  stolen.worst_ns.raise_to(4'000'000);
  for (Counter& cycles : worker->stage_cycles) cycles.add(3'000);
  worker->accounted_received.add(100);
  worker->accounted_sent.add(50);

  RunStatistics run;
  run.version = "0.1.0";
  run.asked.seed = UINT64_MAX;
  run.asked.latency = LatencyRule{{milliseconds(20), milliseconds(120)}};
  run.asked.speed = SpeedRule{};
  run.asked.speed->min = ByteRate{1'000'000};
  run.asked.speed->max = ByteRate{2'000'000};
  run.asked.jitter = JitterRule{0.5, Probability(0.5), {milliseconds(200), milliseconds(300)}};
  run.asked.reset = ResetRule{0.125, Probability(0.125)};
  run.duration = milliseconds(5000);
  run.speed_active = seconds(4);
  run.links = {{{"eth1", 100, 60000, 90, 50000, 0, 0, 0}, {"eth2", 95, 51000, 100, 61000, 0, 0, 4}}};
  run.totals.add(*worker);
  return run;
}

constexpr const char* kFullRun = R"({
  "version": "0.1.0",
  "seed": 18446744073709551615,
  "duration_s": 5.0,
  "links": [
    {
      "a": {
        "name": "eth1",
        "rx_frames": 100,
        "rx_bytes": 60000,
        "tx_frames": 90,
        "tx_bytes": 50000,
        "imissed": 0,
        "rx_nombuf": 0,
        "tx_full": 0
      },
      "b": {
        "name": "eth2",
        "rx_frames": 95,
        "rx_bytes": 51000,
        "tx_frames": 100,
        "tx_bytes": 61000,
        "imissed": 0,
        "rx_nombuf": 0,
        "tx_full": 4
      }
    }
  ],
  "connections": 2,
  "tcp_connections": 3,
  "exchanges": 40,
  "evicted": 0,
  "applied": {
    "latency": 4,
    "jitter": 4,
    "reset": 1,
    "loss": 0,
    "duplicate": 0,
    "corrupt": 0,
    "reorder": 0,
    "delay": 0,
    "rate_dropped": 6,
    "ecn_marked": 0
  },
  "injected": 2,
  "absorbed": 1,
  "drops": {
    "intended": {
      "rate_queue": 6,
      "head_drop": 0,
      "codel": 0,
      "pie": 0,
      "reset": 0,
      "after_reset": 0,
      "loss": 0,
      "outage": 0,
      "port_reused": 0,
      "stopped": 0
    },
    "unintended": {
      "tx_full": 0,
      "no_ticket": 0,
      "held_full": 0,
      "pool_short": 0
    }
  },
  "unshaped": {
    "table_full": 0,
    "registry_full": 0,
    "malformed": 0,
    "fragment": 9,
    "wheel_full": 0,
    "no_buffer": 0
  },
  "held": 0,
  "asked": {
    "latency": {
      "min_ms": 20.0,
      "max_ms": 120.0,
      "mean_ms": 70.0,
      "p50_ms": 70.0,
      "p99_ms": 119.0
    },
    "jitter": {
      "prob": 0.5,
      "min_ms": 200.0,
      "max_ms": 300.0,
      "mean_ms": 250.0
    },
    "reset": {
      "prob": 0.125,
      "at": "response",
      "how": "rst"
    },
    "speed": {
      "min_bytes_per_s": 1000000,
      "max_bytes_per_s": 2000000,
      "every_s": 1.0
    }
  },
  "achieved": {
    "latency": {
      "count": 4,
      "mean_ms": 70.5
    },
    "speed": {
      "bytes": 5000000,
      "mean_bytes_per_s": 1000000.0,
      "active_s": 4.0,
      "mean_active_bytes_per_s": 1250000.0
    },
    "jitter": {
      "draws": 10,
      "count": 4,
      "share": 0.4,
      "mean_ms": 250.0
    },
    "reset": {
      "draws": 8,
      "count": 1,
      "share": 0.125
    }
  },
  "lateness_ns": {
    "p50": 20,
    "p99": 30,
    "p999": 30,
    "max": 30
  },
  "late": {
    "after_ms": 1.0,
    "frames": 3,
    "causes": {
      "loop_too_long": {
        "frames": 0,
        "mean_ms": null,
        "max_ms": 0.0
      },
      "tx_full": {
        "frames": 0,
        "mean_ms": null,
        "max_ms": 0.0
      },
      "stolen_core": {
        "frames": 3,
        "mean_ms": 3.0,
        "max_ms": 4.0
      }
    }
  },
  "workers": [
    {
      "turns": 1000,
      "idle_share": 0.75,
      "frames_per_burst": 2.5,
      "stolen": {
        "gaps": 2,
        "ms": 5.0,
        "longest_ms": 4.5
      },
      "cycles_per_frame": {
        "receive": 30.0,
        "parse": 30.0,
        "lookup": 30.0,
        "shape": 30.0,
        "release": 60.0,
        "send": 60.0
      }
    }
  ],
  "conservation": {
    "received": 195,
    "injected": 2,
    "duplicated": 0,
    "sent": 190,
    "dropped": 6,
    "absorbed": 1,
    "held": 0,
    "holds": true
  },
  "kept_promises": true,
  "broken": []
}
)";

TEST(StatisticsJson, EveryFieldInItsPlace) {
  EXPECT_EQ(to_json(full_run()), kFullRun);
}

TEST(StatisticsJson, OnlyWhatWasAskedForIsAskedAndAchieved) {
  const auto json = nlohmann::json::parse(to_json(RunStatistics{}));
  EXPECT_EQ(json.at("asked"), nlohmann::json::object());
  EXPECT_EQ(json.at("achieved"), nlohmann::json::object());
  EXPECT_EQ(json.at("links"), nlohmann::json::array());
}

TEST(StatisticsJson, MeansOverNothingAreNull) {
  RunStatistics run;
  run.asked = full_run().asked;
  const auto achieved = nlohmann::json::parse(to_json(run)).at("achieved");
  EXPECT_TRUE(achieved.at("latency").at("mean_ms").is_null());
  EXPECT_TRUE(achieved.at("speed").at("mean_bytes_per_s").is_null());
  EXPECT_TRUE(achieved.at("speed").at("mean_active_bytes_per_s").is_null());
  EXPECT_TRUE(achieved.at("jitter").at("share").is_null());
  EXPECT_TRUE(achieved.at("jitter").at("mean_ms").is_null());
  EXPECT_TRUE(achieved.at("reset").at("share").is_null());
}

TEST(StatisticsJson, BrokenPromisesAreListed) {
  RunStatistics run = full_run();
  run.totals.early = 2;
  const auto json = nlohmann::json::parse(to_json(run));
  EXPECT_EQ(json.at("kept_promises"), false);
  EXPECT_EQ(json.at("broken"), nlohmann::json::array({"2 frames were sent before the due time"}));
}

TEST(StatisticsJson, APortNameThatIsNotUtf8IsReplaced) {
  RunStatistics run = full_run();
  run.links[0].a.name = "eth\xff";
  EXPECT_EQ(nlohmann::json::parse(to_json(run)).at("links").at(0).at("a").at("name"), "eth\xef\xbf\xbd");
}

TEST(StatisticsJson, NamedRulesAreAskedForByName) {
  RunStatistics run = full_run();
  run.asked = Rules{};
  run.asked.rules.resize(1);
  run.asked.rules[0].name = "api";
  run.asked.rules[0].impair.latency = LatencyRule{{milliseconds(1), milliseconds(2)}};
  run.asked.speed = SpeedRule{ByteRate{1'000}, ByteRate{1'000}};
  run.asked.speed->direction = SpeedRule::Direction::kEach;
  const auto json = nlohmann::json::parse(to_json(run));
  EXPECT_EQ(json.at("asked").at("rules").at(0).at("name"), "api");
  EXPECT_EQ(json.at("asked").at("rules").at(0).at("latency").at("max_ms"), 2.0);
  EXPECT_EQ(json.at("asked").at("speed").at("down_max_bytes_per_s"), 1'000);
  EXPECT_EQ(json.at("achieved").at("latency").at("count"), 4);
}

TEST(StatisticsJson, TheQueueBeforeTheLimiter) {
  RunStatistics run = full_run();
  run.asked.speed->discipline.kind = QueueDiscipline::Kind::kFqCodel;
  run.totals.drops[static_cast<std::size_t>(DropReason::kHeadDrop)] = 10;
  run.totals.drops[static_cast<std::size_t>(DropReason::kCodel)] = 100;
  run.totals.drops[static_cast<std::size_t>(DropReason::kPie)] = 1'000;
  run.totals.ecn_marked = 7;
  const auto json = nlohmann::json::parse(to_json(run));
  EXPECT_EQ(json.at("asked").at("speed").at("discipline"), "fq-codel");
  EXPECT_EQ(json.at("applied").at("rate_dropped"), 1'116);
  EXPECT_EQ(json.at("applied").at("ecn_marked"), 7);
  EXPECT_EQ(json.at("drops").at("intended").at("head_drop"), 10);
  EXPECT_EQ(json.at("drops").at("intended").at("codel"), 100);
  EXPECT_EQ(json.at("drops").at("intended").at("pie"), 1'000);
}

TEST(StatisticsJson, WhatPacketRulesDid) {
  RunStatistics run = full_run();
  EXPECT_FALSE(nlohmann::json::parse(to_json(run)).at("achieved").contains("loss"));
  run.totals.packets_drawn = 200;
  run.totals.drops[static_cast<std::size_t>(DropReason::kLoss)] = 4;
  run.totals.delayed = 196;
  const auto achieved = nlohmann::json::parse(to_json(run)).at("achieved");
  EXPECT_EQ(achieved.at("loss").dump(), R"({"count":4,"frames":200,"share":0.02})");
  EXPECT_EQ(achieved.at("delay").at("share"), 0.98);
  EXPECT_EQ(achieved.at("corrupt").at("count"), 0);
}

TEST(StatisticsJson, RatesOfARulesOwnAreAskedForByIt) {
  RunStatistics run = full_run();
  run.asked = Rules{};
  run.asked.rules.resize(1);
  run.asked.rules[0].name = "slow";
  run.asked.rules[0].impair.own_rate = OwnRate{.rate = ByteRate{1'000}, .per = OwnRate::Per::kConnection};
  const auto json = nlohmann::json::parse(to_json(run));
  EXPECT_EQ(json.at("asked").at("rules").at(0).at("speed").at("bytes_per_s"), 1'000);
  EXPECT_EQ(json.at("asked").at("rules").at(0).at("speed").at("per"), "connection");
}

TEST(StatisticsJson, SaysHowOftenTheProfileBecameAnother) {
  RunStatistics run = full_run();
  EXPECT_FALSE(nlohmann::json::parse(to_json(run)).contains("reloads"));
  run.reloads = 3;
  run.reloads_refused = 1;
  EXPECT_EQ(nlohmann::json::parse(to_json(run)).at("reloads").dump(), R"({"applied":3,"refused":1})");
}

TEST(StatisticsJson, WritesTheFile) {
  const std::string path = testing::TempDir() + "weir-stats-" + std::to_string(getpid()) + ".json";
  write_statistics(path, full_run());
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  std::filesystem::remove(path);
  EXPECT_EQ(text.str(), kFullRun);
}

TEST(StatisticsJson, AFileThatCannotBeWrittenIsAnError) {
  EXPECT_EQ(message_of<RunError>([] { write_statistics("/dev/full", full_run()); }),
            "cannot write the statistics /dev/full: No space left on device");
  EXPECT_EQ(message_of<RunError>([] { write_statistics("/nonexistent/x", full_run()); }),
            "cannot write the statistics /nonexistent/x: No such file or directory");
}

}  // namespace
}  // namespace weir
