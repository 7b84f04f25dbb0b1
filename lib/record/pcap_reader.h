// Reads captures frame by frame: pcap (both byte orders, micro- and nanoseconds) and pcapng (both byte orders, several
// sections and interfaces, any resolution of time; blocks that are no packets are skipped). Ethernet only. Nothing is
// believed: every length is checked before it is used. Constant memory. Control threads; one at a time.
#pragma once

#include <memory>
#include <string>

#include "record/capture_format.h"

namespace weir {

class PcapReader {
 public:
  /// Opens it and reads its header. Throws RunError, which names the file and, where it applies, the byte.
  explicit PcapReader(const std::string& path);

  /// The next frame, whose bytes stay valid until the one after it is read; false at the end. Throws RunError for
  /// damage. A file that ends inside a packet simply ends: damage() tells.
  [[nodiscard]] bool next(CapturedFrame& frame) { return format_->next(frame); }

  /// One sentence if the file ended inside a packet, else empty.
  [[nodiscard]] const std::string& damage() const { return file_.damage(); }

  [[nodiscard]] bool is_pcapng() const { return is_pcapng_; }
  /// Interfaces described so far; 1 for a pcap.
  [[nodiscard]] std::size_t interfaces() const { return format_->interfaces(); }
  /// Bytes read so far, and in all; 0 in all where that is not known (a pipe).
  [[nodiscard]] std::uint64_t bytes_read() const { return file_.offset(); }
  [[nodiscard]] std::uint64_t size() const { return file_.size(); }

 private:
  CaptureFile file_;
  bool is_pcapng_ = false;
  std::unique_ptr<CaptureFormat> format_;
};

}  // namespace weir
