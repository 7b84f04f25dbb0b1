// pcap, the older format: https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcap.html
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "record/capture_format.h"

namespace weir {
namespace {

constexpr std::size_t kMagic = 4;
constexpr std::size_t kRestOfHeader = 20;
constexpr std::size_t kPacketHeader = 16;
constexpr std::uint16_t kMajorVersion = 2;
constexpr std::uint32_t kLinkTypeMask = 0x0fff'ffff;  // above it stands the length of check sequences

class PcapFormat : public CaptureFormat {
 public:
  PcapFormat(CaptureFile& file, ByteOrder order, bool nanoseconds)
      : file_(file), order_(order), fraction_ns_(nanoseconds ? 1 : 1'000) {
    std::array<std::byte, kRestOfHeader> rest{};
    const std::size_t got = file_.read(rest);
    if (got < rest.size()) file_.refuse(0, fmt::format("its header ends after {} of 24 bytes", kMagic + got));
    const Fields fields(rest, order_);
    if (fields.u16(0) != kMajorVersion) {
      file_.refuse(kMagic, fmt::format("version {} of pcap is not known, only 2", fields.u16(0)));
    }
    require_ethernet(file_, kRestOfHeader, fields.u32(16) & kLinkTypeMask);
  }

  bool next(CapturedFrame& frame) override {
    const std::uint64_t at = file_.offset();
    std::array<std::byte, kPacketHeader> header{};
    std::size_t got = file_.read(header);
    if (got == 0) return false;
    if (got < header.size()) return cut(at, got);
    const Fields fields(header, order_);
    const std::uint32_t captured = fields.u32(8);
    if (captured > kLongestCaptured) {
      file_.refuse(at, fmt::format("a packet of {} bytes: {} are the most, so the file is damaged here", captured,
                                   kLongestCaptured));
    }
    bytes_.resize(captured);
    got = file_.read(bytes_);
    if (got < captured) return cut(at, kPacketHeader + got);
    frame.unix_ns = std::int64_t{fields.u32(0)} * 1'000'000'000 + std::int64_t{fields.u32(4)} * fraction_ns_;
    frame.interface = 0;
    frame.original_length = std::max(fields.u32(12), captured);
    frame.bytes = bytes_;
    return true;
  }

  std::size_t interfaces() const override { return 1; }

 private:
  bool cut(std::uint64_t at, std::uint64_t got) {
    file_.note_cut("a packet", at, got);
    return false;
  }

  CaptureFile& file_;
  const ByteOrder order_;
  const std::int64_t fraction_ns_;  // one unit of a timestamp's second half
  std::vector<std::byte> bytes_;
};

}  // namespace

std::unique_ptr<CaptureFormat> read_pcap(CaptureFile& file, ByteOrder order, bool nanoseconds) {
  return std::make_unique<PcapFormat>(file, order, nanoseconds);
}

}  // namespace weir
