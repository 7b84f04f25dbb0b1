// Writes pcapng: one section, little-endian, Ethernet, nanoseconds, whole frames, each with its direction and a comment
// where there is one. The same frames at the same times give the same file, byte for byte. Control threads; one at a
// time. https://ietf-opsawg-wg.github.io/draft-ietf-opsawg-pcap/draft-ietf-opsawg-pcapng.html
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "record/capture_format.h"

namespace weir {

class PcapngWriter {
 public:
  /// Creates (or empties) the file and writes its section header; throws RunError.
  explicit PcapngWriter(const std::string& path);

  /// Describes the next interface; they are numbered from 0.
  void describe_interface(std::string_view name);

  /// Appends a frame. False, as for flush, once something could not be written; errno says why the first time.
  /// @param frame its interface has been described; no time before 1970. @param comment UTF-8; empty for none.
  [[nodiscard]] bool write(const CapturedFrame& frame, std::string_view comment);

  /// Hands what is buffered to the system.
  [[nodiscard]] bool flush();
  /// Writes what is still buffered and closes the file. Nothing may be written then.
  [[nodiscard]] bool close();

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void begin(std::uint32_t type);
  void put(std::uint64_t value, unsigned bytes);
  void put_text(std::string_view text);
  void put_option(std::uint16_t number, std::string_view text);
  void end();

  std::unique_ptr<std::FILE, CloseFile> file_;
  std::vector<std::byte> block_;  // the one that is being written
  bool has_failed_ = false;
};

}  // namespace weir
