#include "support/sim_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace weir::test {

// --- FakeSource

FakeSource::Buffer& FakeSource::fresh() {
  if (free_.empty()) {
    buffers_.push_back(std::make_unique<Buffer>());
    free_.push_back(buffers_.back().get());
  }
  Buffer& buffer = *free_.back();
  free_.pop_back();
  buffer.packet = Packet();
  ++in_use_;
  return buffer;
}

Frame FakeSource::allocate(std::uint32_t length) {
  if (dry_) return {};
  Buffer& buffer = fresh();
  buffer.bytes.assign(length, std::byte{0xa5});
  return {&buffer.packet, buffer.bytes.data(), length};
}

Frame FakeSource::receive(const Bytes& bytes) {
  Buffer& buffer = fresh();
  buffer.bytes = bytes;
  return {&buffer.packet, buffer.bytes.data(), static_cast<std::uint32_t>(bytes.size())};
}

PacketBytes FakeSource::bytes_of(const Packet& packet) const {
  const Bytes& bytes = reinterpret_cast<const Buffer&>(packet).bytes;
  return {bytes, static_cast<std::uint32_t>(bytes.size())};
}

void FakeSource::have_small(std::size_t buffers, std::uint32_t room) {
  small_buffers_ = buffers;
  small_room_ = room;
}

Packet* FakeSource::shrink(Packet& packet) {
  if (small_in_use_ == small_buffers_) return nullptr;
  EXPECT_LE(packet.length, small_room_);
  Buffer& small = fresh();
  small.packet = packet;
  small.bytes.assign(packet.bytes, packet.bytes + packet.length);
  small.packet.bytes = small.bytes.data();
  small.packet.is_small = true;
  ++small_in_use_;
  free(std::array{&packet});
  return &small.packet;
}

void FakeSource::free(std::span<Packet* const> packets) {
  for (Packet* packet : packets) {
    if (packet->is_small) --small_in_use_;
    buffer_of(packet).bytes.assign(buffer_of(packet).bytes.size(), std::byte{0xdd});  // whoever looks again will see
    free_.push_back(&buffer_of(packet));
    --in_use_;
  }
}

Bytes FakeSource::take(Packet* packet) {
  Bytes bytes = buffer_of(packet).bytes;
  free({&packet, 1});
  return bytes;
}

// --- FakePort

std::size_t FakePort::receive(std::span<Frame> into) {
  const std::size_t count = std::min(into.size(), arriving.size());
  for (std::size_t i = 0; i < count; ++i) {
    into[i] = arriving.front();
    arriving.pop_front();
  }
  return count;
}

std::size_t FakePort::send(std::span<Packet* const> packets) {
  const std::size_t count = std::min(packets.size(), takes);
  for (Packet* packet : packets.first(count)) sent.push_back(source_.take(packet));
  if (takes != SIZE_MAX) takes -= count;
  return count;
}

// --- SimBench

namespace {

std::string direction_of(const TcpSegment& segment, Side from) {
  const FlowKey key = make_flow_key(segment, from, 0);
  std::string name(reinterpret_cast<const char*>(&key), sizeof key);
  return name + (from == Side::kA ? '>' : '<');
}

bool is_bare_ack(const TcpSegment& segment) {
  return segment.sequence_length() == 0 && segment.has(tcp_flag::kAck) && !segment.has(tcp_flag::kRst);
}

// Whether a bare ACK says what one that arrived did; that one is taken out, and must not leave any more.
bool forget_acknowledgment(std::deque<Bytes>& queue, const TcpSegment& said) {
  if (!is_bare_ack(said)) return false;
  const auto original = std::find_if(queue.begin(), queue.end(), [&](const Bytes& frame) {
    TcpSegment segment;
    return parse_frame(frame, segment) == FrameKind::kTcp && is_bare_ack(segment) &&
           segment.acknowledgment == said.acknowledgment && segment.window == said.window;
  });
  if (original == queue.end()) return false;
  queue.erase(original);
  return true;
}

}  // namespace

