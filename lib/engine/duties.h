// What each rule may do to a packet that goes by, as bits by the rule's number: so that most packets ask once. Made
// anew with each scene; read by its worker.
#pragma once

#include <array>
#include <cstdint>

#include "impair/rules.h"
#include "impair/select.h"

namespace weir {

namespace duty {
inline constexpr std::uint8_t kLimit = 1U << 0U;     // takes part in the speed budget, and there is one
inline constexpr std::uint8_t kOwnRate = 1U << 1U;   //
inline constexpr std::uint8_t kPackets = 1U << 2U;   // rules for single packets, or latency for each
inline constexpr std::uint8_t kJitter = 1U << 3U;    //
inline constexpr std::uint8_t kExchange = 1U << 4U;  // latency or reset
inline constexpr std::uint8_t kLink = 1U << 5U;      // outages of the whole link, by whichever rule
inline constexpr std::uint8_t kSeconds = 1U << 6U;   // jitter draws with the first data of a second of a connection
inline constexpr std::uint8_t kData = 1U << 7U;      // jitter draws with all data
}  // namespace duty

class Duties {
 public:
  explicit Duties(const Rules& rules);

  [[nodiscard]] std::uint8_t of(std::uint8_t rule) const { return by_rule_[rule]; }
  [[nodiscard]] bool has(std::uint8_t rule, std::uint8_t what) const { return (by_rule_[rule] & what) != 0; }

  /// The rules that do nothing at all, each by the bit of its number.
  [[nodiscard]] static std::uint64_t idle(const Rules& rules);

 private:
  std::array<std::uint8_t, 256> by_rule_{};  // of numbers that no rule has (and kNoRule) nothing but kLink
};

}  // namespace weir
