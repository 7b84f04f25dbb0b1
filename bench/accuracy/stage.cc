#include "accuracy/stage.h"

#include <cstring>
#include <numeric>
#include <string>

namespace weir::bench {
namespace {

constexpr std::size_t kHeaders = 14 + 20 + 20;
constexpr std::size_t kSequenceAt = 14 + 20 + 4;
constexpr std::uint16_t kFirstPort = 1'024;
constexpr std::uint32_t kClientNumber = 1'000;
constexpr std::uint32_t kServerNumber = 500'000;
constexpr std::string_view kPost = "POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 999999999999\r\n\r\n";
constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n";

void write_big_endian(std::byte* at, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *at++ = static_cast<std::byte>(value >> static_cast<unsigned>(shift));
}

test::FrameBuilder between(Side from, std::size_t worker, std::uint32_t connection) {
  const std::string client = "10.9." + std::to_string(worker) + ".1";
  const auto port = static_cast<std::uint16_t>(kFirstPort + connection);
  test::FrameBuilder builder;
  if (from == Side::kA) return builder.v4(client, "10.9.255.2").tcp(port, 80);
  return builder.v4("10.9.255.2", client).tcp(80, port);
}

}  // namespace

PacketStock::PacketStock(std::size_t packets, std::size_t buffer_bytes)
    : buffer_bytes_(buffer_bytes),
      packets_(packets),
      bytes_(std::make_unique_for_overwrite<std::byte[]>(packets * buffer_bytes)),
      free_(packets) {
  for (std::size_t i = 0; i < packets; ++i) free_[i] = &packets_[packets - 1 - i];
}

Frame PacketStock::allocate(std::uint32_t length) {
  if (free_.empty()) return {};
  Packet* const packet = free_.back();
  free_.pop_back();
  const auto index = static_cast<std::size_t>(packet - packets_.data());
  return {packet, bytes_.get() + index * buffer_bytes_, length};
}

PacketBytes PacketStock::bytes_of(const Packet& packet) const {
  const auto index = static_cast<std::size_t>(&packet - packets_.data());
  return {{bytes_.get() + index * buffer_bytes_, buffer_bytes_}, static_cast<std::uint32_t>(buffer_bytes_)};
}

void PacketStock::free(std::span<Packet* const> packets) {
  free_.insert(free_.end(), packets.begin(), packets.end());
}

std::size_t StagePort::receive(std::span<Frame> into) {
  const std::size_t count = std::min(into.size(), arriving.size() - taken_);
  std::copy_n(arriving.begin() + static_cast<std::ptrdiff_t>(taken_), count, into.begin());
  taken_ += count;
  if (taken_ == arriving.size()) {
    arriving.clear();
    taken_ = 0;
  }
  return count;
}

std::size_t StagePort::send(std::span<Packet* const> packets) {
  left.insert(left.end(), packets.begin(), packets.end());
  return packets.size();
}

Stage::Stage(const Rules& rules, const StageSize& size) : rules_(rules), size_(size), registry_(4'096) {
  if (rules_.speed) limiter_ = std::make_unique<Limiter>(burst_at(rules_.speed->max));
  for (std::size_t index = 0; index < size.workers; ++index) {
    lodgers_.push_back(std::make_unique<Lodger>());
    build(*lodgers_.back(), index);
  }
}

void Stage::build(Lodger& lodger, std::size_t index) {
  const WorkerSizes sizes{.flows = std::max(1'024U, 2 * size_.connections), .held = size_.held};
  lodger.stock = std::make_unique<PacketStock>(size_.held + 4'096, kHeaders + size_.payload + 64);
  lodger.memory.resize(Worker::bytes_for(sizes) + 64);
  for (auto& port : lodger.ports) port = std::make_unique<StagePort>();
  lodger.links.push_back({*lodger.ports[0], *lodger.ports[1]});
  void* start = lodger.memory.data();
  std::size_t space = lodger.memory.size();
  std::align(64, Worker::bytes_for(sizes), start, space);
  lodger.worker = std::make_unique<Worker>(WorkerSetup{.rules = rules_,
                                                       .links = lodger.links,
                                                       .source = *lodger.stock,
                                                       .registry = registry_,
                                                       .outages = outages_,
                                                       .rule_pacers = pacers_,
                                                       .limiters = {limiter_.get(), nullptr},
                                                       .leads = index == 0,
                                                       .sizes = sizes,
                                                       .memory = {static_cast<std::byte*>(start), space}});
}

void Stage::say_first(Lodger& lodger, Side from, const test::Bytes& frame) {
  const Frame arriving = lodger.stock->allocate(static_cast<std::uint32_t>(frame.size()));
  std::memcpy(arriving.bytes, frame.data(), frame.size());
  lodger.ports[index_of(from)]->arriving.push_back(arriving);
}

void Stage::open_all() {
  const std::string filler(size_.payload, 'x');
  for (std::size_t index = 0; index < lodgers_.size(); ++index) {
    Lodger& lodger = *lodgers_[index];
    Instant now;
    const auto turns_until = [&](Instant until) {
      for (; now < until; now = now + microseconds(100)) {
        turn(index, now);
        clear(index, [](const Packet&, const Stamp&, Side) {});
      }
    };
    for (std::uint32_t connection = 0; connection < size_.connections; ++connection) {
      const auto a = between(Side::kA, index, connection);
      const auto b = between(Side::kB, index, connection);
      say_first(lodger, Side::kA, test::FrameBuilder(a).seq(kClientNumber - 1).flags(tcp_flag::kSyn).build());
      say_first(lodger, Side::kA, test::FrameBuilder(a).seq(kClientNumber).ack(kServerNumber).payload(kPost).build());
      turns_until(now + microseconds(100));
      say_first(lodger, Side::kB, test::FrameBuilder(b).seq(kServerNumber).ack(kClientNumber).payload(kOk).build());
      turns_until(now + microseconds(100));
      const std::uint32_t client_next = kClientNumber + static_cast<std::uint32_t>(kPost.size());
      const std::uint32_t server_next = kServerNumber + static_cast<std::uint32_t>(kOk.size());
      auto up = test::FrameBuilder(a).ack(server_next).payload(filler).build();
      auto down = test::FrameBuilder(b).ack(client_next).payload(filler).build();
      up.resize(kHeaders);
      down.resize(kHeaders);
      lodger.speakers.push_back({Speaker{up, client_next}, Speaker{down, server_next}});
    }
    turns_until(Instant() + seconds(1));
  }
}

bool Stage::say(std::size_t worker, std::uint32_t connection, Side from, Instant now) {
  Lodger& lodger = *lodgers_[worker];
  const Frame frame = lodger.stock->allocate(static_cast<std::uint32_t>(kHeaders + size_.payload));
  if (frame.packet == nullptr) return false;
  Speaker& speaker = lodger.speakers[connection][index_of(from)];
  std::memcpy(frame.bytes, speaker.headers.data(), kHeaders);
  write_big_endian(frame.bytes + kSequenceAt, speaker.next);
  const Stamp stamp{connection, now.nanoseconds()};
  std::memcpy(frame.bytes + kHeaders, &stamp, sizeof stamp);
  speaker.next += static_cast<std::uint32_t>(size_.payload);
  lodger.ports[index_of(from)]->arriving.push_back(frame);
  return true;
}

void Stage::turn(std::size_t worker, Instant now) {
  lodgers_[worker]->worker->poll();
  lodgers_[worker]->worker->turn(now);
}

Stamp Stage::stamp_of(const PacketBytes& frame) {
  Stamp stamp;
  std::memcpy(&stamp, frame.bytes.data() + kHeaders, sizeof stamp);
  return stamp;
}

}  // namespace weir::bench
