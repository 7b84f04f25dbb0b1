#include "record/pcap_reader.h"

#include <fmt/format.h>

#include <array>

namespace weir {
namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
constexpr std::uint32_t kPcapng = 0x0a0d0d0a;
constexpr std::uint32_t kGzip = 0x1f8b;
constexpr std::uint32_t kZstd = 0x28b52ffd;

[[noreturn]] void refuse_magic(const CaptureFile& file, std::uint32_t magic) {
  const bool compressed = magic >> 16U == kGzip || magic == kZstd;
  file.refuse(0, compressed ? "it is compressed: decompress it first"
                            : fmt::format("neither pcap nor pcapng (it begins with {:08x})", magic));
}

std::unique_ptr<CaptureFormat> open_format(CaptureFile& file, bool& is_pcapng) {
  std::array<std::byte, 4> magic{};
  const std::size_t got = file.read(magic);
  if (got < magic.size()) file.refuse(0, got == 0 ? "it is empty" : "it is too short for a capture");
  for (const ByteOrder order : {ByteOrder::kBig, ByteOrder::kLittle}) {
    const std::uint32_t number = Fields(magic, order).u32(0);
    if (number == kMicroseconds || number == kNanoseconds) return read_pcap(file, order, number == kNanoseconds);
  }
  const std::uint32_t number = Fields(magic, ByteOrder::kBig).u32(0);
  if (number != kPcapng) refuse_magic(file, number);
  is_pcapng = true;
  return read_pcapng(file);
}

}  // namespace

void require_ethernet(const CaptureFile& file, std::uint64_t at, std::uint32_t link_type) {
  if (link_type == kEthernetLinkType) return;
  file.refuse(at, fmt::format("link type {} (https://www.tcpdump.org/linktypes.html), weir reads Ethernet, 1, only",
                              link_type));
}

PcapReader::PcapReader(const std::string& path) : file_(path), format_(open_format(file_, is_pcapng_)) {}

}  // namespace weir
