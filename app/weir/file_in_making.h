// A file that appears whole or not at all: written under another name beside its place, and renamed at the end. The
// main thread.
#pragma once

#include <string>

namespace weir {

class FileInMaking {
 public:
  /// @param path where the file will be; a link is followed. What is there already and is no ordinary file (a pipe,
  /// /dev/null) is written to directly.
  explicit FileInMaking(const std::string& path);
  FileInMaking(const FileInMaking&) = delete;
  FileInMaking& operator=(const FileInMaking&) = delete;

  /// Removes what was written, unless it has been put in its place.
  ~FileInMaking();

  /// Where to write.
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Puts the file in its place; throws RunError.
  void finish();

 private:
  std::string path_;
  std::string place_;  // empty: it is written there directly, or has been put there
};

}  // namespace weir
