// Captures written by hand, byte by byte, in either byte order; and a file to put them in. Shares no code with the
// reader, so that each proves the other.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>

namespace weir {

class CaptureBytes {
 public:
  explicit CaptureBytes(bool big_endian = false) : big_endian_(big_endian) {}

  CaptureBytes& u16(std::uint64_t value) { return number(value, 2); }
  CaptureBytes& u32(std::uint64_t value) { return number(value, 4); }
  CaptureBytes& u64(std::uint64_t value) { return number(value, 8); }
  CaptureBytes& u8(unsigned value) { return number(value, 1); }
  CaptureBytes& text(std::string_view bytes) {
    bytes_ += bytes;
    return *this;
  }
  CaptureBytes& pad() {
    while (bytes_.size() % 4 != 0) bytes_ += '\0';
    return *this;
  }

  CaptureBytes& pcap_header(std::uint32_t magic, std::uint32_t link_type = 1) {
    return u32(magic).u16(2).u16(4).u32(0).u32(0).u32(65'535).u32(link_type);
  }
  CaptureBytes& pcap_packet(std::uint32_t seconds, std::uint32_t fraction, std::string_view frame,
                            std::uint32_t longer_by = 0) {
    return u32(seconds).u32(fraction).u32(frame.size()).u32(frame.size() + longer_by).text(frame);
  }

  /// A pcapng block around a body, which is padded.
  CaptureBytes& block(std::uint32_t type, CaptureBytes body) {
    body.pad();
    return u32(type).u32(body.bytes_.size() + 12).text(body.bytes_).u32(body.bytes_.size() + 12);
  }
  CaptureBytes& section() {
    return block(0x0a0d0d0a, CaptureBytes(big_endian_).u32(0x1a2b3c4d).u16(1).u16(0).u64(UINT64_MAX));
  }
  CaptureBytes& interface(std::uint32_t link_type = 1, std::uint32_t snaplen = 0) {
    return block(1, CaptureBytes(big_endian_).u16(link_type).u16(0).u32(snaplen));
  }
  /// With a resolution (if_tsresol) and an offset (if_tsoffset), and an option that nobody knows.
  CaptureBytes& interface_with_clock(unsigned resolution, std::uint64_t offset) {
    CaptureBytes body(big_endian_);
    body.u16(1).u16(0).u32(0).u16(9).u16(1).u8(resolution).pad();
    body.u16(0x0bad).u16(5).text("spare").pad().u16(14).u16(8).u64(offset).u16(0).u16(0);
    return block(1, body);
  }
  /// @param direction of epb_flags, behind an option that nobody knows; 0: without options.
  CaptureBytes& packet(std::uint32_t interface, std::uint64_t count, std::string_view frame,
                       std::uint32_t longer_by = 0, std::uint32_t direction = 0) {
    CaptureBytes body(big_endian_);
    body.u32(interface).u32(count >> 32U).u32(count & 0xffff'ffffU).u32(frame.size()).u32(frame.size() + longer_by);
    body.text(frame);
    if (direction == 0) return block(6, body);
    body.pad().u16(0x0bad).u16(5).text("spare").pad().u16(2).u16(4).u32(0xfff0U | direction).u16(0).u16(0);
    return block(6, body);
  }
  CaptureBytes& simple_packet(std::string_view frame) {
    return block(3, CaptureBytes(big_endian_).u32(frame.size()).text(frame));
  }

  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  CaptureBytes& number(std::uint64_t value, unsigned length) {
    for (unsigned i = 0; i < length; ++i) {
      const unsigned shift = 8U * (big_endian_ ? length - 1 - i : i);
      bytes_ += static_cast<char>(static_cast<unsigned char>(value >> shift));
    }
    return *this;
  }

  bool big_endian_;
  std::string bytes_;
};

/// A file of the test's own, removed with it.
class ScratchFile {
 public:
  explicit ScratchFile(std::string_view name = "capture")
      : path_(testing::TempDir() + "weir-" + std::to_string(getpid()) + "-" + std::string(name)) {}
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  ~ScratchFile() { std::filesystem::remove(path_); }

  void write(std::string_view bytes) const {
    std::ofstream(path_, std::ios::trunc | std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  [[nodiscard]] std::string read() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace weir
