// Writes captures: pcap with nanoseconds (magic number 0xa1b23c4d), little-endian, Ethernet. The same frames at the
// same times give the same file, byte for byte. Control threads; one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace weir {

class PcapWriter {
 public:
  /// Creates (or empties) the file and writes its header; throws RunError.
  explicit PcapWriter(const std::string& path);

  /// Appends a frame. @param unix_ns nanoseconds since 1970, before 2106: a pcap counts seconds in 32 bits; throws
  /// RunError for later ones and when the file can't be written.
  /// @param original_length on the wire; at least as many as there are bytes.
  void write(std::int64_t unix_ns, std::span<const std::byte> bytes, std::uint32_t original_length);

  /// Writes what is still buffered and closes the file; throws RunError when that fails. Nothing may be written then.
  void close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void put(std::span<const std::byte> bytes);
  [[noreturn]] void fail() const;

  const std::string path_;
  std::unique_ptr<std::FILE, CloseFile> file_;
};

}  // namespace weir
