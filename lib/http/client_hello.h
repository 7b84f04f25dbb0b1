// What a TLS ClientHello says to rules: its server name and the protocols it offers (RFC 8446, 4.1.2; RFC 6066, 3;
// RFC 7301, 3.1). The bytes are those of the TCP stream from its first one on, in TLS records; the message may span
// several of them (RFC 8446, 5.1). Every length is checked against the room before it is believed. An encrypted hello
// (ECH) says what its outer part says; unknown and GREASE extensions are passed over (RFC 8701). Worker's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "http/request_facts.h"

namespace weir {

/// More offered protocols than this are left out; browsers offer two.
inline constexpr std::size_t kMostAlpns = 16;

/// How much of a ClientHello some bytes are.
enum class HelloExtent : std::uint8_t {
  kPartial,   // more has to come
  kInRecord,  // all of it, in one TLS record
  kSpread,    // all of it, in several records
  kNone,      // no ClientHello
};

/// Tells from the records' headers and the message's length whether a ClientHello is complete.
[[nodiscard]] HelloExtent measure_client_hello(std::span<const std::byte> records);

/// Moves the handshake messages that lie in whole or cut records together, to the front of `records`, and answers how
/// many bytes they are. In place: the headers between are overwritten.
[[nodiscard]] std::size_t strip_record_headers(std::span<std::byte> records);

/// The part of a handshake message that the first of the records holds.
[[nodiscard]] std::span<const std::byte> within_first_record(std::span<const std::byte> records);

/// Reads a ClientHello from the handshake message's first byte on, as far as it goes: of a cut message, what lies whole
/// before the cut. The names are put where `alpns` has room; the facts point there and into `message`.
[[nodiscard]] HelloFacts read_client_hello(std::span<const std::byte> message,
                                           std::span<std::string_view, kMostAlpns> alpns);

}  // namespace weir
