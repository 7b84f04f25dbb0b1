// What a log tells beside decisions, read back: what was asked for from when on, what was carried, how many draws
// missed. Control thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "record/report_asked.h"

namespace weir {

struct LoggedAsked {
  std::int64_t t_ns = 0;
  std::string phase;  // in force; empty outside of phases
  AskedOfRules asked;
};

struct LoggedCarried {
  std::int64_t since_ns = 0;
  std::int64_t until_ns = 0;
  std::uint64_t up_bytes = 0;
  std::uint64_t down_bytes = 0;
  std::array<std::optional<std::uint64_t>, 2> limited{};  // one limiter, or those of up and down
};

struct LoggedMissed {
  std::string of;  // the event that did not come
  std::uint64_t count = 0;
};

/// Whether a line may be one of what is asked for; for who looks for them among many.
[[nodiscard]] bool may_tell_asked(const std::string& line);

/// What a line says, of which the event is known; nothing if it says it otherwise.
[[nodiscard]] std::optional<LoggedAsked> parse_asked(const std::string& line);
[[nodiscard]] std::optional<LoggedCarried> parse_carried(const std::string& line);
[[nodiscard]] std::optional<LoggedMissed> parse_missed(const std::string& line);

}  // namespace weir
