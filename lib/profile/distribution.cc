#include "profile/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <optional>
#include <vector>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/read_file.h"
#include "profile/spelling.h"
#include "profile/words.h"

namespace weir {
namespace {

constexpr std::string_view kTableEnding = ".dist";
// Debian's folder, then that of other distributions.
constexpr std::array<std::string_view, 3> kTableFolders = {"/usr/lib/x86_64-linux-gnu/tc", "/usr/lib/tc",
                                                           "/usr/share/tc"};

std::filesystem::path path_of(std::string_view text, const std::string& folder) {
  if (text.find('/') != std::string_view::npos) return std::filesystem::absolute(std::filesystem::path(folder) / text);
  for (const std::string_view tables : kTableFolders) {
    std::filesystem::path path = std::filesystem::path(tables) / (std::string(text) + std::string(kTableEnding));
    if (std::filesystem::exists(path)) return path;
  }
  return {};
}

/// What the word could have been: shapes, and tables that are installed.
std::vector<std::string> known_distributions() {
  std::vector<std::string> known;
  for (const auto& word : words::kShape) known.emplace_back(word.text);
  for (const std::string_view folder : kTableFolders) {
    std::error_code no_such_folder;
    for (const auto& file : std::filesystem::directory_iterator(folder, no_such_folder)) {
      if (file.path().extension() == kTableEnding) known.push_back(file.path().stem());
    }
  }
  return known;
}

[[noreturn]] void refuse_distribution(std::string_view name, std::string_view text) {
  const std::vector<std::string> known = known_distributions();
  const std::vector<std::string_view> views(known.begin(), known.end());
  throw UsageError(fmt::format("{}: \"{}\" is no distribution{}", name, text, did_you_mean(text, views)));
}

std::int16_t parse_quantile(std::string_view name, std::string_view text) {
  std::int16_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stopped_at == end) return value;
  throw UsageError(fmt::format("{}: \"{}\" is not a whole number from -32768 to 32767", name, text));
}

std::string_view without_comment(std::string_view line) {
  return line.substr(0, line.find('#'));
}

/// Takes the first line off a text.
std::string_view take_line(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  text.remove_prefix(std::min(line.size() + 1, text.size()));
  return line;
}

[[noreturn]] void refuse_law(std::string_view name, std::string_view why) {
  throw UsageError(fmt::format("{}: {}", name, why));
}

DurationLaw make_uniform(std::string_view name, const Lengths& lengths, bool has_bounds) {
  if (has_bounds) refuse_law(name, "a uniform distribution lies within its range by itself");
  DurationLaw law;
  const Duration deviation = lengths.deviation.value_or(Duration());
  if (deviation > lengths.min) refuse_law(name, "the range would begin below 0");
  law.min = lengths.min - deviation;
  law.max = lengths.max + deviation;
  if (law.max > kLongestHold) refuse_law(name, "the range would end above an hour (3600s)");
  return law;
}

Duration middle(const Lengths& lengths) {
  return Duration((lengths.min.nanoseconds() + lengths.max.nanoseconds()) / 2);
}

/// A bell over a range has its edges three deviations from its mean.
Duration deviation_of(const Lengths& lengths) {
  constexpr std::int64_t kDeviationsInRange = 6;
  if (lengths.deviation) return *lengths.deviation;
  return Duration((lengths.max - lengths.min).nanoseconds() / kDeviationsInRange);
}

void require_a_spread(std::string_view name, const Lengths& lengths, Shape shape) {
  const bool is_single = !lengths.deviation && lengths.min == lengths.max;
  if (shape == Shape::kExponential && lengths.deviation) {
    refuse_law(name, "an exponential distribution has a mean only, its deviation is the same");
  }
  if (shape != Shape::kExponential && is_single) {
    refuse_law(name, "the distribution needs a range or a deviation: \"100ms +- 20ms\"");
  }
}

}  // namespace

Distribution parse_distribution(std::string_view name, std::string_view text, const std::string& folder) {
  const auto word = std::ranges::find(words::kShape, text, &Word<Shape>::text);
  if (word != words::kShape.end()) return {word->meaning};
  const std::filesystem::path path = path_of(text, folder);
  if (path.empty()) refuse_distribution(name, text);
  DistributionTable table = parse_table(fmt::format("{}: {}", name, path.string()), read_file(name, path));
  table.name = text.find('/') == std::string_view::npos ? std::string(text) : path.lexically_normal().string();
  return {Shape::kTable, std::make_shared<const DistributionTable>(std::move(table))};
}

DistributionTable parse_table(std::string_view name, std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  DistributionTable table;
  while (!text.empty()) {
    std::string_view line = without_comment(take_line(text));
    for (std::size_t first = line.find_first_not_of(kBlanks); first != std::string_view::npos;
         first = line.find_first_not_of(kBlanks)) {
      line.remove_prefix(first);
      const std::string_view number = line.substr(0, line.find_first_of(kBlanks));
      table.quantiles.push_back(parse_quantile(name, number));
      line.remove_prefix(number.size());
    }
  }
  if (table.quantiles.size() < 2) throw UsageError(fmt::format("{}: no table of a distribution", name));
  return table;
}

DurationLaw make_law(std::string_view name, const Lengths& lengths, const Distribution& distribution,
                     const std::optional<Lengths>& within) {
  if (within && within->deviation) refuse_law("within", "it is a range: \"0ms..500ms\"");
  if (distribution.shape == Shape::kUniform) return make_uniform(name, lengths, within.has_value());
  require_a_spread(name, lengths, distribution.shape);
  const bool is_range = lengths.min != lengths.max;
  const Lengths bounds = within ? *within : is_range ? lengths : Lengths{Duration(), kLongestHold, std::nullopt};
  DurationLaw law;
  law.min = bounds.min;
  law.max = bounds.max;
  law.shape = distribution.shape;
  law.table = distribution.table;
  law.mean = middle(lengths);
  law.deviation = law.shape == Shape::kExponential ? law.mean : deviation_of(lengths);
  if (law.mean < law.min || law.mean > law.max) refuse_law("within", "the mean lies outside of it");
  return law;
}

}  // namespace weir
