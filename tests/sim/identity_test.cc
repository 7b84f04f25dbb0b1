// What happens to a connection hangs on the seed and on who it is, and on nothing else: not on how many workers there
// are, how frames come in bursts, which ephemeral ports are used, or what other connections do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "record/replay.h"
#include "support/frames.h"

namespace weir::test {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;
constexpr int kClients = 12;
constexpr int kConnections = 4;  // of each client
constexpr int kExchanges = 6;    // of each connection

struct Timed {
  std::int64_t at_ns;
  Side side;
  Bytes frame;
};
using Traffic = std::vector<Timed>;

/// Decisions of a connection, in order, by client and k.
using Fates =
    std::map<std::pair<IpAddress, std::uint32_t>, std::vector<std::tuple<Event, std::uint32_t, double, bool>>>;

// One connection: handshake, exchanges of a request and a response in three segments each, its end.
class Speech {
 public:
  Speech(Traffic& traffic, int client, std::uint16_t port)
      : traffic_(traffic), client_("10.9.1." + std::to_string(client)), port_(port) {}

  void speak(std::int64_t begins_ms) {
    up(begins_ms, tcp_flag::kSyn, "");
    down(begins_ms, tcp_flag::kSyn | tcp_flag::kAck, "");
    for (int exchange = 0; exchange < kExchanges; ++exchange) {
      const std::int64_t at_ms = begins_ms + 1 + 250 * exchange;
      up(at_ms, tcp_flag::kAck, "GET /x HTTP/1.1\r\nHost: bench\r\n\r\n");
      down(at_ms + 2, tcp_flag::kAck, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n");
      for (int piece = 0; piece < 2; ++piece) down(at_ms + 2, tcp_flag::kAck, "ten bytes.");
    }
    up(begins_ms + 250 * kExchanges, tcp_flag::kAck | tcp_flag::kFin, "");
  }

 private:
  void up(std::int64_t at_ms, unsigned flags, std::string_view payload) {
    FrameBuilder frame = FrameBuilder().v4(client_, "10.8.0.2").tcp(port_, 80);
    say(at_ms, Side::kA, frame.seq(up_next_).ack(down_next_).flags(flags).payload(payload));
    up_next_ += static_cast<std::uint32_t>(payload.size()) + ((flags & tcp_flag::kSyn) != 0 ? 1 : 0);
  }
  void down(std::int64_t at_ms, unsigned flags, std::string_view payload) {
    FrameBuilder frame = FrameBuilder().v4("10.8.0.2", client_).tcp(80, port_);
    say(at_ms, Side::kB, frame.seq(down_next_).ack(up_next_).flags(flags).payload(payload));
    down_next_ += static_cast<std::uint32_t>(payload.size()) + ((flags & tcp_flag::kSyn) != 0 ? 1 : 0);
  }
  void say(std::int64_t at_ms, Side side, const FrameBuilder& frame) {
    traffic_.push_back({at_ms * kMillisecond, side, frame.build()});
  }

  Traffic& traffic_;
  const std::string client_;
  const std::uint16_t port_;
  std::uint32_t up_next_ = 100;
  std::uint32_t down_next_ = 9'000;
};

/// The traffic of one client: connections that overlap.
Traffic client_traffic(int client, int first_port = 40'000) {
  Traffic traffic;
  for (int number = 0; number < kConnections; ++number) {
    Speech(traffic, client, static_cast<std::uint16_t>(first_port + 7 * number)).speak(10 + 400 * number);
  }
  return traffic;
}

void add(Traffic& to, Traffic more, std::int64_t later_by_ns = 0) {
  for (Timed& frame : more) {
    frame.at_ns += later_by_ns;
    to.push_back(std::move(frame));
  }
}

Traffic all_clients() {
  Traffic traffic;
  for (int client = 1; client <= kClients; ++client) add(traffic, client_traffic(client));
  return traffic;
}

class Recording : public ReplaySink {
 public:
  Recording(const Rules& rules, std::size_t workers, std::size_t burst)
      : replay_({.rules = rules,
                 .workers = workers,
                 .burst = burst,
                 .sizes = {.flows = 256, .held = 4'096},
                 .triples = 64,
                 .logs = true},
                *this) {}

  Fates run(Traffic traffic) {
    std::ranges::stable_sort(traffic, {}, &Timed::at_ns);
    for (const Timed& timed : traffic) {
      replay_.arrive(Instant(timed.at_ns), timed.side, timed.frame, static_cast<std::uint32_t>(timed.frame.size()));
    }
    replay_.finish();
    return std::move(fates_);
  }

  void leaves(Instant /*at*/, Side /*side*/, std::span<const std::byte> /*frame*/, std::uint32_t /*length*/) override {}

  void after_turn() override {
    DecisionRecord record;
    for (DecisionRing* ring : replay_.rings()) {
      while (ring->pop(record)) {
        if (record.event == Event::kDone || record.event == Event::kAbandoned) continue;
        fates_[{record.key.address_a, record.k}].emplace_back(record.event, record.n, record.drawn, record.hit);
      }
    }
  }

 private:
  Replay replay_;
  Fates fates_;
};

/// A little of everything that is drawn for a connection by itself.
Rules everything() {
  Rules rules;
  rules.seed = 5;
  rules.latency = LatencyRule{{milliseconds(5), milliseconds(90)}};
  rules.jitter =
      JitterRule{.share = 0.3, .probability = Probability(0.3), .stall = {milliseconds(20), milliseconds(120)}};
  rules.reset = ResetRule{.share = 0.05, .probability = Probability(0.05)};
  PacketRule loss;
  loss.loss = LossModel{.p = 0.05};
  loss.duplicate = 0.05;
  rules.packets = {loss};
  return rules;
}

Fates fates_of(const Traffic& traffic, std::size_t workers = 1, std::size_t burst = kBurst) {
  static const Rules rules = everything();
  return Recording(rules, workers, burst).run(traffic);
}

std::uint64_t hash_of_fates(const Fates& fates) {
  std::uint64_t hash = 14'695'981'039'346'656'037U;  // FNV-1a
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 1'099'511'628'211U; };
  for (const auto& [connection, decisions] : fates) {
    for (const std::byte byte : connection.first.bytes) mix(std::to_integer<std::uint64_t>(byte));
    mix(connection.second);
    for (const auto& [event, n, drawn, hit] : decisions) {
      mix(static_cast<std::uint64_t>(event));
      mix(n);
      mix(static_cast<std::uint64_t>(drawn * 1e6));
      mix(hit ? 1 : 0);
    }
  }
  return hash;
}

/// What befell the connections of one client.
Fates fates_of_client(const Fates& all, int client) {
  const IpAddress address = address_of("10.9.1." + std::to_string(client));
  Fates some;
  for (const auto& [connection, decisions] : all) {
    if (connection.first == address) some[connection] = decisions;
  }
  return some;
}

TEST(Identity, TheTrafficMeetsEveryKindOfDecision) {
  std::map<Event, int> struck;
  for (const auto& [connection, decisions] : fates_of(all_clients())) {
    for (const auto& [event, n, drawn, hit] : decisions) struck[event] += hit ? 1 : 0;
  }
  for (const Event event :
       {Event::kOpen, Event::kLatency, Event::kJitter, Event::kReset, Event::kLoss, Event::kDuplicate}) {
    EXPECT_GT(struck[event], 0) << static_cast<int>(event);
  }
}

TEST(Identity, WorkersAndBurstsChangeNothing) {
  const Traffic traffic = all_clients();
  const Fates fates = fates_of(traffic);
  EXPECT_EQ(fates.size(), static_cast<std::size_t>(kClients * kConnections));
  const std::uint64_t hash = hash_of_fates(fates);
  for (const std::size_t workers : {1U, 2U, 8U}) {
    for (const std::size_t burst : {1U, 64U}) {
      const Fates again = fates_of(traffic, workers, burst);
      EXPECT_EQ(hash_of_fates(again), hash) << workers << " workers, bursts of " << burst;
      EXPECT_EQ(again, fates);
    }
  }
}

TEST(Identity, OtherConnectionsChangeNothingWhateverTheyDo) {
  constexpr int kWatched = 3;
  const Fates alone = fates_of(client_traffic(kWatched));
  EXPECT_EQ(alone.size(), static_cast<std::size_t>(kConnections));
  EXPECT_EQ(fates_of_client(fates_of(all_clients()), kWatched), alone) << "interleaved";

  Traffic delayed = client_traffic(kWatched);
  Traffic some_removed = client_traffic(kWatched);
  for (int client = 1; client <= kClients; ++client) {
    if (client == kWatched) continue;
    add(delayed, client_traffic(client), 13'370'001 * client);
    if (client % 2 == 0) add(some_removed, client_traffic(client), -3 * kMillisecond);
  }
  for (const std::size_t workers : {1U, 8U}) {
    EXPECT_EQ(fates_of_client(fates_of(delayed, workers), kWatched), alone) << "delayed";
    EXPECT_EQ(fates_of_client(fates_of(some_removed, workers), kWatched), alone) << "removed";
  }
}

TEST(Identity, EphemeralPortsAndTheTimeOfDayChangeNothing) {
  Traffic later;
  add(later, client_traffic(1, 51'003), 86'400 * kNanosecondsPerSecond + 17);
  EXPECT_EQ(fates_of(later), fates_of(client_traffic(1)));
}

TEST(Identity, AnotherSeedChangesThem) {
  Rules other = everything();
  other.seed = 6;
  EXPECT_NE(hash_of_fates(Recording(other, 1, kBurst).run(all_clients())), hash_of_fates(fates_of(all_clients())));
}

}  // namespace
}  // namespace weir::test