SimBench::SimBench(const Rules& rules, std::size_t workers, WorkerSizes sizes, const Scene* scene, SmallBuffers small)
    : rules_(rules), registry_(1'024) {
  source_.have_small(small.buffers, small.room);
  const std::size_t budgets = scene != nullptr ? limiters_.size() : budgets_of(rules);
  for (std::size_t budget = 0; budget < budgets; ++budget) limiters_[budget] = std::make_unique<Limiter>(3'000);
  for (std::size_t index = 0; index < workers; ++index) {
    auto lodger = std::make_unique<Lodger>();
    lodger->memory.resize(Worker::bytes_for(sizes) + 64);
    lodger->ring = std::make_unique<DecisionRing>(1U << 14U);
    for (auto& port : lodger->ports) port = std::make_unique<FakePort>(source_);
    lodger->links.push_back({*lodger->ports[0], *lodger->ports[1]});
    void* start = lodger->memory.data();
    std::size_t space = lodger->memory.size();
    std::align(64, Worker::bytes_for(sizes), start, space);
    lodger->worker = std::make_unique<Worker>(WorkerSetup{.rules = rules_,
                                                          .links = lodger->links,
                                                          .source = source_,
                                                          .registry = registry_,
                                                          .outages = outages_,
                                                          .rule_pacers = rule_pacers_,
                                                          .limiters = {limiters_[0].get(), limiters_[1].get()},
                                                          .decisions = lodger->ring.get(),
                                                          .late_after = kLateAfter,
                                                          .leads = index == 0,
                                                          .sizes = sizes,
                                                          .memory = {static_cast<std::byte*>(start), space},
                                                          .scene = scene});
    workers_.push_back(std::move(lodger));
  }
}

void SimBench::arrive(Side at, const Bytes& frame) {
  TcpSegment segment;
  std::size_t index = 0;
  if (parse_frame(frame, segment) == FrameKind::kTcp) {
    index = hash_of(make_flow_key(segment, at, 0)) % workers_.size();
    arrived_[direction_of(segment, at)].push_back(frame);
  }
  workers_[index]->ports[index_of(at)]->arriving.push_back(source_.receive(frame));
}

// Whatever left out of turn is missing from the queue, because all that stood before it is gone.
void SimBench::check_against_arrivals(Side left_at, const Bytes& frame) {
  TcpSegment segment;
  if (expects_changes_ || parse_frame(frame, segment) != FrameKind::kTcp) return;
  std::deque<Bytes>& queue = arrived_[direction_of(segment, other(left_at))];
  const auto found = std::find(queue.begin(), queue.end(), frame);
  if (found != queue.end()) {
    queue.erase(queue.begin(), found + 1);
  } else if (!forget_acknowledgment(queue, segment)) {
    ASSERT_TRUE(segment.has(tcp_flag::kRst)) << "changed, twice or out of order, at " << now_.nanoseconds() << " ns";
  }
}

void SimBench::turn() {
  for (auto& lodger : workers_) {
    lodger->worker->poll();
    lodger->worker->turn(now_);
    collect(*lodger);
    check_conservation(*lodger);
  }
}

void SimBench::run_until(Instant until) {
  turn();
  for (;;) {
    Instant next = Instant::never();
    for (auto& lodger : workers_) next = std::min(next, lodger->worker->next_due());
    if (next > until) break;
    now_ = std::max(next, now_);
    turn();
  }
  now_ = until;
  turn();
}

void SimBench::poll_until(Instant until, Duration step) {
  for (; now_ < until; now_ = now_ + step) turn();
  now_ = until;
  turn();
}

void SimBench::forget_departures() {
  for (auto& departures : departures_) departures.clear();
}

void SimBench::collect(Lodger& lodger) {
  for (const Side side : {Side::kA, Side::kB}) {
    FakePort& port = *lodger.ports[index_of(side)];
    for (const Bytes& frame : port.sent) check_against_arrivals(side, frame);
    for (Bytes& frame : port.sent) departures_[index_of(side)].push_back({now_, std::move(frame)});
    port.sent.clear();
  }
  DecisionRecord record;
  while (lodger.ring->pop(record)) decisions_.push_back(record);
}

void SimBench::check_conservation(const Lodger& lodger) const {
  const Worker& worker = *lodger.worker;
  const WorkerCounters& counters = worker.counters();
  std::uint64_t in = counters.injected.value() + counters.duplicated.value();
  std::uint64_t out = counters.absorbed.value() + counters.held.value();
  for (const Side side : {Side::kA, Side::kB}) {
    in += worker.port_counters(0, side).rx_frames.value();
    out += worker.port_counters(0, side).tx_frames.value();
  }
  for (const Counter& drops : counters.drops) out += drops.value();
  ASSERT_EQ(in, out) << "conservation, at " << now_.nanoseconds() << " ns";
  ASSERT_EQ(counters.early.value(), 0U) << "never early, at " << now_.nanoseconds() << " ns";
  ASSERT_EQ(counters.out_of_order.value(), 0U) << "order, at " << now_.nanoseconds() << " ns";
}

std::uint64_t SimBench::drops(DropReason reason) const {
  return std::accumulate(workers_.begin(), workers_.end(), std::uint64_t{0}, [reason](std::uint64_t sum, auto& lodger) {
    return sum + lodger->worker->counters().drops[static_cast<std::size_t>(reason)].value();
  });
}

std::uint64_t SimBench::unshaped(UnshapedReason reason) const {
  return std::accumulate(workers_.begin(), workers_.end(), std::uint64_t{0}, [reason](std::uint64_t sum, auto& lodger) {
    return sum + lodger->worker->counters().unshaped[static_cast<std::size_t>(reason)].value();
  });
}

// --- Talk

Talk::Talk(SimBench& bench, std::uint16_t client_port, bool v6) : bench_(bench), client_port_(client_port), v6_(v6) {}

FrameBuilder Talk::from_client() const {
  FrameBuilder builder;
  v6_ ? builder.v6("fd09::1", "fd09::2") : builder.v4("10.9.0.1", "10.9.0.2");
  return builder.tcp(client_port_, 80).seq(client_next).ack(server_next).flags(tcp_flag::kAck);
}

FrameBuilder Talk::from_server() const {
  FrameBuilder builder;
  v6_ ? builder.v6("fd09::2", "fd09::1") : builder.v4("10.9.0.2", "10.9.0.1");
  return builder.tcp(80, client_port_).seq(server_next).ack(client_next).flags(tcp_flag::kAck);
}

void Talk::open() {
  bench_.arrive(Side::kA, from_client().ack(0).flags(tcp_flag::kSyn).build());
  bench_.turn();
  ++client_next;
  bench_.arrive(Side::kB, from_server().flags(tcp_flag::kSyn | tcp_flag::kAck).build());
  bench_.turn();
  ++server_next;
  client_acknowledges();
}

void Talk::client_sends(std::string_view text) {
  bench_.arrive(Side::kA, from_client().flags(tcp_flag::kAck | tcp_flag::kPsh).payload(text).build());
  client_next += static_cast<std::uint32_t>(text.size());
}

void Talk::server_sends(std::string_view text) {
  last_from_server_ = from_server().flags(tcp_flag::kAck | tcp_flag::kPsh).payload(text).build();
  bench_.arrive(Side::kB, last_from_server_);
  server_next += static_cast<std::uint32_t>(text.size());
}

void Talk::client_says(std::string_view text) {
  client_sends(text);
  bench_.turn();
}

void Talk::server_says(std::string_view text) {
  server_sends(text);
  bench_.turn();
}

void Talk::server_repeats() {
  bench_.arrive(Side::kB, last_from_server_);
  bench_.turn();
}

void Talk::client_acknowledges() {
  bench_.arrive(Side::kA, from_client().build());
  bench_.turn();
}

}  // namespace weir::test
