// What the engine costs a frame, beside ports of plain memory that cost little: one worker, one core, no DPDK.
//   bench_engine                         all cases, in turns, medians; a JSON object a line
//   bench_engine --case NAME --turns N   one case once, for callgrind: the difference of two counts is free of start-up
// A case ends with an error if the worker dropped something or sent something early: it would not have been measured
// at what it is for.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/worker.h"
#include "made_traffic.h"

namespace weir::bench {
namespace {

struct Case {
  std::string_view name;
  std::string_view what;
  TrafficShape shape;
  bool forwards_only = false;  // no worker: what the ports and the making of frames cost
  Rules rules = {};
};

Rules unselected() {
  Rules rules;
  Rule rule{.name = "elsewhere", .match = {}, .impair = {}};
  rule.match.server_ports = {PortRange{8'080, 8'080}};
  rule.impair.latency = LatencyRule{{milliseconds(1), milliseconds(1)}};
  rules.rules.push_back(rule);
  return rules;
}

// All four, so rarely or so wide that nothing is cut or dropped and every connection goes on as it is.
Rules whole() {
  Rules rules;
  rules.latency = LatencyRule{{milliseconds(1), milliseconds(1)}};
  rules.speed = SpeedRule{.min = ByteRate{20'000'000'000}, .max = ByteRate{20'000'000'000}};
  constexpr double kHardlyEver = 1e-15;
  rules.jitter = JitterRule{.share = kHardlyEver, .probability = Probability(kHardlyEver), .stall = {}};
  rules.reset = ResetRule{.share = kHardlyEver, .probability = Probability(kHardlyEver)};
  return rules;
}

std::vector<Case> cases() {
  constexpr std::uint32_t kMany = 8'192;
  constexpr std::uint32_t kMillion = 1U << 20U;
  const TrafficShape eights{kMany, 8, 4};
  const TrafficShape ones{kMany, 1, 0};
  const TrafficShape million{kMillion, 8, 4};
  return {
      {"ports", "the ports alone", eights, true},
      {"untouched", "nothing configured", eights, false},
      {"unselected", "impairments configured, no connection selected", eights, false, unselected()},
      {"whole", "all four, HTTP, responses of 8 frames held 1 ms", eights, false, whole()},
      {"ports-ones", "the ports alone", ones, true},
      {"whole-ones", "all four, HTTP, responses of 1 frame held 1 ms", ones, false, whole()},
      {"ports-million", "the ports alone", million, true},
      {"whole-million", "as whole, a million connections", million, false, whole()},
  };
}

// A case that runs: its traffic, and the worker if it has one.
class Stage {
 public:
  explicit Stage(const Case& asked)
      : case_(asked),
        buffers_(kBuffers),
        traffic_(asked.shape),
        a_(traffic_, buffers_, Side::kA),
        b_(traffic_, buffers_, Side::kB) {
    if (!asked.forwards_only) build_worker();
    while (!traffic_.is_open()) turn();
    turns(3'000);  // what is held has filled up, and caches are as they will be
  }

  void turns(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) turn();
  }

  [[nodiscard]] double nanoseconds_a_frame(std::size_t count) {
    const auto begun = std::chrono::steady_clock::now();
    turns(count);
    const std::chrono::duration<double, std::nano> span = std::chrono::steady_clock::now() - begun;
    return span.count() / static_cast<double>(count * traffic_.frames_a_turn());
  }

  [[nodiscard]] std::size_t frames_a_turn() const { return traffic_.frames_a_turn(); }

  // Why the figures would not mean what they say; empty if they do.
  [[nodiscard]] std::string objection() const {
    if (worker_ == nullptr) return {};
    const WorkerCounters& counters = worker_->counters();
    for (std::size_t reason = 0; reason < kDropReasons; ++reason) {
      if (counters.drops[reason].value() > 0) return "dropped for reason " + std::to_string(reason);
    }
    if (counters.early.value() > 0) return "sent something early";
    const bool holds = case_.rules.latency.has_value();
    if (holds && counters.responses_held.value() == 0) return "held no response";
    return {};
  }

