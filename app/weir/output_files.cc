#include "weir/output_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>

#include "profile/errors.h"

namespace weir {
namespace {

// Why a file can't be written, 0 if it can. One that is not there yet is not made: its folder is asked instead.
int obstacle_to_writing(const std::string& path) {
  // Without O_NONBLOCK a named pipe without a reader would make weir wait; that it has none yet (ENXIO) is no fault.
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
  if (file >= 0) {
    close(file);
    return 0;
  }
  if (errno == ENXIO) return 0;
  if (errno != ENOENT) return errno;
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  return access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0 ? 0 : errno;
}

}  // namespace

void require_writable(std::string_view name, const std::string& path) {
  const int obstacle = obstacle_to_writing(path);
  if (obstacle != 0) throw UsageError(fmt::format("{}: cannot write {}: {}", name, path, std::strerror(obstacle)));
}

void require_distinct(std::span<const std::string> paths) {
  namespace fs = std::filesystem;
  const auto plain = [](const std::string& path) {
    std::error_code unknown;  // a pipe by way of /dev/stdin has no name of its own
    const fs::path whole = fs::weakly_canonical(path, unknown);
    return unknown ? fs::path(path) : whole;
  };
  for (std::size_t i = 0; i < paths.size(); ++i) {
    for (std::size_t j = i + 1; j < paths.size(); ++j) {
      std::error_code not_there;
      const bool same = plain(paths[i]) == plain(paths[j]) || fs::equivalent(paths[i], paths[j], not_there);
      if (same) throw UsageError(fmt::format("{} and {} are the same file", paths[i], paths[j]));
    }
  }
}

void require_writable(const OutputOptions& output) {
  if (output.log) require_writable("--log", *output.log);
  if (output.stats) require_writable("--stats", *output.stats);
  if (output.capture) require_writable("--capture", *output.capture);
}

}  // namespace weir
