#include "profile/distribution_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>

#include "profile/errors.h"
#include "profile/spelling.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".dist";

/// One line of the text, and where it stands.
struct Line {
  std::string_view file;
  std::size_t number = 0;  // from 1
  std::string_view text;

  [[noreturn]] void reject(std::size_t at, std::string_view why) const {
    throw UsageError(fmt::format("{}:{}:{}: {}", file, number, at + 1, why));
  }
};

std::int16_t read_quantile(const Line& line, std::size_t at, std::string_view word) {
  std::int16_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error == std::errc::result_out_of_range) {
    line.reject(at, fmt::format("\"{}\" lies outside -32768 to 32767", word));
  }
  if (error != std::errc() || end != word.data() + word.size()) {
    line.reject(at, fmt::format("\"{}\" is not a whole number", word));
  }
  return value;
}

void append_line(const Line& line, std::vector<std::int16_t>& quantiles) {
  constexpr std::string_view kBlanks = " \t\r\v\f";
  const std::string_view text = line.text.substr(0, line.text.find('#'));
  for (std::size_t at = text.find_first_not_of(kBlanks); at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    const std::int16_t value = read_quantile(line, at, text.substr(at, end - at));
    if (!quantiles.empty() && value < quantiles.back()) {
      line.reject(at,
                  fmt::format("{} is less than {} before it: a distribution table ascends", value, quantiles.back()));
    }
    if (quantiles.size() == kMostQuantiles) {
      line.reject(at, fmt::format("more than {} values", kMostQuantiles));
    }
    quantiles.push_back(value);
    at = text.find_first_not_of(kBlanks, end);
  }
}

/// The names of all tables in the folders, in order, each once.
std::vector<std::string> names_in(const std::vector<fs::path>& folders) {
  std::vector<std::string> names;
  for (const fs::path& folder : folders) {
    std::error_code unreadable;  // then it offers no names
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, unreadable)) {
      if (entry.path().extension() == kEnding) names.push_back(entry.path().stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

[[noreturn]] void reject_name(std::string_view name, const std::vector<fs::path>& folders) {
  const std::vector<std::string> names = names_in(folders);
  std::string searched;
  for (const fs::path& folder : folders) searched += (searched.empty() ? "" : " or ") + folder.string();
  if (names.empty()) {
    throw UsageError(fmt::format("cannot load the distribution \"{}\": there are no tables in {} (iproute2 has them)",
                                 name, searched));
  }
  const std::vector<std::string_view> known(names.begin(), names.end());
  throw UsageError(fmt::format("cannot load the distribution \"{}\": there is no such table in {}{}; there are {}",
                               name, searched, did_you_mean(name, known), comma_separated(known)));
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.is_open() || file.bad()) {
    throw UsageError(fmt::format("cannot read the distribution {}: {}", path.string(), std::strerror(errno)));
  }
  return text;
}

}  // namespace

std::vector<fs::path> distribution_folders() {
  return {"/usr/lib/x86_64-linux-gnu/tc", "/usr/lib/tc"};
}

DistributionTable parse_distribution(std::string_view text, std::string_view file) {
  DistributionTable table;
  Line line{file, 0, {}};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line.text = text.substr(0, end);
    ++line.number;
    append_line(line, table.quantiles);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (table.quantiles.size() < 2) {
    throw UsageError(fmt::format("{}: {} values, and a distribution takes 2 at least", file, table.quantiles.size()));
  }
  return table;
}

std::shared_ptr<const DistributionTable> load_distribution(std::string_view name,
                                                           const std::vector<fs::path>& folders) {
  const bool is_name = !name.empty() && name.find('/') == std::string_view::npos;
  for (const fs::path& folder : folders) {
    const fs::path path = folder / (std::string(name) + std::string(kEnding));
    std::error_code unreadable;  // then it isn't there
    if (!is_name || !fs::is_regular_file(path, unreadable)) continue;
    DistributionTable table = parse_distribution(read_text(path), path.string());
    table.name = name;
    return std::make_shared<const DistributionTable>(std::move(table));
  }
  reject_name(name, folders);
}

}  // namespace weir
