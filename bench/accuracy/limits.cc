#include <cmath>

#include "accuracy/benches.h"
#include "accuracy/row.h"
#include "accuracy/stage.h"

namespace weir::bench {
namespace {

constexpr std::int64_t kWindow = 100'000'000;      // ns
constexpr std::int64_t kShortWindow = 10'000'000;  // ns, for fairness
constexpr double kOffered = 1.3;                   // times the rate
constexpr std::uint32_t kConnections = 16;         // a worker
constexpr std::int64_t kFromNs = 2'000'000'000;    // connections have opened, queues are filled

enum class Pattern : std::uint8_t { kEven, kSkewed, kOnOff };

struct Case {
  std::uint64_t rate;  // bytes of payload a second
  std::size_t payload;
  std::size_t workers;
  Pattern pattern;
};

// A worker's share of what is offered at an instant. On and off: on for two of three milliseconds, each in its turn.
double share_of(const Case& one, std::size_t worker, std::int64_t now) {
  const auto workers = static_cast<double>(one.workers);
  if (one.pattern == Pattern::kSkewed && one.workers > 1) return worker == 0 ? 0.9 : 0.1 / (workers - 1);
  if (one.pattern == Pattern::kOnOff) {
    return (now / 1'000'000 + static_cast<std::int64_t>(worker)) % 3 < 2 ? 1.5 / workers : 0;
  }
  return 1 / workers;
}

// What the 45 cases came to.
struct Outcome {
  double worst_percent = 0;
  double most_excess = 0;  // bytes beyond the limit and one frame a worker
  double least_jain = 1;
  std::size_t windows = 0;
};

class Run {
 public:
  explicit Run(const Case& one)
      : case_(one),
        stage_(limited(one),
               {.workers = one.workers, .connections = kConnections, .held = 24'576, .payload = one.payload}),
        debts_(one.workers),
        short_bytes_(one.workers) {
    stage_.open_all();
  }

  void go(int windows, Outcome& outcome) {
    const double a_frame_ns = static_cast<double>(case_.payload) / static_cast<double>(case_.rate) * 1e9;
    const auto step = std::clamp<std::int64_t>(static_cast<std::int64_t>(a_frame_ns * 4), 500, 1'000'000);
    spend_credit();
    const std::int64_t warm_until = kFromNs + kWindow;
    for (now_ns_ = kFromNs; now_ns_ < warm_until; now_ns_ += step) turn(step);
    const std::int64_t begin = now_ns_;
    bytes_ = 0;
    std::fill(short_bytes_.begin(), short_bytes_.end(), 0);
    std::int64_t window_at = begin;
    std::int64_t short_at = begin;
    for (int done = 0; done < windows; now_ns_ += step) {
      if (now_ns_ - short_at >= kShortWindow) close_short(outcome, short_at);
      if (now_ns_ - window_at >= kWindow) {
        close(now_ns_ - window_at, outcome);
        window_at = now_ns_;
        ++done;
      }
      turn(step);
    }
  }

 private:
  static Rules limited(const Case& one) {
    Rules rules;
    rules.speed = SpeedRule{.min = ByteRate{one.rate}, .max = ByteRate{one.rate}, .queue = milliseconds(5)};
    return rules;
  }

  // What an idle link may let through at once is the limiter's promise too, but not what is measured here.
  void spend_credit() {
    const auto credit = static_cast<double>(burst_at(ByteRate{case_.rate}));
    for (Debt& debt : debts_) debt.bytes += 2 * credit / static_cast<double>(case_.workers);
  }

  // The workers take their turns in an order that changes from step to step: on cores of their own nobody is first.
  void turn(std::int64_t step) {
    const auto first = static_cast<std::size_t>(draw_bits(11, 0, turns_++) % case_.workers);
    for (std::size_t i = 0; i < case_.workers; ++i) {
      const std::size_t worker = (first + i) % case_.workers;
      offer(worker, step);
      do {  // what came in within a step may be more than a turn takes
        stage_.turn(worker, Instant(now_ns_));
        debts_[worker].waiting -= std::min<std::size_t>(debts_[worker].waiting, kBurst);
      } while (debts_[worker].waiting > 0);
      stage_.clear(worker, [&](const Packet&, const Stamp&, Side) {
        bytes_ += case_.payload;
        short_bytes_[worker] += case_.payload;
      });
    }
  }

  void offer(std::size_t worker, std::int64_t step) {
    Debt& debt = debts_[worker];
    debt.bytes +=
        kOffered * static_cast<double>(case_.rate) * share_of(case_, worker, now_ns_) * static_cast<double>(step) / 1e9;
    for (; debt.bytes >= static_cast<double>(case_.payload); debt.bytes -= static_cast<double>(case_.payload)) {
      const auto bits = draw_bits(12, worker, said_++);
      if (stage_.say(worker, static_cast<std::uint32_t>(bits % kConnections), bits >> 63U != 0 ? Side::kA : Side::kB,
                     Instant(now_ns_))) {
        ++debt.waiting;
      }
    }
  }

  void close(std::int64_t length, Outcome& outcome) {
    const double limit = static_cast<double>(case_.rate) * static_cast<double>(length) / 1e9;
    const double off = static_cast<double>(bytes_) - limit;
    const double beyond_a_frame = std::max(0.0, std::abs(off) - static_cast<double>(case_.payload));
    outcome.worst_percent = std::max(outcome.worst_percent, 100 * beyond_a_frame / limit);
    outcome.most_excess = std::max(outcome.most_excess, off - static_cast<double>(case_.payload * case_.workers));
    ++outcome.windows;
    bytes_ = 0;
  }

  // Only where all workers are offered the same, and a window holds frames enough that one more or less is nothing.
  void close_short(Outcome& outcome, std::int64_t& short_at) {
    double sum = 0;
    double squares = 0;
    for (std::uint64_t& bytes : short_bytes_) {
      sum += static_cast<double>(bytes);
      squares += static_cast<double>(bytes) * static_cast<double>(bytes);
      bytes = 0;
    }
    short_at = now_ns_;
    const bool counts =
        case_.pattern == Pattern::kEven && sum >= 500.0 * static_cast<double>(case_.payload * case_.workers);
    if (counts)
      outcome.least_jain = std::min(outcome.least_jain, sum * sum / (static_cast<double>(case_.workers) * squares));
  }

  struct Debt {
    double bytes = 0;         // offered, less than a frame
    std::size_t waiting = 0;  // frames that the port holds for the worker
  };
  const Case case_;
  Stage stage_;
  std::int64_t now_ns_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t said_ = 0;
  std::uint64_t bytes_ = 0;
  std::vector<Debt> debts_;
  std::vector<std::uint64_t> short_bytes_;
};

}  // namespace

void limits() {
  Outcome outcome;
  std::size_t cases = 0;
  for (const std::uint64_t rate : {10'000ULL, 1'000'000ULL, 125'000'000ULL, 1'250'000'000ULL, 5'000'000'000ULL}) {
    for (const std::size_t workers : {1U, 2U, 8U}) {
      for (const Pattern pattern : {Pattern::kEven, Pattern::kSkewed, Pattern::kOnOff}) {
        Run run({rate, rate < 1'000'000 ? std::size_t{100} : std::size_t{1'400}, workers, pattern});
        run.go(rate > 1'000'000'000 ? 2 : 5, outcome);
        ++cases;
      }
    }
  }
  const std::string what = "global limit, 100 ms windows, 10 kB/s to 40 Gbit/s, 1 to 8 workers: ";
  print({"A4", what + "off by", outcome.worst_percent, "%",
         "beyond one frame; worst of " + std::to_string(outcome.windows) + " windows of " + std::to_string(cases) +
             " cases",
         ""});
  print({"A4.excess", what + "most above limit + one frame a worker", std::max(0.0, outcome.most_excess), "B", "", ""});
  print({"A4.jain", "fairness of workers that are offered the same, 10 ms windows", outcome.least_jain, "Jain",
         "the worst window of 500 frames a worker or more", ""});
}

}  // namespace weir::bench
