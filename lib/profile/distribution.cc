#include "profile/distribution.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "profile/distribution_file.h"
#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/read_file.h"
#include "profile/spelling.h"
#include "profile/words.h"

namespace weir {
namespace {

/// A table in a file of its own.
std::shared_ptr<const DistributionTable> load_file(std::string_view name, const std::filesystem::path& path) {
  DistributionTable table = parse_distribution(read_file(name, path), path.string());
  table.name = path.string();
  return std::make_shared<const DistributionTable>(std::move(table));
}

/// A table of iproute2's, unless a built-in shape is what was meant.
std::shared_ptr<const DistributionTable> load_installed(std::string_view name, std::string_view text) {
  constexpr auto kShapes = texts_of(words::kShape);
  const auto nearest = nearest_spelling(text, kShapes);
  try {
    return load_distribution(text);
  } catch (const UsageError& error) {
    if (!nearest) throw UsageError(fmt::format("{}: {}", name, error.what()));
  }
  throw UsageError(fmt::format("{}: \"{}\" is no distribution (did you mean {}?)", name, text, *nearest));
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

/// A mean and a deviation, as far as an hour; the deviation of an exponential alone is its mean.
DurationLaw make_unbounded(std::string_view name, const Lengths& lengths, Shape shape) {
  const bool needs_deviation = shape != Shape::kExponential;
  if (needs_deviation && !lengths.deviation) {
    refuse_law(name, "the distribution needs a range or a deviation: \"100ms +- 20ms\"");
  }
  DurationLaw law;
  law.max = kLongestHold;
  law.shape = shape;
  law.mean = lengths.min;
  law.deviation = lengths.deviation.value_or(law.mean);
  return law;
}

void clamp_into(const Lengths& within, DurationLaw& law) {
  if (within.deviation) refuse_law("within", "it is a range: \"0ms..500ms\"");
  if (law.mean < within.min || law.mean > within.max) refuse_law("within", "the mean lies outside of it");
  law.min = within.min;
  law.max = within.max;
}

}  // namespace

Distribution choose_distribution(std::string_view name, std::string_view text, const std::string& folder) {
  const auto word = std::ranges::find(words::kShape, text, &Word<Shape>::text);
  if (word != words::kShape.end()) return {word->meaning};
  if (text.find('/') == std::string_view::npos) return {Shape::kTable, load_installed(name, text)};
  const std::filesystem::path path = std::filesystem::path(folder) / text;
  return {Shape::kTable, load_file(name, std::filesystem::absolute(path).lexically_normal())};
}

DurationLaw make_law(std::string_view name, const Lengths& lengths, const Distribution& distribution,
                     const std::optional<Lengths>& within) {
  if (distribution.shape == Shape::kUniform) return make_uniform(name, lengths, within.has_value());
  const bool is_range = lengths.min != lengths.max;
  DurationLaw law = is_range ? bell_in_range(distribution.shape, lengths.min, lengths.max)
                             : make_unbounded(name, lengths, distribution.shape);
  law.table = distribution.table;
  if (within) clamp_into(*within, law);
  return law;
}

}  // namespace weir
