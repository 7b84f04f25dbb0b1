// A file descriptor that closes itself, and pipes that no program started later inherits. Control thread.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "profile/errors.h"

namespace weir {

/// "ATTEMPT failed: why", the why from errno.
[[nodiscard]] inline RunError errno_error(const std::string& attempt) {
  return RunError(attempt + " failed: " + std::strerror(errno));
}

class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(FileDescriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() { reset(); }

  [[nodiscard]] int number() const { return number_; }

  /// Closes it now, if it is open.
  void reset() {
    if (number_ >= 0) close(std::exchange(number_, -1));
  }

  /// Everything that is still to be read, up to the end. A read error is an end.
  [[nodiscard]] std::string read_all() const {
    std::string text;
    std::array<char, 4'096> piece{};
    for (;;) {
      const ssize_t length = read(number_, piece.data(), piece.size());
      if (length < 0 && errno == EINTR) continue;
      if (length <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(length));
    }
  }

  /// Writes all of a text that fits into a pipe; false when nobody reads.
  [[nodiscard]] bool write_all(const std::string& text) const {
    return write(number_, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  }

 private:
  int number_ = -1;
};

struct Pipe {
  FileDescriptor read_end;
  FileDescriptor write_end;
};

/// Throws RunError.
[[nodiscard]] inline Pipe make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) throw errno_error("making a pipe");
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

}  // namespace weir
