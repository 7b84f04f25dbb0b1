// A bench whose rules become others, and control's end of it. For tests of scenes.
#pragma once

#include <memory>
#include <string_view>
#include <utility>

#include "profile/scene_line.h"
#include "support/sim_bench.h"

namespace weir::test {

/// A rule for a host, that holds responses.
inline Rule named(std::string name, std::string host, Duration hold) {
  Rule rule;
  rule.name = std::move(name);
  rule.match.hosts = {{.name = std::move(host)}};
  rule.impair.latency = LatencyRule{{hold, hold}};
  return rule;
}

inline constexpr WorkerSizes kSizes{.flows = 1'024, .held = 4'096};

inline Rules limited_to(std::uint64_t bytes_per_second) {
  Rules rules;
  rules.speed = SpeedRule{ByteRate{bytes_per_second}, ByteRate{bytes_per_second}};
  return rules;
}

// A bench and control's end of its scenes.
struct Stage {
  explicit Stage(const Rules& first, std::size_t workers = 1)
      : line(first), bench(first, workers, kSizes, &line.first()) {}

  void then(Duration at, Rules rules, std::uint32_t phase = 0, std::uint32_t asked = 0) {
    line.append({.rules = std::move(rules),
                 .clock = std::make_shared<const SceneClock>(Instant()),
                 .offset = at,
                 .phase = phase,
                 .asked = asked});
  }
  void now(Rules rules) { line.replace_from(bench.now(), {.rules = std::move(rules), .clock = nullptr}); }

  SceneLine line;
  SimBench bench;
};

/// How long the response to a request is held.
inline Duration held_for(SimBench& bench, Talk& talk, std::string_view request = kGet) {
  talk.client_says(request);
  bench.forget_departures();
  const Instant arrived_at = bench.now();
  talk.server_says(kOk);
  bench.run_for(seconds(2));
  return bench.left(Side::kA).at(0).at - arrived_at;
}

}  // namespace weir::test
