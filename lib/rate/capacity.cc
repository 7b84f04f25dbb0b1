#include "rate/capacity.h"

#include <algorithm>

#include "base/draw.h"

namespace weir {
namespace {

__extension__ using Wide = unsigned __int128;

struct Carried {
  std::uint64_t bytes;
  std::uint64_t remainder;
};

Carried carried_in(Duration span, ByteRate rate, std::uint64_t remainder) {
  constexpr auto kSecond = static_cast<std::uint64_t>(kNanosecondsPerSecond);
  const Wide byte_nanoseconds =
      Wide{rate.bytes_per_second} * static_cast<std::uint64_t>(span.nanoseconds()) + remainder;
  return {static_cast<std::uint64_t>(byte_nanoseconds / kSecond),
          static_cast<std::uint64_t>(byte_nanoseconds % kSecond)};
}

}  // namespace

Capacity::Capacity(const RateLaw& law) : law_(law) {
  present_.rate = draw(0);
  previous_ = present_;
}

ByteRate Capacity::draw(std::uint64_t interval) const {
  const auto low = static_cast<std::int64_t>(law_.min.bytes_per_second);
  const auto high = static_cast<std::int64_t>(law_.max.bytes_per_second);
  return {static_cast<std::uint64_t>(uniform_between(low, high, draw_bits(law_.draw_key, 0, interval)))};
}

std::uint64_t Capacity::carried_by(Instant t, std::uint64_t& remainder) const {
  const Duration span = t - present_.begins_at;
  remainder = present_.remainder;
  if (law_.trace != nullptr) return present_.carried + law_.trace->carried(span);
  const Carried whole = carried_in(span, present_.rate, remainder);
  remainder = whole.remainder;
  return present_.carried + whole.bytes;
}

void Capacity::begin_next_interval(Instant at, const RateLaw& law) {
  std::uint64_t remainder = 0;
  const std::uint64_t bytes = carried_by(at, remainder);
  previous_ = present_;
  previous_.by_trace = law_.trace != nullptr;
  law_ = law;
  present_ = {.number = previous_.number + 1,
              .begins_at = at,
              .rate = draw(previous_.number + 1),
              .carried = bytes,
              .remainder = remainder};
}

Instant Capacity::reached_in(const Interval& interval, std::uint64_t bytes, Instant ends_at) {
  if (bytes <= interval.carried) return interval.begins_at;
  if (interval.by_trace) return ends_at;  // the trace may be gone
  if (interval.rate.bytes_per_second == 0) return ends_at;
  const Wide missing =
      Wide{bytes - interval.carried} * static_cast<std::uint64_t>(kNanosecondsPerSecond) - interval.remainder;
  const Wide wait = (missing + interval.rate.bytes_per_second - 1) / interval.rate.bytes_per_second;
  if (wait > static_cast<std::uint64_t>((ends_at - interval.begins_at).nanoseconds())) return ends_at;
  return interval.begins_at + Duration(static_cast<std::int64_t>(wait));
}

Instant Capacity::reaches(std::uint64_t bytes) const {
  if (bytes <= present_.carried) return reached_in(previous_, bytes, present_.begins_at);
  if (law_.trace != nullptr) return present_.begins_at + law_.trace->reaches(bytes - present_.carried);
  return reached_in(present_, bytes, varies() ? present_.begins_at + law_.every : Instant::never());
}

void Capacity::change(const RateLaw& law, Instant at) {
  const Instant begins_at = std::max(at, present_.begins_at);
  static_cast<void>(carried(begins_at));
  begin_next_interval(begins_at, law);
}

std::uint64_t Capacity::carried(Instant t) {
  while (varies() && t - present_.begins_at >= law_.every) begin_next_interval(present_.begins_at + law_.every, law_);
  std::uint64_t remainder = 0;
  return carried_by(t, remainder);
}

}  // namespace weir
