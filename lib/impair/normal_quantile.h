// The quantile of the standard normal distribution, by algorithm AS 241, PPND16 (Wichura: "The Percentage Points of the
// Normal Distribution", Applied Statistics 37, 1988, 477-484): relative error about 1e-16, one polynomial division
// inside |p - 1/2| <= 0.425, a logarithm and a root more outside. Pure, and the same number on every machine (see
// portable_math.h; a square root is exact in IEEE 754). Called for each normal draw, on worker threads.
#pragma once

namespace weir {

/// The x below which a standard normal variable lies with probability p, 0 < p < 1.
[[nodiscard]] double normal_quantile(double p);

}  // namespace weir
