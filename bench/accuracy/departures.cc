#include <cmath>

#include "accuracy/benches.h"
#include "accuracy/laws.h"
#include "accuracy/row.h"
#include "accuracy/stage.h"

namespace weir::bench {
namespace {

constexpr std::int64_t kFrames = 50'000;  // a law and load

struct Load {
  double frames_a_second;
  Duration poll_every;  // 0: time leaps to the next arrival or due time
};

// Arrivals at random (exponential gaps), a function of their number alone.
Instant arrival_after(Instant before, double rate, std::uint64_t n) {
  const double u = unit_interval(draw_bits(7, 0, n));
  return before + Duration(static_cast<std::int64_t>(-std::log1p(-u) / rate * 1e9));
}

class Run {
 public:
  Run(const Law& law, Load load, std::vector<std::int64_t>& errors)
      : stage_(each_packet_waits(law), {.connections = 1'000, .held = 1U << 19U, .payload = 16}),
        load_(load),
        least_(law.asked.min),
        errors_(errors) {
    stage_.open_all();
  }

  void go() {
    Instant next_arrival = now_;
    for (std::int64_t n = 0; n < kFrames || stage_.worker().held() > 0;) {
      Instant next = stage_.worker().next_due();
      if (n < kFrames) next = std::min(next, next_arrival);
      if (load_.poll_every > Duration()) next = now_ + load_.poll_every;
      now_ = std::max(now_, next);
      for (; n < kFrames && next_arrival <= now_; ++n) {
        const auto bits = draw_bits(8, 0, static_cast<std::uint64_t>(n));
        stage_.say(0, static_cast<std::uint32_t>(bits % 1'000), bits >> 63U != 0 ? Side::kA : Side::kB, now_);
        next_arrival = arrival_after(next_arrival, load_.frames_a_second, static_cast<std::uint64_t>(n));
      }
      stage_.turn(0, now_);
      stage_.clear(0, [this](const Packet& packet, const Stamp& stamp, Side) { look(packet, stamp); });
    }
  }

  [[nodiscard]] std::int64_t early() const { return early_; }

 private:
  void look(const Packet& packet, const Stamp& stamp) {
    errors_.push_back((now_ - packet.due_at).nanoseconds());
    early_ += (now_ < packet.due_at || now_ < Instant(stamp.arrived_ns) + least_) ? 1 : 0;
  }

  Stage stage_;
  const Load load_;
  const Duration least_;
  std::vector<std::int64_t>& errors_;
  Instant now_ = Instant() + seconds(2);
  std::int64_t early_ = 0;
};

// Time moves from event to event, or in steps of 64 ns: then what is due inside a step leaves at its end.
void over_all(const std::string& id, const std::string& what, Duration poll_every) {
  std::vector<std::int64_t> errors;
  std::int64_t early = 0;
  const std::vector<double> rates =
      poll_every > Duration() ? std::vector<double>{3e6} : std::vector<double>{1e5, 1e6, 3e6};
  for (const Law& law : laws()) {
    for (const double rate : rates) {
      Run run(law, {rate, poll_every}, errors);
      run.go();
      early += run.early();
    }
  }
  std::int64_t worst = 0;
  for (const std::int64_t error : errors) worst = std::max(worst, error);
  print({id, what, static_cast<double>(worst), "ns late at most",
         std::to_string(early) + " early of " + std::to_string(errors.size()) + " frames",
         "\"early\": " + std::to_string(early) +
             ", \"histogram_ns\": " + counts_json(errors, {0, 1, 16, 32, 64, 128, 256, 1'024})});
}

}  // namespace

void departures() {
  over_all("A1", "simulated time, departure less due: 6 laws, 0.1, 1, 3 Mpps", Duration());
  over_all("A1.polled", "the same, polled each 64 ns, 3 Mpps", nanoseconds(64));
}

}  // namespace weir::bench
