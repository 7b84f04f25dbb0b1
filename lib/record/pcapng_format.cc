// pcapng: https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "record/capture_clock.h"
#include "record/capture_format.h"

namespace weir {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;  // reads the same in both byte orders
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kOldPacket = 2;
constexpr std::uint32_t kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint32_t kLongestBlock = 16 * 1024 * 1024;  // libpcap's limit as well
constexpr std::uint32_t kShortestBlock = 12;               // type, length, length again
constexpr std::uint16_t kFlagsOption = 2;
constexpr std::uint16_t kResolutionOption = 9;
constexpr std::uint16_t kOffsetOption = 14;

struct Interface {
  std::uint64_t described_at = 0;
  std::uint32_t link_type = 0;
  std::uint32_t snaplen = 0;
  CaptureClock clock;
};

class PcapngFormat : public CaptureFormat {
 public:
  explicit PcapngFormat(CaptureFile& file) : file_(file) {
    if (!read_block(sizeof kSectionHeader)) file_.refuse(0, "its first block is not complete");
    begin_section();
  }

  bool next(CapturedFrame& frame) override {
    while (read_block(0)) {
      if (type_ == kSectionHeader) begin_section();
      if (type_ == kInterface) describe_interface();
      const bool is_packet = type_ == kEnhancedPacket || type_ == kOldPacket || type_ == kSimplePacket;
      if (!is_packet) continue;
      type_ == kSimplePacket ? take_simple(frame) : take_packet(frame);
      return true;
    }
    return false;
  }

  std::size_t interfaces() const override { return before_section_ + interfaces_.size(); }

 private:
  [[nodiscard]] bool read_block(std::size_t already_read);
  void begin_section();
  void describe_interface();
  void take_options(Interface& interface, std::size_t at);
  void take_packet(CapturedFrame& frame);
  void take_simple(CapturedFrame& frame);
  [[nodiscard]] CaptureDirection direction_at(std::size_t at) const;
  void take_bytes(CapturedFrame& frame, std::uint32_t interface, std::size_t at, std::uint32_t captured,
                  std::uint32_t original);

  [[nodiscard]] Fields body() const { return {std::span(block_).first(block_.size() - 4), order_}; }
  void require_body(std::size_t bytes, std::string_view what) const {
    if (body().size() >= bytes) return;
    file_.refuse(at_, fmt::format("{} of {} bytes, {} are the least", what, body().size(), bytes));
  }
  bool cut(std::uint64_t got) {
    file_.note_cut("a block", at_, got);
    return false;
  }

