#include "profile/read_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "profile/errors.h"

namespace weir {
namespace {

constexpr std::streamsize kMostBytes = 1 << 20U;

[[noreturn]] void refuse(std::string_view name, const std::filesystem::path& path, std::string_view why) {
  const std::string_view separator = name.empty() ? "" : ": ";
  throw UsageError(fmt::format("{}{}cannot read {}: {}", name, separator, path.string(), why));
}

}  // namespace

std::string read_file(std::string_view name, const std::filesystem::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(name, path, std::strerror(errno));
  std::string text(kMostBytes + 1, '\0');
  file.read(text.data(), kMostBytes + 1);
  if (file.bad()) refuse(name, path, std::strerror(errno));  // a folder opens, and can't be read
  if (file.gcount() > kMostBytes) refuse(name, path, "it is longer than 1 MiB");
  text.resize(static_cast<std::size_t>(file.gcount()));
  return text;
}

}  // namespace weir
