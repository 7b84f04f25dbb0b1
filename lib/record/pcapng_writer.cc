#include "record/pcapng_writer.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "profile/errors.h"

namespace weir {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20U;
constexpr std::size_t kLongestOption = 65'535;  // a length is 16 bits
constexpr std::uint16_t kEndOfOptions = 0;
constexpr std::uint16_t kComment = 1;

}  // namespace

PcapngWriter::PcapngWriter(const std::string& path) : file_(std::fopen(path.c_str(), "we")) {
  if (file_ == nullptr) throw RunError(fmt::format("cannot create {}: {}", path, std::strerror(errno)));
  std::setvbuf(file_.get(), nullptr, _IOFBF, kBufferBytes);
  constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a;
  constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
  constexpr std::uint16_t kApplication = 4;
  begin(kSectionHeader);
  put(kByteOrderMagic, 4);
  put(1, 2);  // version 1.0
  put(0, 2);
  put(UINT64_MAX, 8);  // length not known
  put_option(kApplication, "weir");
  put(kEndOfOptions, 4);
  end();
}

void PcapngWriter::describe_interface(std::string_view name) {
  constexpr std::uint32_t kInterface = 1;
  constexpr std::uint16_t kName = 2;
  constexpr std::uint16_t kResolution = 9;
  constexpr char kNanoseconds = 9;  // 10^-9 s
  begin(kInterface);
  put(kEthernetLinkType, 2);
  put(0, 2);
  put(0, 4);  // no snaplen
  put_option(kName, name);
  put_option(kResolution, {&kNanoseconds, 1});
  put(kEndOfOptions, 4);
  end();
}

bool PcapngWriter::write(const CapturedFrame& frame, std::string_view comment) {
  constexpr std::uint32_t kEnhancedPacket = 6;
  constexpr std::uint16_t kFlags = 2;
  const auto count = static_cast<std::uint64_t>(frame.unix_ns);
  begin(kEnhancedPacket);
  put(frame.interface, 4);
  put(count >> 32U, 4);
  put(count & UINT32_MAX, 4);
  put(frame.bytes.size(), 4);
  put(frame.original_length, 4);
  put_text({reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()});
  if (!comment.empty()) put_option(kComment, comment);
  put(kFlags, 2);
  put(4, 2);
  put(frame.direction == CaptureDirection::kInbound ? 1 : frame.direction == CaptureDirection::kOutbound ? 2 : 0, 4);
  put(kEndOfOptions, 4);
  end();
  return !has_failed_;
}

bool PcapngWriter::flush() {
  has_failed_ = has_failed_ || std::fflush(file_.get()) != 0;
  return !has_failed_;
}

bool PcapngWriter::close() {
  if (file_ != nullptr && std::fclose(file_.release()) != 0) has_failed_ = true;
  return !has_failed_;
}

/// A block is its type, its length, its body, and its length again.
void PcapngWriter::begin(std::uint32_t type) {
  block_.clear();
  put(type, 4);
  put(0, 4);
}

void PcapngWriter::put(std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) block_.push_back(static_cast<std::byte>(value >> (8U * i)));
}

/// Padded to 32 bits.
void PcapngWriter::put_text(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  block_.insert(block_.end(), bytes.begin(), bytes.end());
  block_.resize((block_.size() + 3) / 4 * 4);
}

void PcapngWriter::put_option(std::uint16_t number, std::string_view text) {
  text = text.substr(0, kLongestOption);
  put(number, 2);
  put(text.size(), 2);
  put_text(text);
}

void PcapngWriter::end() {
  const auto length = static_cast<std::uint32_t>(block_.size() + 4);
  for (unsigned i = 0; i < 4; ++i) block_[4 + i] = static_cast<std::byte>(length >> (8U * i));
  put(length, 4);
  if (has_failed_) return;
  has_failed_ = std::fwrite(block_.data(), 1, block_.size(), file_.get()) != block_.size();
}

}  // namespace weir
