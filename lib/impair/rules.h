// What is asked for, compiled: immutable once built. The command line and profiles end here; draws and decisions start
// here. Built by control, read by every worker.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/draw.h"
#include "base/time.h"
#include "base/units.h"
#include "impair/duration_law.h"
#include "impair/frame_cost.h"
#include "impair/match.h"
#include "impair/packet_rule.h"
#include "impair/queue_discipline.h"
#include "rate/deliveries.h"

namespace weir {

/// Latency: each exchange holds the frame with the first byte of its response (or its request) for a drawn time.
struct LatencyRule {
  enum class Per : std::uint8_t { kExchange, kConnection, kPacket };
  enum class Holds : std::uint8_t { kResponse, kRequest };

  DurationLaw hold;
  Per per = Per::kExchange;  // kConnection: the first exchange only; kPacket: every frame, either way
  Holds holds = Holds::kResponse;
  friend bool operator==(const LatencyRule&, const LatencyRule&) = default;
};

/// A rate, or the range that it is drawn from.
struct RateRange {
  ByteRate min;
  ByteRate max;
  friend bool operator==(const RateRange&, const RateRange&) = default;
};

/// A trace in place of a rate, or none. Two are the same if they say the same.
struct RateTrace {
  std::shared_ptr<const Deliveries> deliveries = {};

  explicit operator bool() const { return deliveries != nullptr; }
  friend bool operator==(const RateTrace& a, const RateTrace& b) {
    return a.deliveries == b.deliveries || (a && b && *a.deliveries == *b.deliveries);
  }
};

/// Speed: one budget over all selected connections, workers and directions, in bytes of TCP payload a second.
/// With min < max the rate is redrawn every `every`.
struct SpeedRule {
  enum class Account : std::uint8_t { kPayload, kIp, kFrame, kWire };  // kWire: frame + 24 bytes of Ethernet's own
  enum class Direction : std::uint8_t { kTotal, kUp, kDown, kEach };   // kEach: each direction has the whole rate

  ByteRate min;
  ByteRate max;
  Duration every = seconds(1);
  Duration queue = milliseconds(200);        // the queue before the limiter, as time at the current rate
  std::uint64_t queue_at_least = 64 * 1024;  // and never less than this, in bytes
  Account account = Account::kPayload;
  Direction direction = Direction::kTotal;
  std::optional<RateRange> down = {};  // kEach only: min and max are up's, and down has these; absent: both the same
  RateTrace trace = {};                // min and max are its mean then
  RateTrace down_trace = {};           // kEach only, as `down`
  QueueBound bound = {};               // kBytes, kPackets: in place of queue and queue_at_least
  QueueDiscipline discipline = {};
  FrameCost cost = {};

  friend bool operator==(const SpeedRule&, const SpeedRule&) = default;
};

/// A rate beside the one budget, of a rule's traffic together or of each of its connections.
struct OwnRate {
  enum class Per : std::uint8_t { kRule, kConnection };

  ByteRate rate;
  Per per = Per::kRule;
  Duration queue = milliseconds(200);  // packets that would have to wait for longer are dropped
  SpeedRule::Account account = SpeedRule::Account::kPayload;
  SpeedRule::Direction direction = SpeedRule::Direction::kTotal;
  FrameCost cost = {};
  friend bool operator==(const OwnRate&, const OwnRate&) = default;
};

/// Jitter: in each second of its life in which a connection carries data, it stalls with this probability.
struct JitterRule {
  enum class Mode : std::uint8_t { kHold, kDrop };
  enum class Scope : std::uint8_t { kConnection, kLink };
  enum class Per : std::uint8_t { kSecond, kExchange, kPacket };

  double share = 0;  // as asked, for reports
  Probability probability;
  DurationLaw stall;
  Mode mode = Mode::kHold;
  Scope scope = Scope::kConnection;
  Per per = Per::kSecond;
  friend bool operator==(const JitterRule&, const JitterRule&) = default;
};

/// Reset: with this probability an exchange (or a connection) is cut at a point of its life, in a way.
struct ResetRule {
  enum class At : std::uint8_t { kConnect, kRequest, kResponse, kBody };
  enum class How : std::uint8_t { kRst, kRstClient, kRstServer, kFin, kBlackhole, kRefuse, kHalfOpen };
  enum class Per : std::uint8_t { kExchange, kConnection };

  double share = 0;  // as asked, for reports
  Probability probability;
  At at = At::kResponse;
  How how = How::kRst;
  Per per = Per::kExchange;
  std::uint64_t after_bytes_min = 0;  // kBody: of the response's bytes, this many go by before the cut
  std::uint64_t after_bytes_max = 0;
  std::optional<DurationLaw> after_time = {};  // kBody: or this long after the response's first byte
  friend bool operator==(const ResetRule&, const ResetRule&) = default;
};

/// All that may be done to a connection that a rule has selected.
struct Impairments {
  std::optional<LatencyRule> latency;
  std::optional<JitterRule> jitter;
  std::optional<ResetRule> reset;
  std::vector<PacketRule> packets;  // in this order
  bool limited = true;              // takes part in the one speed budget
  std::optional<OwnRate> own_rate = {};

  [[nodiscard]] bool none() const { return !latency && !jitter && !reset && packets.empty() && !own_rate; }
  friend bool operator==(const Impairments&, const Impairments&) = default;
};

/// Traffic, and what is done to it.
struct Rule {
  std::string name;
  Match match;
  Impairments impair;
  friend bool operator==(const Rule&, const Rule&) = default;
};

/// The impairments of Rules itself are those of the rule "default": every HTTP connection that no other rule took.
struct Rules : Impairments {
  static constexpr std::size_t kMostRules = 63;  // beside the default one

  std::uint64_t seed = 1;
  std::optional<SpeedRule> speed;
  std::vector<Rule> rules;  // the first that matches wins

  /// Some rule stalls connections and holds what comes.
  [[nodiscard]] bool stalls() const {
    const auto holds = [](const Impairments& impair) {
      return impair.jitter && impair.jitter->mode == JitterRule::Mode::kHold;
    };
    return holds(*this) ||
           std::any_of(rules.begin(), rules.end(), [&](const Rule& rule) { return holds(rule.impair); });
  }
  /// Nothing to do for anyone: frames need not even be parsed.
  [[nodiscard]] bool empty() const { return none() && !speed && rules.empty(); }
  friend bool operator==(const Rules&, const Rules&) = default;
};

}  // namespace weir
