#include "record/pcap_writer.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "profile/errors.h"
#include "record/capture_format.h"

namespace weir {
namespace {

constexpr std::size_t kBufferBytes = 1U << 20U;
constexpr std::int64_t kSecond = 1'000'000'000;

template <std::size_t kNumbers>
std::array<std::byte, 4 * kNumbers> little_endian(const std::array<std::uint32_t, kNumbers>& numbers) {
  std::array<std::byte, 4 * kNumbers> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::byte>(numbers[i / 4] >> (8U * (i % 4)));
  }
  return bytes;
}

}  // namespace

PcapWriter::PcapWriter(const std::string& path) : path_(path), file_(std::fopen(path.c_str(), "we")) {
  if (file_ == nullptr) throw RunError(fmt::format("cannot create {}: {}", path_, std::strerror(errno)));
  std::setvbuf(file_.get(), nullptr, _IOFBF, kBufferBytes);
  constexpr std::uint32_t kNanoseconds = 0xa1b23c4d;
  constexpr std::uint32_t kVersion = 4U << 16U | 2U;  // 2.4: the first half is the minor number, as it is read here
  put(little_endian(std::array{kNanoseconds, kVersion, 0U, 0U, kLongestCaptured, kEthernetLinkType}));
}

void PcapWriter::write(std::int64_t unix_ns, std::span<const std::byte> bytes, std::uint32_t original_length) {
  if (unix_ns < 0 || unix_ns / kSecond > UINT32_MAX) {
    throw RunError(fmt::format("cannot write {}: a pcap has no times before 1970 or after 2106", path_));
  }
  put(little_endian(std::array{static_cast<std::uint32_t>(unix_ns / kSecond),
                               static_cast<std::uint32_t>(unix_ns % kSecond), static_cast<std::uint32_t>(bytes.size()),
                               original_length}));
  put(bytes);
}

void PcapWriter::put(std::span<const std::byte> bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail();
}

void PcapWriter::close() {
  if (file_ != nullptr && std::fclose(file_.release()) != 0) fail();
}

void PcapWriter::fail() const {
  throw RunError(fmt::format("cannot write {}: {}", path_, std::strerror(errno)));
}

}  // namespace weir
