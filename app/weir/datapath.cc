#include "weir/datapath.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "dpdk/eal.h"
#include "dpdk/memory.h"
#include "dpdk/telemetry.h"
#include "dpdk/tsc_clock.h"
#include "dpdk/worker_threads.h"
#include "engine/spread.h"
#include "engine/worker.h"
#include "profile/conductor.h"
#include "record/decision_log.h"
#include "record/frame_capture.h"
#include "record/live_view.h"
#include "weir/open_ports.h"
#include "weir/plan_memory.h"
#include "weir/port_statistics.h"
#include "weir/version.h"

namespace weir {
namespace {

constexpr std::uint32_t kFlows = 131'072;                  // connections at a time, over all workers
constexpr std::uint32_t kTriples = 65'536;                 // different (client, server, port), for the whole run
constexpr std::size_t kDecisions = 65'536;                 // records between a worker and the log's thread
constexpr std::size_t kTapBytes = std::size_t{64} << 20U;  // of frames between a worker and the capture's thread
constexpr Duration kDrainFor = seconds(1);
constexpr Duration kReloadAhead = milliseconds(10);  // every worker has had a turn before then, unless its core is gone

KernelInterface::Say speaker(bool quiet) {
  if (quiet) return [](const std::string&) {};
  return [](const std::string& sentence) { std::cerr << "weir: " << sentence << '\n'; };
}

}  // namespace

// In the order in which they are built; taken down the other way round.
class Datapath::Parts {
 public:
  explicit Parts(const DatapathPlan& plan)
      : plan_(plan),
        named_(look_at_ports(plan.links, plan.eal_arguments)),
        room_(room_of(plan, named_)),
        eal_(prepare_eal()),
        pool_(room_.buffers, largest_mtu(named_), buffer_layout(named_), room_.small_buffers),
        registry_(kTriples),
        asked_(compile(plan.profile)),
        conductor_(plan.profile, plan.output.log.has_value()) {
    const KernelInterface::Say say = speaker(plan.quiet);
    for (const std::string& remark : eal_.command().remarks) say(remark);
    say("EAL: " + command_line(eal_.command().arguments));
    if (!room_.shortage.empty()) say(room_.shortage);
    for (std::size_t budget = 0; budget < limiters_.size(); ++budget) {
      if (!may_change() && budget >= budgets_of(asked_)) continue;
      limiters_[budget] = std::make_unique<Limiter>(burst_at(rate_law(asked_, budget).max));
    }
    for (const NamedPort& port : named_) ports_.push_back(open_port(port, pool_, plan.workers, say));
    for (unsigned worker = 0; worker < plan.workers; ++worker) sources_.push_back(pool_.source());
    by_queues_ = settle_spreading(ports_, plan.workers, say) || plan.workers == 1;
    spread_ports();
    open_log();
    open_capture();
    for (unsigned worker = 0; worker < plan.workers; ++worker) build_worker(worker);
  }

  void start() {
    clock_.emplace(calibration_.hz());
    begin_capture();
    std::vector<std::function<void()>> loops;
    for (auto& worker : workers_) loops.emplace_back([this, &worker] { loop(*worker); });
    draining_ = static_cast<unsigned>(workers_.size());
    threads_ = std::make_unique<WorkerThreads>(std::move(loops));
    has_started_.store(true, std::memory_order_release);
    answer_telemetry();
  }

  void stop() {
    if (threads_ == nullptr) return;
    for (auto& spread : spreads_) spread->stop_receiving();
    stopping_.store(true, std::memory_order_relaxed);
    threads_->join();
    threads_.reset();
    stopped_at_ = clock_->now();
    empty_workers();
    limiter_active_.observe(*stopped_at_, totals().limited_bytes);
    if (log_) log_->close();
    if (capture_) capture_->close();
  }

  void reload(const Profile& profile) {
    conductor_.replace(profile, now() + kReloadAhead);
    asked_ = compile(profile);
    ++reloads_;
  }
  void refuse_reload() { ++reloads_refused_; }
  void look_ahead();

  [[nodiscard]] Instant now() const { return stopped_at_.value_or(clock_ ? clock_->now() : Instant()); }
  [[nodiscard]] StatusSnapshot snapshot();
  [[nodiscard]] RunStatistics statistics() const;

