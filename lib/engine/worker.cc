#include "engine/worker.h"

#include <algorithm>
#include <optional>

#include "engine/hold.h"
#include "engine/open.h"
#include "engine/queue.h"
#include "engine/queue_move.h"
#include "engine/release.h"
#include "engine/reset.h"
#include "impair/decide.h"

namespace weir {
namespace {

constexpr std::size_t kHeads = 1'024;               // of requests at a time that are cut over several segments
constexpr Duration kSweepEvery = microseconds(20);  // a table of 65 536 connections is gone through in 1.3 s

std::uint32_t wheel_entries(const WorkerSizes& sizes) {
  return 3 * sizes.flows + sizes.held;  // a flow: two lanes and a timer; void entries wait for their time
}
std::size_t piece_lists(const WorkerSizes& sizes) {
  constexpr std::size_t kAtLeast = 64;
  return std::max<std::size_t>(kAtLeast, sizes.flows / 8);  // so many directions may have holes at a time
}
std::uint32_t tickets(const WorkerSizes& sizes) {
  return 2 * sizes.held;
}

// Cuts the memory that was handed in into the pieces that the parts want.
class Carver {
 public:
  explicit Carver(std::span<std::byte> memory) : left_(memory) {}
  std::span<std::byte> take(std::size_t bytes) {
    const std::span<std::byte> piece = left_.first(bytes);
    left_ = left_.subspan(std::min(left_.size(), (bytes + 63) / 64 * 64));
    return piece;
  }

