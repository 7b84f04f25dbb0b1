// Impairments of single packets: loss, duplication, corruption, reordering, delay; per direction and class of segment.
// Plain values, built by control, read by every worker.
#pragma once

#include <cstdint>
#include <optional>

#include "impair/duration_law.h"

namespace weir {

/// Loss with memory, as a Markov chain that takes one step a packet. All numbers are probabilities.
struct LossModel {
  enum class Kind : std::uint8_t {
    kBernoulli,       // each packet by itself, with probability p
    kGilbertElliott,  // good -> bad with p, bad -> good with r; lost with 1-k in good and 1-h in bad (netem: gemodel)
    kFourState,       // netem: loss state p13 p31 p32 p23 p14 (Salsano et al., 2012)
  };
  Kind kind = Kind::kBernoulli;
  double p = 0;
  double r = 0, lost_in_bad = 1, lost_in_good = 0;     // kGilbertElliott
  double p13 = 0, p31 = 0, p32 = 0, p23 = 1, p14 = 0;  // kFourState
  friend bool operator==(const LossModel&, const LossModel&) = default;
};

/// Which frames of a direction a packet rule is for.
enum class SegmentClass : std::uint8_t { kAll, kSyn, kFirstData, kData, kRetransmission };

/// How much the draw of one packet resembles that of the packet before it, 0 (not at all) to 0.95; of a direction of a
/// connection (impair/correlated.h).
struct Correlations {
  double loss = 0;  // LossModel::Kind::kBernoulli only
  double duplicate = 0;
  double corrupt = 0;
  double reorder = 0;
  double delay = 0;
  friend bool operator==(const Correlations&, const Correlations&) = default;
};

/// What happens to single packets. Everything is drawn for each packet of the class, of a connection and direction.
struct PacketRule {
  bool up = true;
  bool down = true;
  SegmentClass segments = SegmentClass::kAll;
  std::uint32_t nth = 0;  // only the n-th packet of the class, counted from 1; 0: every one
  std::optional<LossModel> loss;
  double duplicate = 0;              // probability that a packet is sent twice
  double corrupt = 0;                // probability that one bit behind the Ethernet header is flipped
  double reorder = 0;                // probability that a packet skips the delay, and so overtakes
  std::uint32_t gap = 0;             // netem: only each gap-th packet may overtake; 0: any
  std::optional<DurationLaw> delay;  // order is kept, but for what reorder lets pass
  Correlations correlation;          // of the packets of a connection and direction
  friend bool operator==(const PacketRule&, const PacketRule&) = default;
};

}  // namespace weir
