// A row of a bench, as scripts/bench reads it (bench/support/rows.py): one JSON object a line on stdout.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace weir::bench {

struct Row {
  std::string id;
  std::string what;
  double value = 0;
  std::string unit;
  std::string beside = {};   // the comparator or limit, in words
  std::string figures = {};  // more members of the object, as JSON: "\"a\": 1"
};

/// Prints it at once.
void print(const Row& row);

/// A number as a reader wants it: at most so many digits behind the point.
[[nodiscard]] std::string text_of(double value, int digits = 2);

/// The value below which this share of them lies; they get sorted. 0 where there are none.
template <class Number>
[[nodiscard]] Number percentile(std::vector<Number>& values, double share) {
  if (values.empty()) return {};
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

/// How many values lie below each edge and not below the one before it, and beyond the last: a JSON object.
[[nodiscard]] std::string counts_json(const std::vector<std::int64_t>& values, const std::vector<std::int64_t>& edges);

}  // namespace weir::bench
