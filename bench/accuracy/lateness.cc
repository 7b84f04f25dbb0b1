#include <chrono>
#include <deque>

#include "accuracy/benches.h"
#include "accuracy/row.h"
#include "accuracy/stage.h"

namespace weir::bench {
namespace {

using Clock = std::chrono::steady_clock;

// A loop that only reads the clock is away for longer than this only if the machine took its core; a turn that carries
// full bursts is too, now and then, so gaps of a loop without weir stand beside those of the loop with it.
constexpr std::int64_t kGap = 20'000;
constexpr std::uint32_t kConnections = 1'000;
constexpr std::size_t kMostFrames = 1U << 24U;
const std::vector<std::int64_t> kGapEdges = {20'000, 50'000, 100'000, 500'000, 1'000'000, 5'000'000};
const std::vector<std::int64_t> kLateEdges = {50, 100, 150, 250, 500, 1'000, 2'000, 5'000, 10'000, 100'000, 1'000'000};

std::int64_t now_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now().time_since_epoch()).count();
}

// The stretches in which the loop did not run.
class Gaps {
 public:
  void turn_at(std::int64_t now) {
    if (last_ != 0 && now - last_ > kGap) {
      lengths.push_back(now - last_);
      recent_.push_back({last_, now});
      if (recent_.size() > 1'000) recent_.pop_front();
    }
    last_ = now;
  }

  // The end of the gap that covers this instant, else the instant.
  [[nodiscard]] std::int64_t end_of(std::int64_t due) const {
    for (auto gap = recent_.rbegin(); gap != recent_.rend() && gap->end >= due; ++gap) {
      if (gap->begin <= due) return gap->end;
    }
    return due;
  }

  std::vector<std::int64_t> lengths;

 private:
  struct Gap {
    std::int64_t begin;
    std::int64_t end;
  };
  std::int64_t last_ = 0;
  std::deque<Gap> recent_;
};

Gaps gaps_of_an_empty_loop(double seconds) {
  Gaps gaps;
  const std::int64_t end = now_ns() + static_cast<std::int64_t>(seconds * 1e9);
  for (std::int64_t now = now_ns(); now < end; now = now_ns()) gaps.turn_at(now);
  return gaps;
}

// Packet latency of 10 ms, on the calling thread: arrivals at a rate, or as many as a turn takes.
class RealTime {
 public:
  explicit RealTime(double frames_a_second)
      : stage_(held_ten_ms(), {.connections = kConnections, .held = 1U << 18U, .payload = 16}),
        gap_of_arrivals_ns_(frames_a_second > 0 ? 1e9 / frames_a_second : 0) {
    stage_.open_all();
    for (auto* values : {&late, &raw}) {  // touched now: a page's first touch takes longer than what is measured
      values->assign(kMostFrames, 1);
      values->clear();
    }
  }

  void go(double seconds) {
    const std::int64_t start = now_ns() - 2'000'000'000;  // simulated time has opened the connections before then
    const auto length = static_cast<std::int64_t>(seconds * 1e9);
    const std::int64_t begin = now_ns() - start;
    next_arrival_ns_ = static_cast<double>(begin);
    for (std::int64_t now = begin; now < begin + length; now = now_ns() - start) {
      gaps.turn_at(now);
      arrive(now);
      stage_.turn(0, Instant(now));
      std::int64_t left_at = 0;
      stage_.clear(0, [&](const Packet& packet, const Stamp&, Side) {
        if (left_at == 0) left_at = now_ns() - start;  // once a turn: its frames leave together
        note(packet.due_at.nanoseconds(), left_at);
      });
    }
  }

  std::vector<std::int64_t> late;  // with gaps taken out
  std::vector<std::int64_t> raw;
  Gaps gaps;

 private:
  static Rules held_ten_ms() {
    Rules rules;
    rules.latency = LatencyRule{.hold = {milliseconds(10), milliseconds(10)}, .per = LatencyRule::Per::kPacket};
    return rules;
  }

  void arrive(std::int64_t now) {
    for (std::size_t count = 0; count < 2 * kBurst; ++count) {
      if (gap_of_arrivals_ns_ > 0 && next_arrival_ns_ > static_cast<double>(now)) return;
      const auto connection = static_cast<std::uint32_t>(said_ / 2 % kConnections);
      stage_.say(0, connection, said_++ % 2 == 0 ? Side::kA : Side::kB, Instant(now));
      next_arrival_ns_ += gap_of_arrivals_ns_;
    }
    // What fell due while the core was away has not been waiting at a NIC here: it is let go of, not caught up with.
    if (gap_of_arrivals_ns_ > 0) next_arrival_ns_ = std::max(next_arrival_ns_, static_cast<double>(now));
  }

  void note(std::int64_t due, std::int64_t left_at) {
    if (late.size() == late.capacity()) return;
    raw.push_back(left_at - due);
    late.push_back(left_at - std::max(due, gaps.end_of(due)));
  }

  Stage stage_;
  const double gap_of_arrivals_ns_;
  double next_arrival_ns_ = 0;
  std::uint64_t said_ = 0;
};

void print_lateness(const std::string& id, const std::string& what, RealTime& run, double seconds) {
  std::int64_t away = 0;
  for (const std::int64_t length : run.gaps.lengths) away += length;
  const std::string figures = "\"histogram_ns\": " + counts_json(run.late, kLateEdges) +
                              ", \"raw_histogram_ns\": " + counts_json(run.raw, kLateEdges) +
                              ", \"gaps_ns\": " + counts_json(run.gaps.lengths, kGapEdges);
  const std::string gaps =
      "; the core was away " + text_of(static_cast<double>(away) / seconds / 1e7, 2) + " % of the time";
  const auto say = [&](const std::string& name, double share, const std::string& more) {
    print({id + "." + name, what + ": " + name, static_cast<double>(percentile(run.late, share)), "ns late",
           "raw " + std::to_string(percentile(run.raw, share)) + " ns" + more, share == 0.5 ? figures : ""});
  };
  say("p50", 0.5, ", " + std::to_string(run.late.size()) + " frames" + gaps);
  say("p99", 0.99, "");
  say("p999", 0.999, "");
}

}  // namespace

void lateness(double seconds) {
  const Gaps empty = gaps_of_an_empty_loop(seconds);
  std::int64_t away = 0;
  for (const std::int64_t length : empty.lengths) away += length;
  print({"A2.gaps", "a loop that only reads the clock: away for more than 20 us",
         static_cast<double>(away) / seconds / 1e7, "% of the time",
         std::to_string(empty.lengths.size()) + " times in " + text_of(seconds, 1) + " s",
         "\"gaps_ns\": " + counts_json(empty.lengths, kGapEdges)});
  RealTime steady(1e6);
  steady.go(seconds);
  print_lateness("A2", "real time, 1 Mpps held 10 ms", steady, seconds);
  RealTime most(0);
  most.go(seconds / 3);
  const double carried = static_cast<double>(most.late.size()) / (seconds / 3 - 0.01);
  RealTime busy(0.9 * carried);
  busy.go(seconds);
  print_lateness("A3",
                 "real time, " + text_of(0.9 * carried / 1e6, 2) + " Mpps (90 % of what this loop carries) held 10 ms",
                 busy, seconds);
}

}  // namespace weir::bench
