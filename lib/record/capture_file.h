// A capture as a stream of bytes: read once, front to back, so that a file of any size, or a pipe, passes in constant
// memory. Knows where it is, for errors that name the file and the byte. Control threads; one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

class CaptureFile {
 public:
  /// Opens it; throws RunError.
  explicit CaptureFile(std::string path);
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;
  ~CaptureFile();

  /// Fills `into`; returns fewer bytes at the end of the file only. Throws RunError when reading fails.
  [[nodiscard]] std::size_t read(std::span<std::byte> into);

  /// Bytes read so far: where the next one stands.
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// Bytes of the whole file; 0 where that is not known (a pipe).
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Throws RunError: "FILE: at byte N: WHY".
  [[noreturn]] void refuse(std::uint64_t at, std::string_view why) const;

  /// Remembers that the file ends inside `what`, which began at `at`: `got` of its bytes are there.
  void note_cut(std::string_view what, std::uint64_t at, std::uint64_t got);
  /// "FILE: at byte N: it ends inside a packet (40 bytes are there); what came before is used", or empty.
  [[nodiscard]] const std::string& damage() const { return damage_; }

 private:
  bool refill();

  const std::string path_;
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
  std::vector<std::byte> buffer_;
  std::size_t next_ = 0;  // in the buffer
  std::size_t end_ = 0;
  std::string damage_;
};

}  // namespace weir
