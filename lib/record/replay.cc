#include "record/replay.h"

#include <algorithm>
#include <deque>

#include "engine/spread.h"

namespace weir {
namespace {

constexpr std::size_t kDecisions = 65'536;  // more than a turn can make: 64 frames in, 16 384 released

constexpr std::size_t kTapBytes = std::size_t{64} << 20U;  // a full batch of the longest frames

}  // namespace

// One side of the link as one worker sees it.
class Replay::ReplayPort : public Port {
 public:
  ReplayPort(Replay& replay, Side side) : replay_(replay), side_(side) {}

  std::size_t receive(std::span<Frame> into) override {
    const std::size_t count = std::min({into.size(), arriving_.size(), replay_.setup_.burst});
    std::copy_n(arriving_.begin(), count, into.begin());
    arriving_.erase(arriving_.begin(), arriving_.begin() + static_cast<std::ptrdiff_t>(count));
    return count;
  }

  std::size_t send(std::span<Packet* const> packets) override {
    for (const Packet* packet : packets) {
      const PacketBytes frame = replay_.packets_.bytes_of(*packet);
      replay_.sink_.leaves(replay_.now_, side_, frame.bytes, frame.original_length);
    }
    replay_.last_frame_at_ = replay_.now_;
    replay_.packets_.free(packets);
    return packets.size();
  }

  void arrive(const Frame& frame) { arriving_.push_back(frame); }

 private:
  Replay& replay_;
  const Side side_;
  std::vector<Frame> arriving_;
};

// A worker with what it needs.
struct Replay::Lodger {
  Lodger(Replay& replay, std::size_t index) : ports{ReplayPort(replay, Side::kA), ReplayPort(replay, Side::kB)} {
    const ReplaySetup& setup = replay.setup_;
    if (setup.logs) ring = std::make_unique<DecisionRing>(kDecisions);
    if (setup.captures) tap = std::make_unique<FrameTap>(replay.packets_, kTapBytes);
    memory = std::make_unique<Line[]>(Worker::bytes_for(setup.sizes) / sizeof(Line) + 1);
    worker = std::make_unique<Worker>(WorkerSetup{.rules = setup.rules,
                                                  .links = links,
                                                  .source = replay.packets_,
                                                  .registry = replay.registry_,
                                                  .outages = replay.outages_,
                                                  .rule_pacers = replay.rule_pacers_,
                                                  .limiters = {replay.limiters_[0].get(), replay.limiters_[1].get()},
                                                  .decisions = ring.get(),
                                                  .listener = setup.listener,
                                                  .tap = tap.get(),
                                                  .leads = index == 0,
                                                  .sizes = setup.sizes,
                                                  .memory = {memory[0].bytes.data(), Worker::bytes_for(setup.sizes)},
                                                  .scene = setup.conductor ? &setup.conductor->first() : nullptr});
  }

