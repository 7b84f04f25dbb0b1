#include "record/statistics.h"

#include <fmt/format.h>

#include <cstddef>

#include "record/duration_text.h"

namespace weir {
namespace {

std::string frames(std::uint64_t n, std::string_view what_befell) {
  return fmt::format("{} {} {}", n, n == 1 ? "frame was" : "frames were", what_befell);
}

std::uint64_t sum_over_ports(const RunStatistics& run, std::uint64_t PortStatistics::*count) {
  std::uint64_t sum = 0;
  for (const LinkStatistics& link : run.links) sum += link.a.*count + link.b.*count;
  return sum;
}

/// Loss that no rule asked for: at the ports, and weir's own.
std::string loss(const RunStatistics& run) {
  std::uint64_t lost = 0;
  std::string causes;
  const auto add = [&](std::string_view cause, std::uint64_t n) {
    if (n == 0) return;
    lost += n;
    causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", cause, n);
  };
  add("imissed", sum_over_ports(run, &PortStatistics::imissed));
  add("rx_nombuf", sum_over_ports(run, &PortStatistics::rx_nombuf));
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    const auto reason = static_cast<DropReason>(i);
    if (!is_intended(reason)) add(name_of(reason), run.totals.drops[i]);
  }
  if (lost == 0) return {};
  return fmt::format("{} ({})", frames(lost, "lost that weir did not mean to lose"), causes);
}

/// How many frames were late and why, as the end of a sentence; empty where nobody counted.
std::string causes_of_lateness(const Totals& totals) {
  std::string causes;
  for (std::size_t i = 0; i < kLateCauses; ++i) {
    const LateTotals& late = totals.late[i];
    if (late.frames == 0) continue;
    causes += fmt::format("{}{} by {} (up to {})", causes.empty() ? ": " : ", ", frames(late.frames, "late"),
                          in_words(static_cast<LateCause>(i)),
                          duration_text(Duration(static_cast<std::int64_t>(late.worst_ns))));
  }
  return causes;
}

std::string lateness(const RunStatistics& run) {
  const Duration p999(static_cast<std::int64_t>(run.totals.lateness_ns.percentile(999)));
  if (p999 <= run.max_late) return {};
  return fmt::format("99.9 % of held frames left no later than {} after their due time; {} was promised{}",
                     duration_text(p999), duration_text(run.max_late), causes_of_lateness(run.totals));
}

std::string balance(const RunStatistics& run) {
  const Conservation sum = conservation_of(run);
  if (sum.holds()) return {};
  return fmt::format(
      "frames do not add up: received {} + injected {} + duplicated {} is not sent {} + dropped {} + absorbed {} + "
      "held {}",
      sum.received, sum.injected, sum.duplicated, sum.sent, sum.dropped, sum.absorbed, sum.held);
}

std::string log_gaps(const RunStatistics& run) {
  if (run.log_failed) return "the decision log is not complete: it could not be written to its end";
  const std::uint64_t lost = run.totals.log_overflow;
  if (lost == 0) return {};
  return fmt::format("the decision log is not complete: {} {} found its ring full", lost,
                     lost == 1 ? "record" : "records");
}

std::string capture_gaps(const RunStatistics& run) {
  if (!run.capture) return {};
  if (run.capture->failed) return "the capture could not be written to its end";
  if (run.capture->lost == 0) return {};
  return fmt::format("the capture is not complete: {} {} found its ring full", run.capture->lost,
                     run.capture->lost == 1 ? "frame" : "frames");
}

// What weir could not do to traffic that it was to impair, for want of room.
std::string shortage(const RunStatistics& run) {
  std::string causes;
  std::uint64_t total = 0;
  for (const UnshapedReason reason : {UnshapedReason::kTableFull, UnshapedReason::kRegistryFull,
                                      UnshapedReason::kWheelFull, UnshapedReason::kNoBuffer}) {
    const std::uint64_t count = run.totals.unshaped[static_cast<std::size_t>(reason)];
    if (count == 0) continue;
    causes += fmt::format("{}{} {}", causes.empty() ? "" : ", ", name_of(reason), count);
    total += count;
  }
  if (total == 0) return {};
  return fmt::format("{} times weir had no room to do what was asked ({})", total, causes);
}

}  // namespace