  CaptureFile& file_;
  ByteOrder order_ = ByteOrder::kLittle;
  std::uint64_t at_ = 0;  // where the present block begins
  std::uint32_t type_ = 0;
  std::vector<std::byte> block_;       // what follows type and length: the body, and the length again
  std::vector<Interface> interfaces_;  // of this section
  std::size_t before_section_ = 0;     // interfaces of earlier sections
  std::uint32_t section_ = 0;          // how many-th it is, from 1
  std::int64_t last_ns_ = 0;
};

/// Reads the next block whole; false at the end of the file. Only of a section header is the byte order not known
/// before: its magic number stands behind the length.
bool PcapngFormat::read_block(std::size_t already_read) {
  std::array<std::byte, kShortestBlock> head{};
  at_ = file_.offset() - already_read;
  const std::size_t missing = 8 - already_read;
  const std::size_t got = file_.read(std::span(head).subspan(already_read, missing));
  if (got == 0 && already_read == 0) return false;
  if (got < missing) return cut(already_read + got);
  type_ = already_read > 0 ? kSectionHeader : Fields(head, order_).u32(0);
  std::size_t begun = 0;  // bytes of the body read with the head
  if (type_ == kSectionHeader) {
    begun = file_.read(std::span(head).subspan(8, 4));
    if (begun < 4) return cut(8 + begun);
    order_ = Fields(head, ByteOrder::kBig).u32(8) == kByteOrderMagic ? ByteOrder::kBig : ByteOrder::kLittle;
    if (Fields(head, order_).u32(8) != kByteOrderMagic) file_.refuse(at_, "a section whose byte order is not known");
  }
  const std::uint32_t length = Fields(head, order_).u32(4);
  if (length < kShortestBlock + begun || length > kLongestBlock || length % 4 != 0) {
    file_.refuse(at_, fmt::format("a block of {} bytes, so the file is damaged here", length));
  }
  block_.resize(length - 8);
  std::copy_n(head.begin() + 8, begun, block_.begin());
  const std::size_t rest = file_.read(std::span(block_).subspan(begun));
  if (rest < block_.size() - begun) return cut(8 + begun + rest);
  const std::uint32_t again = Fields(block_, order_).u32(block_.size() - 4);
  if (again != length) file_.refuse(at_, fmt::format("a block that begins as {} bytes and ends as {}", length, again));
  return true;
}

void PcapngFormat::begin_section() {
  constexpr std::size_t kHeader = 16;
  require_body(kHeader, "a section header");
  const std::uint16_t major = body().u16(4);
  if (major != 1) file_.refuse(at_, fmt::format("version {} of pcapng is not known, only 1", major));
  before_section_ += interfaces_.size();
  ++section_;
  interfaces_.clear();
}

void PcapngFormat::describe_interface() {
  constexpr std::size_t kHeader = 8;
  require_body(kHeader, "an interface description");
  Interface interface;
  interface.described_at = at_;
  interface.link_type = body().u16(0);
  interface.snaplen = body().u32(4);
  take_options(interface, kHeader);
  interfaces_.push_back(interface);
}

/// Options are a number, a length, and so many bytes, padded to four; number 0 ends them.
void PcapngFormat::take_options(Interface& interface, std::size_t at) {
  const Fields fields = body();
  while (at + 4 <= fields.size()) {
    const std::uint16_t option = fields.u16(at);
    const std::size_t length = fields.u16(at + 2);
    at += 4;
    if (option == 0) return;
    if (length > fields.size() - at) file_.refuse(at_, "an option that is longer than its block");
    if (option == kResolutionOption && length == 1 && !interface.clock.set_resolution(fields.u8(at))) {
      file_.refuse(at_, fmt::format("timestamps of resolution {} are finer than weir can count", fields.u8(at)));
    }
    if (option == kOffsetOption && length == 8) interface.clock.set_offset(static_cast<std::int64_t>(fields.u64(at)));
    at += (length + 3) / 4 * 4;
  }
}

/// An Enhanced Packet Block, or the Packet Block that it replaced: the interface's number is 16 bits there.
void PcapngFormat::take_packet(CapturedFrame& frame) {
  constexpr std::size_t kHeader = 20;
  require_body(kHeader, "a packet block");
  const Fields fields = body();
  const std::uint32_t number = type_ == kOldPacket ? fields.u16(0) : fields.u32(0);
  take_bytes(frame, number, kHeader, fields.u32(12), fields.u32(16));
  const std::uint64_t count = std::uint64_t{fields.u32(4)} << 32U | fields.u32(8);
  const std::optional<std::int64_t> unix_ns = interfaces_[number].clock.unix_ns(count);
  if (!unix_ns) file_.refuse(at_, "a packet from outside the years 1970 to 2262");
  frame.unix_ns = last_ns_ = *unix_ns;
  frame.direction = direction_at(kHeader + (frame.bytes.size() + 3) / 4 * 4);
}

/// The direction that a packet's options tell, epb_flags or pack_flags; what is damaged there tells none.
CaptureDirection PcapngFormat::direction_at(std::size_t at) const {
  const Fields fields = body();
  while (at + 4 <= fields.size() && fields.u16(at) != 0) {
    const std::uint16_t option = fields.u16(at);
    const std::size_t length = fields.u16(at + 2);
    at += 4;
    if (length > fields.size() - at) break;
    if (option == kFlagsOption && length == 4) {
      const std::uint32_t direction = fields.u32(at) & 3U;
      if (direction == 1) return CaptureDirection::kInbound;
      if (direction == 2) return CaptureDirection::kOutbound;
    }
    at += (length + 3) / 4 * 4;
  }
  return CaptureDirection::kUnknown;
}

/// A Simple Packet Block has no time: the last one's is taken.
void PcapngFormat::take_simple(CapturedFrame& frame) {
  constexpr std::size_t kHeader = 4;
  require_body(kHeader, "a simple packet block");
  if (interfaces_.empty()) file_.refuse(at_, "a packet of interface 0, which is not described");
  const std::uint32_t original = body().u32(0);
  const std::uint32_t snaplen = interfaces_[0].snaplen;
  take_bytes(frame, 0, kHeader, snaplen == 0 ? original : std::min(original, snaplen), original);
  frame.unix_ns = last_ns_;
  frame.direction = CaptureDirection::kUnknown;
}

void PcapngFormat::take_bytes(CapturedFrame& frame, std::uint32_t interface, std::size_t at, std::uint32_t captured,
                              std::uint32_t original) {
  if (interface >= interfaces_.size()) {
    file_.refuse(at_, fmt::format("a packet of interface {}, which is not described", interface));
  }
  require_ethernet(file_, interfaces_[interface].described_at, interfaces_[interface].link_type);
  const std::span<const std::byte> room = body().bytes().subspan(at);
  if (captured > room.size() || captured > kLongestCaptured) {
    file_.refuse(at_, fmt::format("a packet of {} bytes in a block that has room for {}", captured, room.size()));
  }
  frame.bytes = room.first(captured);
  frame.original_length = std::max(original, captured);
  frame.interface = static_cast<std::uint32_t>(before_section_) + interface;
  frame.section = section_;
}

}  // namespace

std::unique_ptr<CaptureFormat> read_pcapng(CaptureFile& file) {
  return std::make_unique<PcapngFormat>(file);
}

}  // namespace weir