  struct alignas(64) Line {
    std::array<std::byte, 64> bytes;
  };
  std::array<ReplayPort, 2> ports;
  std::array<LinkPorts, 1> links{LinkPorts{ports[0], ports[1]}};
  std::unique_ptr<DecisionRing> ring;
  std::unique_ptr<FrameTap> tap;
  std::unique_ptr<Line[]> memory;
  std::unique_ptr<Worker> worker;
};

Replay::Replay(const ReplaySetup& setup, ReplaySink& sink) : setup_(setup), sink_(sink), registry_(setup.triples) {
  for (std::size_t budget = 0; budget < limiters_.size(); ++budget) {
    if (setup.conductor == nullptr && budget >= budgets_of(setup.rules)) continue;
    limiters_[budget] = std::make_unique<Limiter>(burst_at(rate_law(setup.rules, budget).max));
  }
  for (std::size_t index = 0; index < setup.workers; ++index) {
    lodgers_.push_back(std::make_unique<Lodger>(*this, index));
    if (setup.logs) rings_.push_back(lodgers_.back()->ring.get());
    if (setup.captures) taps_.push_back(lodgers_.back()->tap.get());
  }
}

Replay::~Replay() = default;

void Replay::arrive(Instant at, Side side, std::span<const std::byte> frame, std::uint32_t original_length) {
  const bool joins = waiting_ > 0 && waiting_ < setup_.burst && at == waiting_at_ && side == waiting_side_;
  if (!joins) {
    admit_waiting();
    run_until(at);
  }
  const std::size_t worker = lodgers_.size() == 1 ? 0 : worker_of(frame, side, 0, lodgers_.size());
  lodgers_[worker]->ports[index_of(side)].arrive(packets_.receive(frame, original_length));
  waiting_at_ = at;
  waiting_side_ = side;
  ++waiting_;
}

void Replay::admit_waiting() {
  if (waiting_ == 0) return;
  waiting_ = 0;
  now_ = last_frame_at_ = waiting_at_;
  turn();
}

// What is due at `limit` itself waits for what arrives then: a turn admits first.
void Replay::run_until(Instant limit) {
  for (Instant next = next_due(); next < limit && !is_stopped_; next = next_due()) {
    now_ = std::max(now_, next);
    if (now_ == limit) return;
    turn();
  }
}

void Replay::finish() {
  admit_waiting();
  run_until(Instant::never());
  for (auto& lodger : lodgers_) {  // it was stopped, or a rate of nothing, for good, lets nothing go
    if (lodger->worker->held() > 0) lodger->worker->abandon_held(now_);
  }
  look_at_speed();
  limiter_active_.observe(last_frame_at_, totals().limited_bytes);
  carried_ = sums_at(last_frame_at_);
}

std::optional<CarriedSums> Replay::carried(Instant not_before) const {
  return carried_.at < not_before ? std::nullopt : std::optional(carried_);
}

CarriedSums Replay::sums_at(Instant at) const {
  CarriedSums sums{.at = at};
  for (const auto& lodger : lodgers_) add_carried(*lodger->worker, 1, sums);
  return sums;
}

void Replay::turn() {
  conduct();
  look_at_speed();
  if (setup_.logs) carried_ = sums_at(now_);
  sink_.before_turn(now_);
  for (auto& lodger : lodgers_) {
    lodger->worker->poll();
    lodger->worker->turn(now_);
  }
  sink_.after_turn();
}

// At each full second, as on a real link: the mean speed is over those in which something moved.
void Replay::look_at_speed() {
  if (now_ < look_at_ || limiters_[0] == nullptr) return;
  const std::uint64_t bytes = totals().limited_bytes;
  limiter_active_.observe(look_at_, bytes);
  const Instant full_second = Instant(now_.nanoseconds() / kNanosecondsPerSecond * kNanosecondsPerSecond);
  limiter_active_.observe(full_second, bytes);
  look_at_ = full_second + seconds(1);
}

// Control's part, which a real run has a thread for: the scenes to come are there before a worker needs them.
void Replay::conduct() {
  if (setup_.conductor == nullptr) return;
  std::uint64_t reached = UINT64_MAX;
  for (const auto& lodger : lodgers_) reached = std::min(reached, lodger->worker->scene_reached());
  setup_.conductor->look_ahead(now_, reached);
}

// Time leaps no further than scenes have been built for, as long as something waits that they may let go.
Instant Replay::next_due() const {
  Instant next = Instant::never();
  for (const auto& lodger : lodgers_) next = std::min(next, lodger->worker->next_due());
  const bool may_change = setup_.conductor != nullptr && setup_.conductor->goes_on();
  return may_change && held() > 0 ? std::min(next, now_ + Conductor::kHorizon) : next;
}

std::uint64_t Replay::held() const {
  std::uint64_t held = 0;
  for (const auto& lodger : lodgers_) held += lodger->worker->held();
  return held;
}

Totals Replay::totals() const {
  Totals totals;
  for (const auto& lodger : lodgers_) totals.add(lodger->worker->counters());
  return totals;
}

PortStatistics Replay::port_statistics(Side side) const {
  PortStatistics port;
  for (const auto& lodger : lodgers_) {
    const PortCounters& counters = lodger->worker->port_counters(0, side);
    port.rx_frames += counters.rx_frames.value();
    port.rx_bytes += counters.rx_bytes.value();
    port.tx_frames += counters.tx_frames.value();
    port.tx_bytes += counters.tx_bytes.value();
    port.tx_full += counters.tx_full.value();
  }
  return port;
}

void Replay::report(RunStatistics& run) const {
  run.asked = setup_.rules;
  run.duration = last_frame_at_ - Instant();
  run.speed_active = limiter_active_.total();
  run.links = {{port_statistics(Side::kA), port_statistics(Side::kB)}};
  run.totals = totals();
}

}  // namespace weir
