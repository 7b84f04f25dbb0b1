#include "profile/parse_speed.h"

#include <fmt/format.h>

#include <array>

#include "profile/limits.h"
#include "profile/ranges.h"
#include "profile/trace_file.h"
#include "profile/units.h"

namespace weir {
namespace {

using Kind = QueueDiscipline::Kind;

/// CoDel's and PIE's times: beyond it, a unit was mistaken.
Duration parse_control_time(std::string_view name, std::string_view text) {
  const Duration time = parse_period(name, text);
  if (time > seconds(4)) throw UsageError(fmt::format("{}: \"{}\" is more than 4 s", name, text));
  return time;
}

std::uint32_t parse_quantum(std::string_view name, std::string_view text) {
  constexpr std::uint64_t kLeast = 256;  // fewer, and turns are spent on nothing but turns
  constexpr std::uint64_t kMost = 1'048'576;
  const std::uint64_t bytes = parse_byte_size(name, text);
  if (bytes < kLeast || bytes > kMost) {
    throw UsageError(fmt::format("{}: \"{}\" is not between 256 bytes and 1 MiB", name, text));
  }
  return static_cast<std::uint32_t>(bytes);
}

template <std::uint16_t kLeast, std::uint16_t kMost>
std::uint16_t parse_bytes(std::string_view name, std::string_view text) {
  return static_cast<std::uint16_t>(parse_count(name, text, kLeast, kMost));
}

struct Cell {
  std::uint16_t payload;
  std::uint16_t size;
};

/// "48/53": of 53 bytes 48 are a frame's.
Cell parse_cell(std::string_view name, std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) {
    throw UsageError(fmt::format("{}: \"{}\" is no cell: write payload/size, \"48/53\"", name, text));
  }
  const Cell cell{parse_bytes<1, 9'000>(name, text.substr(0, slash)),
                  parse_bytes<1, 9'000>(name, text.substr(slash + 1))};
  if (cell.payload > cell.size) {
    throw UsageError(fmt::format("{}: \"{}\" is no cell: it carries more than its size", name, text));
  }
  return cell;
}

FrameCost parse_cost(const Section& section, SpeedRule::Account account) {
  FrameCost cost;
  section.take("overhead", cost.overhead, parse_bytes<0, 1'000>);
  section.take("mpu", cost.least, parse_bytes<0, 9'000>);
  if (const auto cell = section.one("cell", parse_cell)) {
    cost.cell_payload = cell->payload;
    cost.cell_size = cell->size;
  }
  for (const std::string_view key : {"overhead", "mpu", "cell"}) {
    const bool fits = !section.has(key) || account != SpeedRule::Account::kPayload;
    if (!fits) {
      section.refuse(key, fmt::format("{} is of whole packets: it needs account = \"ip\", \"frame\" or \"wire\"", key));
    }
  }
  return cost;
}

/// The disciplines that read a key.
struct DisciplineKey {
  std::string_view name;
  std::array<bool, 6> read_by;  // by Kind
  std::string_view needs;
};
constexpr std::array kDisciplineKeys = {
    DisciplineKey{"target", {false, false, true, true, false, true}, R"("codel", "pie" or "fq-codel")"},
    DisciplineKey{"interval", {false, false, true, false, false, true}, R"("codel" or "fq-codel")"},
    DisciplineKey{"ecn", {false, false, true, true, false, true}, R"("codel", "pie" or "fq-codel")"},
    DisciplineKey{"quantum", {false, false, false, false, true, true}, R"("fq" or "fq-codel")"},
};

QueueDiscipline parse_discipline(const Section& section) {
  QueueDiscipline discipline;
  section.take_word("discipline", words::kDiscipline, discipline.kind);
  if (discipline.kind == Kind::kPie) discipline.law.target = milliseconds(15);  // RFC 8033, 4.2
  section.take("target", discipline.law.target, parse_control_time);
  section.take("interval", discipline.law.interval, parse_control_time);
  section.take("quantum", discipline.quantum, parse_quantum);
  discipline.ecn = section.flag("ecn").value_or(false);
  for (const DisciplineKey& key : kDisciplineKeys) {
    const bool is_read = key.read_by[static_cast<std::size_t>(discipline.kind)];
    if (!is_read && section.has(key.name)) {
      section.refuse(key.name, fmt::format("{} needs discipline = {}", key.name, key.needs));
    }
  }
  const bool has_interval = kDisciplineKeys[1].read_by[static_cast<std::size_t>(discipline.kind)];
  if (has_interval && discipline.law.target >= discipline.law.interval) {
    section.refuse(section.has("target") ? "target" : "interval", "target has to be shorter than interval");
  }
  return discipline;
}

void parse_queue(const Section& section, SpeedRule& rule) {
  if (const auto length = section.one("queue", parse_queue_length)) {
    rule.bound = length->bound;
    if (rule.bound.unit == QueueBound::Unit::kTime) rule.queue = length->time;
  }
  section.take("queue-at-least", rule.queue_at_least, parse_byte_size);
  rule.discipline = parse_discipline(section);
}

RateTrace parse_trace(const Section& section, std::string_view key) {
  const auto trace = section.one(key, [&section](std::string_view name, std::string_view path) {
    return read_deliveries(name, path, section.folder());
  });
  return trace ? RateTrace{*trace} : RateTrace();
}

/// What one direction has: a rate, or a trace and its mean.
std::optional<RateRange> parse_one_direction(const Section& section, std::string_view key, std::string_view trace_key,
                                             RateTrace& trace) {
  if (!section.has(trace_key)) return section.one(key, parse_speeds);
  if (section.has(key)) section.refuse(key, fmt::format("{} and {} are two rates: give one", key, trace_key));
  trace = parse_trace(section, trace_key);
  if (!trace) return std::nullopt;
  return RateRange{trace.deliveries->mean(), trace.deliveries->mean()};
}

void parse_both_directions(const Section& section, SpeedRule& rule) {
  const auto set = [&rule](const std::optional<RateRange>& range) {
    if (!range) return;
    rule.min = range->min;
    rule.max = range->max;
  };
  set(parse_one_direction(section, "rate", "trace", rule.trace));
  section.take_word("direction", words::kSpeedDirection, rule.direction);
}

/// One rate for up, one for down, or only one of them.
void parse_each_direction(const Section& section, SpeedRule& rule) {
  using Direction = SpeedRule::Direction;
  for (const std::string_view key : {"rate", "trace", "direction"}) {
    if (section.has(key)) section.refuse(key, fmt::format("{} stands beside up or down, which say it already", key));
  }
  RateTrace down_trace;
  const auto up = parse_one_direction(section, "up", "up-trace", rule.trace);
  const auto down = parse_one_direction(section, "down", "down-trace", down_trace);
  if (!up && !down) return;
  const RateRange first = up ? *up : *down;
  rule.min = first.min;
  rule.max = first.max;
  rule.direction = up && down ? Direction::kEach : up ? Direction::kUp : Direction::kDown;
  if (!up) rule.trace = down_trace;
  const bool differ = up && down && (*up != *down || rule.trace != down_trace);
  if (!differ) return;
  rule.down = *down;
  rule.down_trace = down_trace;
}

SpeedRule parse_budget(const Section& section) {
  SpeedRule rule;
  const bool by_direction =
      section.has("up") || section.has("down") || section.has("up-trace") || section.has("down-trace");
  if (!by_direction && !section.has("trace")) section.require("rate", "how fast?");
  if (by_direction) {
    parse_each_direction(section, rule);
  } else {
    parse_both_directions(section, rule);
  }
  section.take("every", rule.every, parse_period);
  parse_queue(section, rule);
  section.take_word("account", words::kAccount, rule.account);
  rule.cost = parse_cost(section, rule.account);
  return rule;
}

ByteRate parse_one_rate(std::string_view name, std::string_view text) {
  if (text.find("..") == std::string_view::npos) return parse_speed(name, text);
  throw UsageError(fmt::format("{}: \"{}\" is a range; a rate of a rule's or a connection's own is one", name, text));
}

OwnRate parse_own(const Section& section) {
  OwnRate own;
  section.require("rate", "how fast?");
  section.take("rate", own.rate, parse_one_rate);
  section.take("queue", own.queue, parse_hold);
  section.take_word("account", words::kAccount, own.account);
  section.take_word("direction", words::kSpeedDirection, own.direction);
  if (own.direction == SpeedRule::Direction::kEach) {
    section.refuse("direction", "a rate of a rule's or a connection's own is for total, up or down");
  }
  own.cost = parse_cost(section, own.account);
  return own;
}

}  // namespace

QueueLength parse_queue_length(std::string_view name, std::string_view text) {
  constexpr std::uint64_t kMostPackets = 1'000'000;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view behind = text.substr(digits);
  const std::string_view unit = behind.starts_with(' ') ? behind.substr(1) : behind;
  if (unit == "packet" || unit == "packets") {
    return {{QueueBound::Unit::kPackets, parse_count(name, text.substr(0, digits), 1, kMostPackets)}, {}};
  }
  if (unit.starts_with('p')) {
    throw UsageError(
        fmt::format("{}: \"{}\" is not a length: unknown unit \"{}\" (did you mean \"packets\"?)", name, text, unit));
  }
  constexpr std::string_view kSizesBegin = "BKkMG";
  const bool is_size = !unit.empty() && kSizesBegin.find(unit[0]) != std::string_view::npos;
  if (!is_size) return {{}, parse_hold(name, text)};
  const std::uint64_t bytes = parse_byte_size(name, text);
  if (bytes == 0) throw UsageError(fmt::format("{}: \"{}\" would hold nothing", name, text));
  return {{QueueBound::Unit::kBytes, bytes}, {}};
}

Speeds parse_speeds_of(const Section& impair) {
  const auto section = impair.section("speed");
  if (!section) return {};
  bool by_connection = false;
  section->take_word("per", words::kSpeedPer, by_connection);
  if (!by_connection) return {.budget = parse_budget(*section), .own = {}};
  for (const std::string_view key : {"up", "down", "trace", "up-trace", "down-trace", "every", "queue-at-least",
                                     "discipline", "target", "interval", "ecn", "quantum"}) {
    if (section->has(key)) section->refuse(key, fmt::format("{} is not for per = \"connection\"", key));
  }
  OwnRate own = parse_own(*section);
  own.per = OwnRate::Per::kConnection;
  return {.budget = {}, .own = own};
}

std::optional<OwnRate> parse_own_rate(const Section& rule_impair) {
  const auto section = rule_impair.section("speed");
  if (!section) return std::nullopt;
  OwnRate own = parse_own(*section);
  section->take_word("per", words::kOwnRatePer, own.per);
  return own;
}

}  // namespace weir
