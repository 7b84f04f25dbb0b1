// The words of the profile language that stand for one of several meanings: one table each, from which they are read,
// written, and listed in error messages and in the schema for editors. The first word is the default.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "impair/rules.h"
#include "profile/scene_start.h"

namespace weir {

template <typename Meaning>
struct Word {
  std::string_view text;
  Meaning meaning;
};

template <typename Meaning, std::size_t kCount>
[[nodiscard]] constexpr std::array<std::string_view, kCount> texts_of(const std::array<Word<Meaning>, kCount>& words) {
  std::array<std::string_view, kCount> texts;
  for (std::size_t i = 0; i < kCount; ++i) texts[i] = words[i].text;
  return texts;
}

/// The word for a meaning; empty where there is none.
template <typename Meaning, std::size_t kCount>
[[nodiscard]] constexpr std::string_view word_for(const std::array<Word<Meaning>, kCount>& words, Meaning meaning) {
  for (const Word<Meaning>& word : words) {
    if (word.meaning == meaning) return word.text;
  }
  return {};
}

namespace words {

/// kTable is not here: its word is the table's name.
inline constexpr std::array<Word<SceneStart>, 2> kTimelineStarts = {{
    {"run", SceneStart::kRun},
    {"first-packet", SceneStart::kFirstPacket},
}};

/// Whether it loops.
inline constexpr std::array<Word<bool>, 2> kTraceEnd = {{
    {"hold", false},
    {"loop", true},
}};

inline constexpr std::array<Word<Shape>, 6> kShape = {{
    {"uniform", Shape::kUniform},
    {"normal", Shape::kNormal},
    {"pareto", Shape::kPareto},
    {"paretonormal", Shape::kParetoNormal},
    {"lognormal", Shape::kLognormal},
    {"exponential", Shape::kExponential},
}};

inline constexpr std::array<Word<LatencyRule::Per>, 3> kLatencyPer = {{
    {"exchange", LatencyRule::Per::kExchange},
    {"connection", LatencyRule::Per::kConnection},
    {"packet", LatencyRule::Per::kPacket},
}};
inline constexpr std::array<Word<LatencyRule::Holds>, 2> kLatencyHold = {{
    {"response", LatencyRule::Holds::kResponse},
    {"request", LatencyRule::Holds::kRequest},
}};

inline constexpr std::array<Word<SpeedRule::Account>, 4> kAccount = {{
    {"payload", SpeedRule::Account::kPayload},
    {"ip", SpeedRule::Account::kIp},
    {"frame", SpeedRule::Account::kFrame},
    {"wire", SpeedRule::Account::kWire},
}};
inline constexpr std::array<Word<SpeedRule::Direction>, 4> kSpeedDirection = {{
    {"total", SpeedRule::Direction::kTotal},
    {"up", SpeedRule::Direction::kUp},
    {"down", SpeedRule::Direction::kDown},
    {"each", SpeedRule::Direction::kEach},
}};

/// Whether [impair.speed] is of each connection.
inline constexpr std::array<Word<bool>, 2> kSpeedPer = {{
    {"all", false},
    {"connection", true},
}};
inline constexpr std::array<Word<OwnRate::Per>, 2> kOwnRatePer = {{
    {"rule", OwnRate::Per::kRule},
    {"connection", OwnRate::Per::kConnection},
}};
inline constexpr std::array<Word<QueueDiscipline::Kind>, 6> kDiscipline = {{
    {"tail-drop", QueueDiscipline::Kind::kTailDrop},
    {"head-drop", QueueDiscipline::Kind::kHeadDrop},
    {"codel", QueueDiscipline::Kind::kCodel},
    {"pie", QueueDiscipline::Kind::kPie},
    {"fq", QueueDiscipline::Kind::kFq},
    {"fq-codel", QueueDiscipline::Kind::kFqCodel},
}};

inline constexpr std::array<Word<JitterRule::Mode>, 2> kJitterMode = {{
    {"hold", JitterRule::Mode::kHold},
    {"drop", JitterRule::Mode::kDrop},
}};
inline constexpr std::array<Word<JitterRule::Scope>, 2> kJitterScope = {{
    {"connection", JitterRule::Scope::kConnection},
    {"link", JitterRule::Scope::kLink},
}};
inline constexpr std::array<Word<JitterRule::Per>, 3> kJitterPer = {{
    {"second", JitterRule::Per::kSecond},
    {"exchange", JitterRule::Per::kExchange},
    {"packet", JitterRule::Per::kPacket},
}};

inline constexpr std::array<Word<ResetRule::At>, 4> kResetAt = {{
    {"response", ResetRule::At::kResponse},
    {"connect", ResetRule::At::kConnect},
    {"request", ResetRule::At::kRequest},
    {"body", ResetRule::At::kBody},
}};
inline constexpr std::array<Word<ResetRule::How>, 7> kResetHow = {{
    {"rst", ResetRule::How::kRst},
    {"rst-client", ResetRule::How::kRstClient},
    {"rst-server", ResetRule::How::kRstServer},
    {"fin", ResetRule::How::kFin},
    {"blackhole", ResetRule::How::kBlackhole},
    {"refuse", ResetRule::How::kRefuse},
    {"half-open", ResetRule::How::kHalfOpen},
}};
inline constexpr std::array<Word<ResetRule::Per>, 2> kResetPer = {{
    {"exchange", ResetRule::Per::kExchange},
    {"connection", ResetRule::Per::kConnection},
}};

/// A packet rule's direction, as two bits: up, down.
inline constexpr unsigned kUp = 1;
inline constexpr unsigned kDown = 2;
inline constexpr std::array<Word<unsigned>, 3> kPacketDirection = {{
    {"both", kUp | kDown},
    {"up", kUp},
    {"down", kDown},
}};
inline constexpr std::array<Word<SegmentClass>, 5> kSegments = {{
    {"all", SegmentClass::kAll},
    {"syn", SegmentClass::kSyn},
    {"first-data", SegmentClass::kFirstData},
    {"data", SegmentClass::kData},
    {"retransmission", SegmentClass::kRetransmission},
}};
inline constexpr std::array<Word<LossModel::Kind>, 3> kLossModel = {{
    {"bernoulli", LossModel::Kind::kBernoulli},
    {"gilbert-elliott", LossModel::Kind::kGilbertElliott},
    {"4-state", LossModel::Kind::kFourState},
}};

/// Wide kinds of traffic stand before what they consist of.
inline constexpr std::array<Word<std::uint8_t>, 11> kProtocol = {{
    {"any", traffic::kAll},
    {"tcp", traffic::kTcp},
    {"http", traffic::kHttp},
    {"udp", traffic::kUdp},
    {"http1", traffic::kHttp1},
    {"http2", traffic::kHttp2},
    {"tls", traffic::kTls},
    {"other-tcp", traffic::kOtherTcp},
    {"quic", traffic::kQuic},
    {"other-udp", traffic::kOtherUdp},
    {"rest", traffic::kRest},
}};

}  // namespace words
}  // namespace weir
