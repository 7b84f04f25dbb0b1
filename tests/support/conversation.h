// A TCP connection spoken by hand through a SimBench as Linux speaks it: with timestamps that go on with every frame,
// over IPv4 or IPv6, in VLAN tags or not. Keeps both ends' numbers; nothing is retransmitted or acknowledged by itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "support/sim_bench.h"

namespace weir::test {

/// What the frames of a conversation are dressed in.
enum class Dress : std::uint8_t { kV4, kV6, kVlan, kQinqV6 };

/// What stands in a frame that left; it must be a TCP segment.
[[nodiscard]] TcpSegment facts_of(const Bytes& frame);
[[nodiscard]] TcpSegment facts_of(const Departure& departure);

class Conversation {
 public:
  explicit Conversation(SimBench& bench, Dress dress = Dress::kV4) : bench_(bench), dress_(dress) {}

  /// The next number of an end, before it has said anything.
  void begin_at(Side end, std::uint32_t number) { next_[index_of(end)] = number; }

  /// SYN, SYN-ACK, ACK: three turns at the present instant.
  void opens();
  /// A segment of an end (the client is at side A) comes in; one turn.
  void says(Side end, std::uint8_t flags, std::string_view payload = "");
  /// The same, but it never comes in: lost before weir.
  void loses(Side end, std::string_view payload);
  /// The last segment of an end comes in once more.
  void repeats_last(Side end);

  /// A segment that an end could send now; the flags are still to be set.
  [[nodiscard]] FrameBuilder from(Side end) const;
  [[nodiscard]] std::uint32_t next(Side end) const { return next_[index_of(end)]; }

  /// The timestamp of an end's last segment; 0 before the first.
  [[nodiscard]] std::uint32_t newest_from(Side end) const { return said_[index_of(end)].value; }
  /// Those of a frame without payload that weir made; absent: it has none.
  [[nodiscard]] static std::optional<std::uint32_t> timestamp_value_of(const Bytes& frame);
  [[nodiscard]] static std::optional<std::uint32_t> timestamp_echo_of(const Bytes& frame);

 private:
  struct Said {
    std::uint32_t value = 0;
    Bytes frame;
  };
  SimBench& bench_;
  Dress dress_;
  std::array<std::uint32_t, 2> next_{1'000, 0xffff'ff00};  // the server's go through the wrap
  std::array<Said, 2> said_;
  std::uint32_t clock_ = 0xffff'fffa;  // so do the timestamps
};

}  // namespace weir::test