 private:
  static constexpr std::size_t kBuffers = std::size_t{1} << 17U;
  static constexpr WorkerSizes kSizes{.flows = 0, .held = 65'536};

  void build_worker() {
    WorkerSizes sizes = kSizes;
    sizes.flows = case_.shape.connections + case_.shape.connections / 8;
    memory_.emplace(Worker::bytes_for(sizes));
    registry_ = std::make_unique<ConnectionRegistry>(sizes.flows);
    links_.push_back({a_, b_});
    worker_ = std::make_unique<Worker>(WorkerSetup{.rules = case_.rules,
                                                   .links = links_,
                                                   .source = buffers_,
                                                   .registry = *registry_,
                                                   .outages = outages_,
                                                   .rule_pacers = rule_pacers_,
                                                   .limiters = {&limiter_, nullptr},
                                                   .sizes = sizes,
                                                   .memory = memory_->span()});
  }

  void turn() {
    now_ = now_ + nanoseconds(kFrameTime * static_cast<std::int64_t>(traffic_.frames_a_turn()));
    if (worker_ != nullptr) {
      worker_->poll();
      worker_->turn(now_);
    } else {
      forward(a_, b_);
      forward(b_, a_);
    }
  }

  static void forward(Port& from, Port& to) {
    std::array<Frame, kBurst> frames;
    std::array<Packet*, kBurst> packets;
    const std::size_t count = from.receive(frames);
    for (std::size_t i = 0; i < count; ++i) packets[i] = frames[i].packet;
    static_cast<void>(to.send({packets.data(), count}));
  }

  static constexpr std::int64_t kFrameTime = 67;  // 14.88 M frames a second: 10 Gbit/s of 64 bytes

  Case case_;
  SmallBuffers buffers_;
  MadeTraffic traffic_;
  MadePort a_, b_;
  std::optional<HugeMemory> memory_;
  std::unique_ptr<ConnectionRegistry> registry_;
  LinkOutages outages_;
  RulePacers rule_pacers_;
  Limiter limiter_{burst_at(ByteRate{20'000'000'000})};
  std::vector<LinkPorts> links_;
  std::unique_ptr<Worker> worker_;
  Instant now_;
};

int fail(const std::string& why) {
  std::fprintf(stderr, "bench_engine: %s\n", why.c_str());
  return EXIT_FAILURE;
}

int run_one(std::string_view name, std::size_t turns) {
  for (const Case& one : cases()) {
    if (one.name != name) continue;
    Stage stage(one);
    stage.turns(turns);
    if (const std::string why = stage.objection(); !why.empty()) return fail(std::string(name) + ": " + why);
    std::printf("{\"case\": \"%s\", \"turns\": %zu, \"frames_a_turn\": %zu}\n", one.name.data(), turns,
                stage.frames_a_turn());
    return EXIT_SUCCESS;
  }
  return fail("no case is called " + std::string(name));
}

double median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

// A case beside its ports, A B A B.
int run_beside(const Case& ports, const Case& one) {
  constexpr int kRounds = 9;
  constexpr std::size_t kTurns = 20'000;
  Stage bare(ports);
  Stage stage(one);
  std::vector<double> bare_ns, whole_ns;
  for (int round = 0; round < kRounds; ++round) {
    bare_ns.push_back(bare.nanoseconds_a_frame(kTurns));
    whole_ns.push_back(stage.nanoseconds_a_frame(kTurns));
  }
  if (const std::string why = stage.objection(); !why.empty()) return fail(std::string(one.name) + ": " + why);
  const double own = median(whole_ns) - median(bare_ns);
  std::printf(
      "{\"id\": \"engine-%s\", \"what\": \"%s\", \"value\": %.2f, \"unit\": \"ns a frame\", \"ports\": %.2f, "
      "\"mpps\": %.2f}\n",
      one.name.data(), one.what.data(), own, median(bare_ns), 1e3 / own);
  std::fflush(stdout);
  return EXIT_SUCCESS;
}

int run_all() {
  const std::vector<Case> all = cases();
  const Case* ports = nullptr;
  for (const Case& one : all) {
    if (one.forwards_only) {
      ports = &one;
    } else if (const int code = run_beside(*ports, one); code != EXIT_SUCCESS) {
      return code;
    }
  }
  return EXIT_SUCCESS;
}

}  // namespace
}  // namespace weir::bench

int main(int count, char** arguments) {
  const std::span<char*> given(arguments, static_cast<std::size_t>(count));
  if (count == 1) return weir::bench::run_all();
  const bool is_one = count == 5 && std::strcmp(given[1], "--case") == 0 && std::strcmp(given[3], "--turns") == 0;
  if (is_one) return weir::bench::run_one(given[2], std::strtoul(given[4], nullptr, 10));
  std::fprintf(stderr, "usage: bench_engine [--case NAME --turns N]\n");
  return 2;
}
