// What a QUIC packet shows before its encryption: the long header of an Initial, by which a UDP flow is known to be
// QUIC (RFC 8999, 5.1; RFC 9000, 17.2.2; RFC 9369, 3). Reads inside the bytes it is given only. Worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

inline constexpr std::uint32_t kQuicVersion1 = 0x0000'0001;  // RFC 9000, 15
inline constexpr std::uint32_t kQuicVersion2 = 0x6b33'43cf;  // RFC 9369, 3.1

/// The facts of an Initial; the spans point into the payload.
struct QuicInitial {
  std::uint32_t version = 0;
  std::span<const std::byte> destination_id;  // 0 to 20 bytes
  std::span<const std::byte> source_id;       // 0 to 20 bytes
};

/// Whether a UDP payload begins with an Initial packet of version 1 or 2: long form, fixed bit, the version's type for
/// it, connection IDs of at most 20 bytes, a token, and a length that leaves room for packet number and sample and fits
/// the payload. Fills `initial` only then.
[[nodiscard]] bool parse_quic_initial(std::span<const std::byte> payload, QuicInitial& initial);

}  // namespace weir
