// What the formats of captures have in common: the frames that they hold, numbers in either byte order, and the
// interface of a format's reader. Every length is checked before what it counts is read. Internal to record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "record/capture_file.h"

namespace weir {

/// Which way a frame went at the interface that it was captured on, where a pcapng says so (epb_flags).
enum class CaptureDirection : std::uint8_t { kUnknown, kInbound, kOutbound };

/// A frame as a capture holds it.
struct CapturedFrame {
  std::int64_t unix_ns = 0;     // when it was seen, nanoseconds since 1970
  std::uint32_t interface = 0;  // of a pcapng, counted over the whole file; 0 in a pcap
  std::uint32_t section = 0;    // of a pcapng, from 1; 0 in a pcap
  CaptureDirection direction = CaptureDirection::kUnknown;
  std::uint32_t original_length = 0;  // on the wire; more than bytes.size() where the capture was cut (snaplen)
  std::span<const std::byte> bytes;   // valid until the next frame is read
};

/// Longer frames are taken for damage: what libpcap takes at most (MAXIMUM_SNAPLEN).
inline constexpr std::uint32_t kLongestCaptured = 262'144;
/// LINKTYPE_ETHERNET of https://www.tcpdump.org/linktypes.html.
inline constexpr std::uint32_t kEthernetLinkType = 1;

enum class ByteOrder : std::uint8_t { kLittle, kBig };

/// Numbers at places of a piece of a capture. The caller has checked that they lie inside.
class Fields {
 public:
  Fields(std::span<const std::byte> bytes, ByteOrder order) : bytes_(bytes), order_(order) {}

  [[nodiscard]] std::uint8_t u8(std::size_t at) const { return std::to_integer<std::uint8_t>(bytes_[at]); }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const { return static_cast<std::uint16_t>(number(at, 2)); }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const { return static_cast<std::uint32_t>(number(at, 4)); }
  [[nodiscard]] std::uint64_t u64(std::size_t at) const { return number(at, 8); }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 private:
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t length) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i) {
      value = value << 8U | u8(at + (order_ == ByteOrder::kBig ? i : length - 1 - i));
    }
    return value;
  }

  std::span<const std::byte> bytes_;
  ByteOrder order_;
};

class CaptureFormat {
 public:
  CaptureFormat() = default;
  CaptureFormat(const CaptureFormat&) = delete;
  CaptureFormat& operator=(const CaptureFormat&) = delete;
  virtual ~CaptureFormat() = default;

  /// The next frame; false at the end. Throws RunError for what can't be read; a file that ends inside a packet only
  /// ends (CaptureFile::damage).
  [[nodiscard]] virtual bool next(CapturedFrame& frame) = 0;

  /// Interfaces described so far.
  [[nodiscard]] virtual std::size_t interfaces() const = 0;
};

/// Readers of the two formats, for a file whose first four bytes have been read. The file must outlive them.
[[nodiscard]] std::unique_ptr<CaptureFormat> read_pcap(CaptureFile& file, ByteOrder order, bool nanoseconds);
[[nodiscard]] std::unique_ptr<CaptureFormat> read_pcapng(CaptureFile& file);

/// Throws RunError unless the link type is Ethernet. @param at where the file says so.
void require_ethernet(const CaptureFile& file, std::uint64_t at, std::uint32_t link_type);

}  // namespace weir
