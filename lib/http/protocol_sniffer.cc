#include "http/protocol_sniffer.h"

#include <string_view>

namespace weir {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";  // RFC 9113, 3.4

// The six bytes by which a ClientHello is known (RFC 8446, 5.1 and 4): record type, version (2), length (2),
// handshake type.
constexpr std::uint8_t kClientHelloBytes = 6;
constexpr std::byte kHandshakeRecord{22};
constexpr std::byte kMajorVersion{3};
constexpr std::byte kLastMinorVersion{4};
constexpr std::byte kLongestRecordHigh{0x40};  // a plaintext record holds at most 2^14 bytes
constexpr std::byte kClientHello{1};

}  // namespace

bool ProtocolSniffer::continues_client_hello(std::byte byte) {
  switch (place_) {
    case 1:
      return byte == kMajorVersion;
    case 2:
      return byte <= kLastMinorVersion;
    case 3:
      length_high_ = byte;
      return byte <= kLongestRecordHigh;
    case 4:
      // A handshake record is never empty (RFC 8446, 5.1).
      if (length_high_ == std::byte{0}) return byte != std::byte{0};
      return length_high_ < kLongestRecordHigh || byte == std::byte{0};
    default:
      return byte == kClientHello;
  }
}

bool ProtocolSniffer::continues_candidate(std::byte byte) {
  switch (candidate_) {
    case Candidate::kUndecided:
      candidate_ = byte == kHandshakeRecord ? Candidate::kTls : Candidate::kPreface;
      return byte == kHandshakeRecord || static_cast<char>(byte) == kPreface[0];
    case Candidate::kTls:
      return continues_client_hello(byte);
    case Candidate::kPreface:
      return static_cast<char>(byte) == kPreface[place_];
    case Candidate::kNone:
      return false;
  }
  return false;
}

Protocol ProtocolSniffer::take(std::byte byte, bool request_line_possible) {
  if (!continues_candidate(byte)) {
    candidate_ = Candidate::kNone;
    return request_line_possible ? Protocol::kUnknown : Protocol::kOther;
  }
  ++place_;
  if (candidate_ == Candidate::kTls && place_ == kClientHelloBytes) return Protocol::kTls;
  if (candidate_ == Candidate::kPreface && place_ == kPreface.size()) return Protocol::kHttp2;
  return Protocol::kUnknown;
}

}  // namespace weir
