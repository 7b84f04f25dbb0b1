#include "record/totals.h"

#include <gtest/gtest.h>

#include <memory>

namespace weir {
namespace {

TEST(HistogramSum, NothingIsZero) {
  const HistogramSum sum;
  EXPECT_EQ(sum.percentile(500), 0U);
  EXPECT_EQ(sum.largest(), 0U);
  EXPECT_EQ(sum.count(), 0U);
}

TEST(HistogramSum, PercentilesAreTheSmallestEdgeWithThatShare) {
  Histogram histogram;
  for (std::uint64_t value = 1; value <= 60; ++value) histogram.record(value);  // exact below 64
  HistogramSum sum;
  sum.add(histogram);
  EXPECT_EQ(sum.percentile(500), 30U);
  EXPECT_EQ(sum.percentile(501), 31U) << "30.06 of 60 values are not reached by 30";
  EXPECT_EQ(sum.percentile(990), 60U);
  EXPECT_EQ(sum.percentile(1000), 60U);
  EXPECT_EQ(sum.percentile(0), 1U);
}

TEST(HistogramSum, OneInAThousandIsBeyondThe999th) {
  Histogram histogram;
  for (int i = 0; i < 999; ++i) histogram.record(5);
  histogram.record(50);
  HistogramSum sum;
  sum.add(histogram);
  EXPECT_EQ(sum.percentile(999), 5U);
  EXPECT_EQ(sum.percentile(1000), 50U);
  histogram.record(50);
  HistogramSum more;
  more.add(histogram);
  EXPECT_EQ(more.percentile(999), 50U);
}

TEST(HistogramSum, IsNeverMoreThanTheLargest) {
  Histogram histogram;
  histogram.record(1'000'000);
  HistogramSum sum;
  sum.add(histogram);
  EXPECT_EQ(sum.percentile(999), 1'000'000U);
}

TEST(HistogramSum, BeyondTheLastBucketIsNotFlattered) {
  Histogram histogram;
  histogram.record(UINT64_MAX);
  HistogramSum sum;
  sum.add(histogram);
  EXPECT_EQ(sum.percentile(500), UINT64_MAX);
}

TEST(HistogramSum, Adds) {
  Histogram fast;
  Histogram slow;
  for (int i = 0; i < 50; ++i) fast.record(1);
  for (int i = 0; i < 50; ++i) slow.record(40);
  HistogramSum sum;
  sum.add(fast);
  sum.add(slow);
  EXPECT_EQ(sum.count(), 100U);
  EXPECT_EQ(sum.percentile(500), 1U);
  EXPECT_EQ(sum.percentile(510), 40U);
  EXPECT_EQ(sum.largest(), 40U);
}

TEST(Totals, AddEveryWorker) {
  auto first = std::make_unique<WorkerCounters>();
  auto second = std::make_unique<WorkerCounters>();
  first->connections.add(1);
  second->connections.add(2);
  first->tcp_connections.add(3);
  first->exchanges.add(4);
  first->latency_applied.add(5);
  first->jitter_applied.add(6);
  first->reset_applied.add(7);
  first->response_held_ns.add(8);
  first->jitter_drawn_ns.add(9);
  first->reset_draws.add(10);
  first->jitter_draws.add(11);
  first->injected.add(12);
  first->absorbed.add(13);
  first->held.set(14);
  second->held.set(1);
  first->limited_bytes[0].add(5);
  first->limited_bytes[1].add(10);
  first->ecn_marked.add(25);
  first->log_overflow.add(16);
  first->early.add(17);
  first->out_of_order.add(18);
  first->turns.add(19);
  second->idle_turns.add(20);
  first->stage_cycles[2].add(25);
  second->packets_drawn.add(28);
  second->accounted_received.add(26);
  second->accounted_sent.add(27);
  first->drops[0].add(21);
  second->drops[static_cast<std::size_t>(DropReason::kTxFull)].add(22);
  first->unshaped[5].add(23);
  second->lateness_ns.record(24);
  first->shrunk.add(29);
  LateCounters& stolen = first->late[static_cast<std::size_t>(LateCause::kStolenCore)];
  stolen.frames.add(30);
  stolen.sum_ns.add(31);
  stolen.worst_ns.raise_to(32);
  LateCounters& again = second->late[static_cast<std::size_t>(LateCause::kStolenCore)];
  again.frames.add(3);
  again.worst_ns.raise_to(31);
  second->late[static_cast<std::size_t>(LateCause::kLongTurns)].frames.add(4);
  second->bursts.add(33);
  second->burst_frames.add(34);
  second->stolen_gaps.add(35);
  second->stolen_ns.add(36);
  second->longest_stolen_ns.raise_to(37);

  Totals totals;
  totals.add(*first);
  totals.add(*second);
  EXPECT_EQ(totals.connections, 3U);
  EXPECT_EQ(totals.tcp_connections, 3U);
  EXPECT_EQ(totals.exchanges, 4U);
  EXPECT_EQ(totals.latency_applied, 5U);
  EXPECT_EQ(totals.jitter_applied, 6U);
  EXPECT_EQ(totals.reset_applied, 7U);
  EXPECT_EQ(totals.response_held_ns, 8U);
  EXPECT_EQ(totals.jitter_drawn_ns, 9U);
  EXPECT_EQ(totals.reset_draws, 10U);
  EXPECT_EQ(totals.jitter_draws, 11U);
  EXPECT_EQ(totals.injected, 12U);
  EXPECT_EQ(totals.absorbed, 13U);
  EXPECT_EQ(totals.held, 15U);
  EXPECT_EQ(totals.limited_bytes, 15U);
  EXPECT_EQ(totals.ecn_marked, 25U);
  EXPECT_EQ(totals.log_overflow, 16U);
  EXPECT_EQ(totals.early, 17U);
  EXPECT_EQ(totals.out_of_order, 18U);
  ASSERT_EQ(totals.workers.size(), 2U);
  EXPECT_EQ(totals.workers[0].turns, 19U);
  EXPECT_EQ(totals.workers[1].idle_turns, 20U);
  EXPECT_EQ(totals.workers[0].stage_cycles[2], 25U);
  EXPECT_EQ(totals.packets_drawn, 28U);
  EXPECT_EQ(totals.workers[1].accounted_received, 26U);
  EXPECT_EQ(totals.workers[1].accounted_sent, 27U);
  EXPECT_EQ(totals.dropped(true), 21U);
  EXPECT_EQ(totals.dropped(false), 22U);
  EXPECT_EQ(totals.unshaped[5], 23U);
  EXPECT_EQ(totals.lateness_ns.largest(), 24U);
  EXPECT_EQ(totals.shrunk, 29U);
  const LateTotals& late = totals.late[static_cast<std::size_t>(LateCause::kStolenCore)];
  EXPECT_EQ(late.frames, 33U);
  EXPECT_EQ(late.sum_ns, 31U);
  EXPECT_EQ(late.worst_ns, 32U) << "the worst of all, not a sum";
  EXPECT_EQ(totals.late_frames(), 37U);
  EXPECT_EQ(totals.workers[1].bursts, 33U);
  EXPECT_EQ(totals.workers[1].burst_frames, 34U);
  EXPECT_EQ(totals.workers[1].stolen_gaps, 35U);
  EXPECT_EQ(totals.workers[1].stolen_ns, 36U);
  EXPECT_EQ(totals.workers[1].longest_stolen_ns, 37U);
}

}  // namespace
}  // namespace weir