 private:
  std::span<std::byte> left_;
};

Budget budget(const WorkerSetup& setup, std::size_t index, Carver& carver) {
  const bool may_limit = setup.scene != nullptr || index < budgets_of(setup.rules);
  const std::size_t room = may_limit ? tickets(setup.sizes) : 1;
  const std::uint32_t lanes = may_limit ? setup.sizes.flows : 0;
  return Budget{
      .limiter = setup.limiters[index],
      .tickets = TicketQueue(carver.take(TicketQueue::bytes_for(static_cast<std::uint32_t>(room))),
                             static_cast<std::uint32_t>(room)),
      .lanes = LaneQueues(carver.take(LaneQueues::bytes_for(lanes)), lanes),
      .capacity = Capacity(rate_law(setup.rules, index)),
  };
}

// The only scene of a run whose rules stay.
std::unique_ptr<const Scene> whole_run(const WorkerSetup& setup) {
  if (setup.scene != nullptr) return nullptr;
  const auto selection = std::make_shared<const Selection>(Selection{.selector = Selector(setup.rules)});
  return std::unique_ptr<const Scene>(new Scene{.rules = setup.rules,
                                                .selection = selection,
                                                .clock = std::make_shared<const SceneClock>(Instant()),
                                                .offset = Duration()});
}

Tariff tariff_of(const Rules& rules) {
  return rules.speed ? weir::tariff_of(*rules.speed) : Tariff{};
}

Pipeline build(const WorkerSetup& setup, const Scene& scene, WorkerCounters& counters) {
  Carver carver(setup.memory);
  const WorkerSizes& sizes = setup.sizes;
  return Pipeline{
      .scene = &scene,
      .duties = Duties(scene.rules),
      .tariff = tariff_of(scene.rules),
      .registry = setup.registry,
      .outages = setup.outages,
      .rule_pacers = setup.rule_pacers,
      .source = setup.source,
      .counters = counters,
      .flows = FlowTable(carver.take(FlowTable::bytes_for(sizes.flows)), sizes.flows),
      .wheel = TimingWheel(carver.take(TimingWheel::bytes_for(wheel_entries(sizes))), wheel_entries(sizes)),
      .facts = FactStore(carver.take(FactStore::bytes_for(kHeads))),
      .pieces = PieceStore(carver.take(PieceStore::bytes_for(piece_lists(sizes)))),
      .budgets = {budget(setup, 0, carver), budget(setup, 1, carver)},
      .account = StageAccount(counters, setup.accounts_cycles),
      .late = LateAccount(counters, setup.late_after),
      .exit = DropExit(setup.source, counters, setup.tap),
      .recorder = Recorder(setup.decisions, counters),
      .listener = setup.listener,
      .most_held = sizes.held,
      .most_large = sizes.held_large,
      .shrinks_from = sizes.held_large / 2,
      .small_room = setup.source.small_room(),
      .limits = budgets_of(scene.rules),
      .stalls = scene.rules.stalls(),
      .traffic_so_far = scene.selection->selector.traffic(),
  };
}

}  // namespace

std::size_t budgets_of(const Rules& rules) {
  if (!rules.speed) return 0;
  return rules.speed->direction == SpeedRule::Direction::kEach ? 2 : 1;
}

RateRange rates_of(const SpeedRule& speed, std::size_t budget) {
  const RateRange up{speed.min, speed.max};
  return budget == index_of(Side::kB) ? speed.down.value_or(up) : up;
}

RateLaw rate_law(const Rules& rules, std::size_t budget) {
  constexpr ByteRate kAtOnce{50'000'000'000};  // no link that weir stands in is faster
  if (budget >= budgets_of(rules)) return {kAtOnce, kAtOnce};
  const RateRange rates = rates_of(*rules.speed, budget);
  const SpeedRule& speed = *rules.speed;
  const bool is_down = budget == index_of(Side::kB) && (speed.down || speed.down_trace);
  const RateTrace& trace = is_down ? speed.down_trace : speed.trace;
  return {rates.min, rates.max, speed.every, speed_draw_key(rules.seed, budget), trace.deliveries.get()};
}

std::size_t Worker::bytes_for(const WorkerSizes& sizes) {
  constexpr std::size_t kSlack = 10 * 64;  // each piece is rounded up to a cache line
  return FlowTable::bytes_for(sizes.flows) + TimingWheel::bytes_for(wheel_entries(sizes)) +
         2 * LaneQueues::bytes_for(sizes.flows) + 2 * TicketQueue::bytes_for(tickets(sizes)) +
         FactStore::bytes_for(kHeads) + PieceStore::bytes_for(piece_lists(sizes)) + kSlack;
}

Worker::Worker(const WorkerSetup& setup)
    : own_scene_(whole_run(setup)),
      counters_(std::make_unique<WorkerCounters>()),
      port_counters_(2 * setup.links.size()),
      pipeline_(build(setup, own_scene_ ? *own_scene_ : *setup.scene, *counters_)),
      tap_(setup.tap),
      untouched_(own_scene_ && setup.rules.empty() && setup.decisions == nullptr),
      leads_(setup.leads) {
  for (std::size_t index = 0; index < pipeline_.budgets.size(); ++index) {
    QueueState& queue = pipeline_.budgets[index].queue;
    queue.draw_key = queue_draw_key(setup.rules.seed, index);
    if (index < pipeline_.limits) queue.service = queue.asked = service_of(*setup.rules.speed, pipeline_.stalls);
  }
  if (tap_ != nullptr) tap_->use_selection(pipeline_.scene->selection->number);
  batches_.reserve(2 * setup.links.size());
  for (const LinkPorts& link : setup.links) {
    for (Port* port : {&link.a, &link.b}) {
      const TxBatch::Place place{.link = static_cast<std::uint8_t>(batches_.size() / 2),
                                 .side = static_cast<Side>(batches_.size() % 2),
                                 .tap = setup.tap};
      batches_.emplace_back(*port, port_counters_[batches_.size()], pipeline_.exit, place);
      received_.push_back(Received{port, 0, {}});
    }
  }
  pipeline_.batches = batches_;
}

void Worker::poll() {
  pipeline_.account.begin_turn();
  for (Received& received : received_) received.count = received.port->receive(received.frames);
  pipeline_.account.mark(Stage::kReceive);
}

void Worker::poll_nothing() {
  for (Received& received : received_) static_cast<void>(received.port->receive({}));
}

void Worker::turn(Instant now) {
  last_turn_at_ = now;
  pipeline_.second = static_cast<std::uint32_t>(now.nanoseconds() / kNanosecondsPerSecond);
  if (tap_ != nullptr) tap_->begin_turn(now);
  go_on_to(now);
  for (Budget& budget : pipeline_.budgets) {
    if (budget.limiter != nullptr) begin_turn(budget, now);
  }
  const std::size_t received = admit_received(now);
  pipeline_.late.begin_turn(now, received);
  bool caught_up = true;
  if (!untouched_) {
    caught_up = release(pipeline_, now);
    sweep(now);
  }
  pipeline_.account.mark(Stage::kRelease);
  const std::size_t sent = flush();
  pipeline_.account.mark(Stage::kSend);
  pipeline_.account.end_turn(received, sent);
  pipeline_.late.end_turn(sent, caught_up);
}

// Follows the chain to the scene of this instant. Those whose time went by since the last turn are entered one by one:
// the capacity has to know each.
void Worker::go_on_to(Instant now) {
  const Scene* scene = pipeline_.scene;
  const bool receives =
      scene->waiting != nullptr && std::ranges::any_of(received_, [](const Received& one) { return one.count > 0; });
  if (receives) scene->tell(SceneClock::Event::kFrame, now);
  while ((scene = scene->following(now)) != nullptr) enter(*scene, scene->begins_at());
}

void Worker::enter(const Scene& scene, Instant begins_at) {
  pipeline_.scene = &scene;
  pipeline_.duties = Duties(scene.rules);
  pipeline_.tariff = tariff_of(scene.rules);
  pipeline_.traffic_so_far |= scene.selection->selector.traffic();
  pipeline_.stalls = scene.rules.stalls();
  set_limits(begins_at);
  if (tap_ != nullptr) tap_->use_selection(scene.selection->number);
  if (leads_ && scene.phase != 0) pipeline_.recorder.note_phase(begins_at, scene.phase);
  if (leads_ && scene.asked != 0) pipeline_.recorder.note_asked(begins_at, scene.asked);
  scene_reached_.store(scene.number, std::memory_order_release);
}

void Worker::set_limits(Instant begins_at) {
  pipeline_.limits = budgets_of(pipeline_.rules());
  for (std::size_t index = 0; index < pipeline_.budgets.size(); ++index) {
    Budget& budget = pipeline_.budgets[index];
    if (index < pipeline_.limits) {
      ask_for(budget.queue, service_of(*pipeline_.rules().speed, pipeline_.stalls));
    }
    const RateLaw law = rate_law(pipeline_.rules(), index);
    if (budget.limiter == nullptr || law == budget.capacity.law()) continue;
    budget.capacity.change(law, begins_at);
    budget.limiter->set_burst(burst_at(law.max));
  }
}

std::size_t Worker::admit_received(Instant now) {
  std::size_t frames = 0;
  for (std::size_t entrance = 0; entrance < received_.size(); ++entrance) {
    Received& received = received_[entrance];
    if (received.count == 0) continue;
    frames += received.count;
    std::uint64_t bytes = 0;
    for (const Frame& frame : std::span(received.frames).first(received.count)) bytes += frame.length;
    port_counters_[entrance].rx_frames.add(received.count);
    port_counters_[entrance].rx_bytes.add(bytes);
    counters_->bursts.add(1);
    counters_->burst_frames.add(received.count);
    if (tap_ != nullptr) {
      tap_->arrived(static_cast<std::uint8_t>(entrance / 2), static_cast<Side>(entrance % 2),
                    std::span(received.frames).first(received.count));
    }
    if (untouched_) {
      forward_untouched(entrance);
    } else {
      admit(pipeline_, static_cast<std::uint8_t>(entrance / 2), static_cast<Side>(entrance % 2),
            std::span(received.frames).first(received.count), now);
    }
    received.count = 0;
  }
  counters_->turns.add(1);
  if (frames == 0 && pipeline_.held == 0) counters_->idle_turns.add(1);
  return frames;
}

void Worker::forward_untouched(std::size_t entrance) {
  TxBatch& out = batches_[entrance ^ 1U];
  const Received& received = received_[entrance];
  for (const Frame& frame : std::span(received.frames).first(received.count)) out.add(*frame.packet, frame.length);
}

void Worker::begin_turn(Budget& budget, Instant now) {
  budget.carried = budget.capacity.carried(now);
  const bool limits = static_cast<std::size_t>(&budget - pipeline_.budgets.data()) < pipeline_.limits;
  if (!limits) {
    budget.queue_limit = UINT64_MAX / 2;
    budget.queue.most_packets = UINT64_MAX;
    return move_over(pipeline_, budget, now);
  }
  const SpeedRule& speed = *pipeline_.rules().speed;
  // In microseconds a long queue of a fast link would not fit 64 bits, in milliseconds a short one is nothing.
  const std::int64_t unit = speed.queue < seconds(1) ? 1'000 : 1'000'000;
  const auto units = static_cast<std::uint64_t>(speed.queue.nanoseconds() / unit);
  const auto units_a_second = static_cast<std::uint64_t>(kNanosecondsPerSecond / unit);
  budget.queue_limit = std::max(speed.queue_at_least, budget.capacity.rate().bytes_per_second * units / units_a_second);
  begin_turn_of_queue(budget, speed, now);
  move_over(pipeline_, budget, now);
  if (leads_) note_redraw(budget, now);
}

void Worker::note_redraw(Budget& budget, Instant now) {
  const Capacity& capacity = budget.capacity;
  const bool changes = capacity.varies() || capacity.redraws() > 0;
  if (!changes || capacity.redraws() < budget.redraws_noted) return;
  pipeline_.recorder.note_rate(now, capacity.redraws(), capacity.rate());
  budget.redraws_noted = capacity.redraws() + 1;
}

void Worker::sweep(Instant now) {
  if (now < sweep_at_) return;
  sweep_at_ = now + kSweepEvery;
  expire_idle(pipeline_, sweep_slot_);
  sweep_slot_ = sweep_slot_ + 1 == pipeline_.flows.capacity() ? 0 : sweep_slot_ + 1;
}

std::size_t Worker::flush() {
  std::size_t sent = 0;
  for (TxBatch& batch : batches_) sent += batch.flush(last_turn_at_, pipeline_.late);
  pipeline_.exit.flush();
  counters_->held.set(held());
  return sent;
}

std::uint64_t Worker::held() const {
  std::uint64_t held = pipeline_.held;
  for (const TxBatch& batch : batches_) held += batch.unsent();
  return held;
}

Instant Worker::next_due() const {
  for (const TxBatch& batch : batches_) {
    if (batch.unsent() > 0) return last_turn_at_;
  }
  Instant due_at = pipeline_.wheel.next_due();
  for (const Budget& budget : pipeline_.budgets) {
    if (budget.queue.is_moving()) return last_turn_at_;
    if (budget.queue.waits) {
      due_at = std::min(due_at, budget.capacity.reaches(budget.queue.mark));
    } else if (budget.queue.service == QueueState::Service::kTickets && !budget.tickets.empty()) {
      due_at = std::min(due_at, budget.capacity.reaches(budget.tickets.front().mark));
    } else {
      continue;
    }
    const Scene* const after = pipeline_.scene->next.load(std::memory_order_acquire);
    if (after != nullptr) due_at = std::min(due_at, after->begins_at());  // with another rate, maybe
  }
  return due_at;
}

void Worker::abandon_held(Instant now) {
  for (std::uint32_t slot = 0; slot < pipeline_.flows.capacity(); ++slot) {
    Flow* flow = pipeline_.flows.at(slot);
    if (flow == nullptr) continue;
    discard_held(pipeline_, *flow, DropReason::kStopped, now);
    forget_cut(pipeline_, *flow);
  }
  for (TxBatch& batch : batches_) batch.abandon();
  flush();
}

}  // namespace weir