void ActiveTime::observe(Instant now, std::uint64_t count) {
  if (count > last_count_) total_ = total_ + (now - last_at_);
  last_at_ = now;
  last_count_ = count;
}

Conservation conservation_of(const RunStatistics& run) {
  Conservation sum;
  sum.received = sum_over_ports(run, &PortStatistics::rx_frames);
  sum.sent = sum_over_ports(run, &PortStatistics::tx_frames);
  sum.injected = run.totals.injected;
  sum.duplicated = run.totals.duplicated;
  sum.dropped = run.totals.dropped(true) + run.totals.dropped(false);
  sum.absorbed = run.totals.absorbed;
  sum.held = run.totals.held;
  return sum;
}

std::vector<std::string> broken_promises(const RunStatistics& run) {
  std::vector<std::string> broken;
  const auto add = [&broken](std::string sentence) {
    if (!sentence.empty()) broken.push_back(std::move(sentence));
  };
  const Totals& totals = run.totals;
  if (totals.early > 0) add(frames(totals.early, "sent before the due time"));
  if (totals.out_of_order > 0) add(frames(totals.out_of_order, "sent out of order"));
  add(loss(run));
  add(shortage(run));
  add(lateness(run));
  add(balance(run));
  add(log_gaps(run));
  add(capture_gaps(run));
  return broken;
}

std::string_view name_of(DropReason reason) {
  switch (reason) {
    case DropReason::kRateQueue:
      return "rate_queue";
    case DropReason::kHeadDrop:
      return "head_drop";
    case DropReason::kCodel:
      return "codel";
    case DropReason::kPie:
      return "pie";
    case DropReason::kReset:
      return "reset";
    case DropReason::kAfterReset:
      return "after_reset";
    case DropReason::kLoss:
      return "loss";
    case DropReason::kOutage:
      return "outage";
    case DropReason::kPortReused:
      return "port_reused";
    case DropReason::kStopped:
      return "stopped";
    case DropReason::kTxFull:
      return "tx_full";
    case DropReason::kNoTicket:
      return "no_ticket";
    case DropReason::kHeldFull:
      return "held_full";
    case DropReason::kPoolShort:
      return "pool_short";
  }
  return "unknown";
}

std::string_view name_of(UnshapedReason reason) {
  switch (reason) {
    case UnshapedReason::kTableFull:
      return "table_full";
    case UnshapedReason::kRegistryFull:
      return "registry_full";
    case UnshapedReason::kMalformed:
      return "malformed";
    case UnshapedReason::kFragment:
      return "fragment";
    case UnshapedReason::kWheelFull:
      return "wheel_full";
    case UnshapedReason::kNoBuffer:
      return "no_buffer";
  }
  return "unknown";
}

std::string_view name_of(LateCause cause) {
  switch (cause) {
    case LateCause::kLongTurns:
      return "loop_too_long";
    case LateCause::kPortFull:
      return "tx_full";
    case LateCause::kStolenCore:
      return "stolen_core";
  }
  return "unknown";
}

std::string_view in_words(LateCause cause) {
  switch (cause) {
    case LateCause::kLongTurns:
      return "a loop that took too long";
    case LateCause::kPortFull:
      return "a port that took no more";
    case LateCause::kStolenCore:
      return "a stolen core";
  }
  return "unknown";
}

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::kReceive:
      return "receive";
    case Stage::kParse:
      return "parse";
    case Stage::kLookup:
      return "lookup";
    case Stage::kShape:
      return "shape";
    case Stage::kRelease:
      return "release";
    case Stage::kSend:
      return "send";
  }
  return "unknown";
}

}  // namespace weir
