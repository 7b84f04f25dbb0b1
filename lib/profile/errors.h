// The two kinds of failure that control code throws, told apart by the exit code they become. Each says in one line
// what was attempted and why it failed; only a profile's faults are several lines, all of them at once. Thrown on any
// control thread, caught once, in app/weir/dispatch.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace weir {

/// Text as it may stand inside a one-line message: control characters (a newline in an argument, say) become '?'.
[[nodiscard]] std::string printable(std::string_view text);

/// What was typed can't be meant: arguments or a profile. Exit code 2, nothing was started.
class UsageError : public std::runtime_error {
 public:
  explicit UsageError(std::string_view message) : std::runtime_error(printable(message)) {}

 protected:
  struct AsItIs {};
  UsageError(AsItIs /*kind*/, const std::string& text) : std::runtime_error(text) {}
};

/// A fault inside a longer text, at a byte of it.
class ErrorInText : public UsageError {
 public:
  ErrorInText(std::size_t at, std::string_view message) : UsageError(message), at_(at) {}
  [[nodiscard]] std::size_t at() const { return at_; }

 private:
  std::size_t at_;
};

/// Profiles with faults: all of them, as profile/problems.h writes them, to be printed as they are. Exit code 2.
class ProfileError : public UsageError {
 public:
  explicit ProfileError(const std::string& text) : UsageError(AsItIs(), text) {}
};

/// What was asked for is clear, and it could not be done. Exit code 1.
class RunError : public std::runtime_error {
 public:
  explicit RunError(std::string_view message) : std::runtime_error(printable(message)) {}
};

}  // namespace weir
