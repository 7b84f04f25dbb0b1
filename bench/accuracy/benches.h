// The benches of accuracy, each with the rows that it prints. None of them holds anything against a goal: scripts/bench
// does.
#pragma once

namespace weir::bench {

/// A1: simulated time, departure less due, over the laws of jitter and loads. Some seconds.
void departures();

/// A4: the one limit over all traffic, in simulated time: windows of 100 ms, 1 to 8 workers, even, skewed and on and
/// off.
void limits();

/// A5: what per-packet laws draw, a million times each, against what they should.
void draws();

/// A6: order within a connection and direction under jitter, for so many seconds of this machine's time.
void order(double seconds);

/// A2, A3: real time on the calling thread: 1 Mpps and 90 % of what the loop carries, held 10 ms, for so long each.
void lateness(double seconds);

}  // namespace weir::bench
