#include "profile/worst_case.h"

#include <algorithm>

#include "profile/limits.h"
#include "profile/problems.h"
#include "profile/timeline.h"

namespace weir {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::uint64_t kAroundAFrame = 24;  // preamble, checksum, gap
constexpr std::uint64_t kHeaders = 54;       // Ethernet, IPv4, TCP

/// A distribution may have no end: then what one draw in a million exceeds.
Duration longest_of(const DurationLaw& law) {
  constexpr std::uint64_t kOneInAMillion = UINT64_MAX - UINT64_MAX / 1'000'000;
  return law.shape == Shape::kUniform ? law.max : law.draw(kOneInAMillion);
}

LongestHolds holds_of(const Impairments& impair) {
  LongestHolds longest;
  if (impair.latency) {
    const bool each_frame = impair.latency->per == LatencyRule::Per::kPacket;
    const bool requests = impair.latency->holds == LatencyRule::Holds::kRequest;
    if (each_frame || requests) longest.up = longest_of(impair.latency->hold);
    if (each_frame || !requests) longest.down = longest_of(impair.latency->hold);
  }
  for (const PacketRule& packet : impair.packets) {
    if (!packet.delay) continue;
    if (packet.up) longest.up = std::max(longest.up, longest_of(*packet.delay));
    if (packet.down) longest.down = std::max(longest.down, longest_of(*packet.delay));
  }
  const bool stalls = impair.jitter && impair.jitter->mode == JitterRule::Mode::kHold;
  if (!stalls) return longest;
  longest.up = longest.up + longest_of(impair.jitter->stall);
  longest.down = longest.down + longest_of(impair.jitter->stall);
  return longest;
}

/// What a frame of this size costs the limiter.
std::uint64_t cost_of(SpeedRule::Account account, std::uint64_t frame_bytes) {
  constexpr std::uint64_t kEthernet = 14;
  switch (account) {
    case SpeedRule::Account::kPayload:
      return std::max<std::uint64_t>(1, frame_bytes - kHeaders);
    case SpeedRule::Account::kIp:
      return frame_bytes - kEthernet;
    case SpeedRule::Account::kFrame:
      return frame_bytes;
    case SpeedRule::Account::kWire:
      return frame_bytes + kAroundAFrame;
  }
  return frame_bytes;
}

std::uint64_t bytes_in(Duration time, ByteRate rate) {
  const Wide nanoseconds = static_cast<Wide>(time.nanoseconds());
  return static_cast<std::uint64_t>(nanoseconds * rate.bytes_per_second / kNanosecondsPerSecond);
}

std::uint64_t queued_bytes(const SpeedRule& speed, ByteRate most) {
  if (speed.bound.unit == QueueBound::Unit::kBytes) return speed.bound.most;
  return std::max(bytes_in(speed.queue, most), speed.queue_at_least);
}

/// In the queue before the one budget.
std::uint64_t frames_queued(const SpeedRule& speed, std::uint64_t frame_bytes) {
  const bool each = speed.direction == SpeedRule::Direction::kEach;
  if (speed.bound.unit == QueueBound::Unit::kPackets) return speed.bound.most * (each ? 2 : 1);
  std::uint64_t bytes = queued_bytes(speed, speed.max);
  if (each) bytes += queued_bytes(speed, speed.down.value_or(RateRange{speed.min, speed.max}).max);
  return bytes / speed.cost.of(static_cast<std::uint32_t>(cost_of(speed.account, frame_bytes)));
}

/// Before a rule's own rate.
std::uint64_t frames_queued(const Impairments& impair, std::uint64_t frame_bytes) {
  if (!impair.own_rate) return 0;
  const OwnRate& own = *impair.own_rate;
  return bytes_in(own.queue, own.rate) / own.cost.of(static_cast<std::uint32_t>(cost_of(own.account, frame_bytes)));
}

std::uint64_t all_queued(const Rules& rules, std::uint64_t frame_bytes) {
  const Impairments& others = rules;  // what no rule takes
  std::uint64_t frames = frames_queued(others, frame_bytes);
  if (rules.speed) frames += frames_queued(*rules.speed, frame_bytes);
  for (const Rule& rule : rules.rules) frames += frames_queued(rule.impair, frame_bytes);
  return frames;
}

/// Nanoseconds of both directions together.
Wide held_time(const Rules& rules) {
  const LongestHolds holds = longest_holds(rules);
  return static_cast<Wide>(holds.up.nanoseconds()) + static_cast<Wide>(holds.down.nanoseconds());
}

/// What a phase comes to at its worst: every curve at its highest; or, where that contradicts itself, as it is at its
/// beginning, at each quarter and at its end.
std::vector<Profile> worst_profiles_in(const Timeline& timeline, const TimelinePhase& phase) {
  Problems problems = timeline.sources;
  Profile worst = profile_in(timeline, phase, {.into = Duration(), .bound = CurveBound::kHighest}, problems);
  if (problems.none()) return {std::move(worst)};
  std::vector<Profile> all;
  const Duration length = phase.length.value_or(seconds(1));
  for (const std::int64_t quarter : {0, 1, 2, 3, 4}) {
    all.push_back(profile_in(timeline, phase, {.into = Duration(length.nanoseconds() / 4 * quarter)}));
  }
  return all;
}

}  // namespace

LongestHolds longest_holds(const Rules& rules) {
  LongestHolds longest = holds_of(rules);
  for (const Rule& rule : rules.rules) {
    const LongestHolds holds = holds_of(rule.impair);
    longest.up = std::max(longest.up, holds.up);
    longest.down = std::max(longest.down, holds.down);
  }
  return longest;
}

std::vector<Rules> rules_at_worst(const Profile& profile) {
  std::vector<Rules> all = {compile(profile)};
  if (!profile.timeline) return all;
  for (const TimelinePhase& phase : profile.timeline->phases) {
    for (const Profile& worst : worst_profiles_in(*profile.timeline, phase)) all.push_back(compile(worst));
  }
  return all;
}

std::uint64_t frames_held(const Rules& rules, ByteRate link, std::uint64_t frame_bytes) {
  const Wide bytes = held_time(rules) * link.bytes_per_second / kNanosecondsPerSecond;
  return static_cast<std::uint64_t>(bytes / (frame_bytes + kAroundAFrame)) + all_queued(rules, frame_bytes);
}

ByteRate fastest_link(const Rules& rules, std::uint64_t most_held, std::uint64_t frame_bytes) {
  const std::uint64_t queued = all_queued(rules, frame_bytes);
  if (queued > most_held) return ByteRate{};
  const Wide time = held_time(rules);
  if (time == 0) return kFastestRate;
  const Wide bytes = static_cast<Wide>(most_held - queued) * (frame_bytes + kAroundAFrame);
  const Wide rate = bytes * kNanosecondsPerSecond / time;
  return ByteRate{static_cast<std::uint64_t>(std::min<Wide>(rate, kFastestRate.bytes_per_second))};
}

}  // namespace weir