 private:
  [[nodiscard]] bool may_change() const { return plan_.may_reload || plan_.profile.timeline; }
  [[nodiscard]] EalPlan prepare_eal() const {
    require_privileges(named_);
    remove_stale_runtime_directories();
    return eal_plan(plan_, named_, room_);
  }

  void spread_ports();
  void empty_workers();
  [[nodiscard]] Port& port_of(unsigned worker, std::size_t index);
  void open_log();
  void open_capture();
  void begin_capture();
  void build_worker(unsigned index);
  void loop(Worker& worker);
  void answer_telemetry();
  [[nodiscard]] RunStatistics live() const;
  [[nodiscard]] PortStatistics port_at(std::size_t index) const;
  [[nodiscard]] Totals totals() const;
  [[nodiscard]] std::optional<CarriedSums> carried(Instant not_before) const;

  const DatapathPlan plan_;
  TickCalibration calibration_;   // begins to measure before the slow steps of the start
  std::vector<NamedPort> named_;  // two a link
  const Room room_;
  Eal eal_;
  PacketPool pool_;
  ConnectionRegistry registry_;
  LinkOutages outages_;
  RulePacers rule_pacers_;
  Rules asked_;
  Conductor conductor_;
  std::uint64_t reloads_ = 0;
  std::uint64_t reloads_refused_ = 0;
  std::array<std::unique_ptr<Limiter>, 2> limiters_;    // as the workers' budgets
  std::vector<OpenPort> ports_;                         // as named_
  std::vector<std::unique_ptr<PacketSource>> sources_;  // by worker
  bool by_queues_ = false;                              // every worker has queues of its own on every port
  std::vector<std::unique_ptr<SpreadDevice>> spreads_;  // as named_; unused then
  std::vector<std::unique_ptr<DecisionRing>> rings_;    // by worker; none without a log
  std::unique_ptr<DecisionLog> log_;
  std::vector<std::unique_ptr<FrameTap>> taps_;  // by worker; none without a capture
  std::unique_ptr<FrameCapture> capture_;
  std::vector<Memory> memories_;               // by worker
  std::vector<std::vector<LinkPorts>> links_;  // by worker
  std::vector<std::unique_ptr<Worker>> workers_;
  std::optional<TscClock> clock_;
  std::optional<Instant> stopped_at_;
  ActiveTime limiter_active_;
  std::atomic<bool> has_started_{false};    // control writes, the log's thread reads
  std::atomic<bool> stopping_{false};       // control writes, workers read
  std::atomic<unsigned> draining_{0};       // workers that still hold something
  std::unique_ptr<WorkerThreads> threads_;  // they use all of the above
  std::unique_ptr<Telemetry> telemetry_;    // so does this
};

void Datapath::Parts::spread_ports() {
  links_.resize(plan_.workers);
  for (std::size_t index = 0; index < ports_.size(); ++index) {
    Ethdev& device = ports_[index].ethdev();
    std::vector<Port*> queues;
    for (unsigned queue = 0; queue < device.tx_queues(); ++queue) queues.push_back(&device.port(queue));
    const SpreadPlace place{.link = static_cast<std::uint8_t>(index / 2),
                            .side = static_cast<Side>(index % 2),
                            .owner = index % plan_.workers,
                            .workers = plan_.workers};
    spreads_.push_back(std::make_unique<SpreadDevice>(queues, *sources_[place.owner], place));
  }
  for (unsigned worker = 0; worker < plan_.workers; ++worker) {
    for (std::size_t index = 0; index < ports_.size(); index += 2) {
      links_[worker].push_back({port_of(worker, index), port_of(worker, index + 1)});
    }
  }
}

// With one worker there is nothing to spread, or the device does it: a worker uses queues of its own.
Port& Datapath::Parts::port_of(unsigned worker, std::size_t index) {
  return by_queues_ ? ports_[index].ethdev().port(worker) : spreads_[index]->port_for(worker);
}

void Datapath::Parts::open_log() {
  if (!plan_.output.log) return;
  std::vector<DecisionRing*> rings;
  for (unsigned worker = 0; worker < plan_.workers; ++worker) {
    rings_.push_back(std::make_unique<DecisionRing>(kDecisions));
    rings.push_back(rings_.back().get());
  }
  const LogChronicle chronicle{.asked = conductor_.asked(),
                               .carried = [this](Instant not_before) { return carried(not_before); }};
  log_ = std::make_unique<DecisionLog>(*plan_.output.log, rings, plan_.output.log_all, &conductor_.names(),
                                       DecisionLog::Pace::kThread, chronicle);
}

// On the log's thread, while workers run.
std::optional<CarriedSums> Datapath::Parts::carried(Instant not_before) const {
  if (!has_started_.load(std::memory_order_acquire)) return std::nullopt;
  CarriedSums sums{.at = clock_->now()};
  if (sums.at < not_before) return std::nullopt;
  for (const auto& worker : workers_) add_carried(*worker, plan_.links.size(), sums);
  return sums;
}

void Datapath::Parts::open_capture() {
  if (!plan_.output.capture) return;
  FrameCaptureSetup setup{.path = *plan_.output.capture, .taps = {}, .links = {}, .names = &conductor_.names()};
  for (const LinkOption& link : plan_.links) setup.links.push_back({link.a, link.b});
  for (unsigned worker = 0; worker < plan_.workers; ++worker) {
    taps_.push_back(std::make_unique<FrameTap>(*sources_[worker], kTapBytes));
    taps_.back()->ring().touch();
    setup.taps.push_back(taps_.back().get());
  }
  capture_ = std::make_unique<FrameCapture>(std::move(setup));
}

// The wall clock at the run's time 0.
void Datapath::Parts::begin_capture() {
  if (!capture_) return;
  const Instant now = clock_->now();
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t unix_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(wall).count();
  capture_->begin(unix_ns - now.nanoseconds(), FrameCapture::Pace::kThread);
}

void Datapath::Parts::build_worker(unsigned index) {
  const WorkerSizes sizes{.flows = kFlows / plan_.workers,
                          .held = static_cast<std::uint32_t>(room_.held() / plan_.workers),
                          .held_large = static_cast<std::uint32_t>(room_.held_large / plan_.workers)};
  memories_.emplace_back(Worker::bytes_for(sizes));
  workers_.push_back(std::make_unique<Worker>(WorkerSetup{.rules = asked_,
                                                          .links = links_[index],
                                                          .source = *sources_[index],
                                                          .registry = registry_,
                                                          .outages = outages_,
                                                          .rule_pacers = rule_pacers_,
                                                          .limiters = {limiters_[0].get(), limiters_[1].get()},
                                                          .decisions = rings_.empty() ? nullptr : rings_[index].get(),
                                                          .tap = taps_.empty() ? nullptr : taps_[index].get(),
                                                          .accounts_cycles = true,
                                                          .late_after = plan_.max_late,
                                                          .leads = index == 0,
                                                          .sizes = sizes,
                                                          .memory = memories_.back().span(),
                                                          .scene = may_change() ? &conductor_.first() : nullptr}));
}

void Datapath::Parts::look_ahead() {
  if (!may_change()) return;
  std::uint64_t reached = UINT64_MAX;
  for (const auto& worker : workers_) reached = std::min(reached, worker->scene_reached());
  const bool was_well = conductor_.fault().empty();
  conductor_.look_ahead(now(), reached);
  if (was_well && !conductor_.fault().empty()) {
    std::cerr << "weir: the profile's phases end here, what holds now goes on:\n" << conductor_.fault() << '\n';
  }
}

// The threads have ended: what is still under way between them arrives, the rest of what is held is dropped by name,
// and what was left with an owner is sent. A ring holds 4 096 packets, and 64 move at a time.
void Datapath::Parts::empty_workers() {
  constexpr int kRounds = 4'096 / 64 + 1;
  for (int round = 0; round < kRounds && !by_queues_; ++round) {
    for (auto& worker : workers_) {
      worker->poll();
      worker->turn(clock_->now());
    }
  }
  for (auto& worker : workers_) worker->abandon_held(clock_->now());
  for (int round = 0; round < kRounds; ++round) {
    for (auto& worker : workers_) worker->poll_nothing();
  }
}

// A worker's whole life. While the run drains, one that owns a device goes on sending for those that still hold frames,
// and the others take in what the owner had handed them before.
void Datapath::Parts::loop(Worker& worker) {
  while (!stopping_.load(std::memory_order_relaxed)) {
    worker.poll();
    worker.turn(clock_->now());
  }
  const Instant give_up_at = clock_->now() + kDrainFor;
  bool drains = true;
  while (clock_->now() < give_up_at && draining_.load(std::memory_order_relaxed) > 0) {
    by_queues_ ? worker.poll_nothing() : worker.poll();
    worker.turn(clock_->now());
    if (drains && worker.held() == 0) {
      drains = false;
      draining_.fetch_sub(1, std::memory_order_relaxed);
    }
  }
}

// Asked on threads of the EAL's: only what never changes after the start, and counters.
void Datapath::Parts::answer_telemetry() {
  telemetry_ = std::make_unique<Telemetry>(
      TelemetryAnswers{.statistics =
                           [this] {
                             return live_statistics(live(), {{"packets", room_.buffers, pool_.available()},
                                                             {"small", room_.small_buffers, pool_.small_available()}});
                           },
                       .workers = [this] { return live_workers(totals()); }});
}

RunStatistics Datapath::Parts::live() const {
  RunStatistics run;
  run.max_late = plan_.max_late;
  run.duration = clock_->now() - Instant();
  for (std::size_t index = 0; index < ports_.size(); index += 2) {
    run.links.push_back({port_at(index), port_at(index + 1)});
  }
  run.totals = totals();
  return run;
}

Totals Datapath::Parts::totals() const {
  Totals totals;
  for (const auto& worker : workers_) totals.add(worker->counters());
  return totals;
}

StatusSnapshot Datapath::Parts::snapshot() {
  const Totals sums = totals();
  StatusSnapshot now_at;
  now_at.at = now();
  for (std::size_t index = 0; index < ports_.size(); ++index) {
    const PortStatistics port = port_at(index);
    const bool towards_servers = index % 2 == 1;
    (towards_servers ? now_at.up_frames : now_at.down_frames) += port.tx_frames;
    (towards_servers ? now_at.up_bytes : now_at.down_bytes) += port.tx_bytes;
    now_at.lost += port.imissed + port.rx_nombuf;
  }
  now_at.held = sums.held;
  now_at.connections = sums.connections;
  now_at.exchanges = sums.exchanges;
  now_at.resets = sums.reset_applied;
  now_at.lost += sums.dropped(false);
  for (std::size_t cause = 0; cause < kLateCauses; ++cause) now_at.late[cause] = sums.late[cause].frames;
  now_at.worst_lateness = Duration(static_cast<std::int64_t>(sums.lateness_ns.largest()));
  limiter_active_.observe(now_at.at, sums.limited_bytes);
  return now_at;
}

PortStatistics Datapath::Parts::port_at(std::size_t index) const {
  const LinkOption& link = plan_.links[index / 2];
  return port_statistics(index % 2 == 0 ? link.a : link.b, index, ports_[index].ethdev(), *spreads_[index], workers_);
}

RunStatistics Datapath::Parts::statistics() const {
  RunStatistics run = live();
  run.version = kVersion;
  run.asked = asked_;
  run.reloads = reloads_;
  run.reloads_refused = reloads_refused_;
  run.duration = now() - Instant();
  run.speed_active = limiter_active_.total();
  run.log_failed = log_ && log_->has_failed();
  if (capture_) run.capture = {capture_->frames(), capture_->lost(), capture_->has_failed()};
  return run;
}

Datapath::Datapath(const DatapathPlan& plan) : parts_(std::make_unique<Parts>(plan)) {}
Datapath::~Datapath() {
  parts_->stop();
}
void Datapath::start() {
  parts_->start();
}
void Datapath::stop() {
  parts_->stop();
}
void Datapath::reload(const Profile& profile) {
  parts_->reload(profile);
}
void Datapath::refuse_reload() {
  parts_->refuse_reload();
}
void Datapath::look_ahead() {
  parts_->look_ahead();
}
Instant Datapath::now() const {
  return parts_->now();
}
StatusSnapshot Datapath::snapshot() const {
  return parts_->snapshot();
}
RunStatistics Datapath::statistics() const {
  return parts_->statistics();
}

}  // namespace weir
