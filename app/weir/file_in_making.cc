#include "weir/file_in_making.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "profile/errors.h"

namespace weir {

FileInMaking::FileInMaking(const std::string& path) : path_(path) {
  namespace fs = std::filesystem;
  std::error_code error;
  if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return;
  const fs::path place = fs::weakly_canonical(path, error);
  place_ = error ? path : place.string();
  path_ = fmt::format("{}.weir-{}", place_, getpid());
}

FileInMaking::~FileInMaking() {
  if (!place_.empty()) unlink(path_.c_str());
}

void FileInMaking::finish() {
  if (place_.empty()) return;
  if (std::rename(path_.c_str(), place_.c_str()) != 0) {
    throw RunError(fmt::format("cannot put {} in its place: {}", place_, std::strerror(errno)));
  }
  place_.clear();
}

}  // namespace weir
