#include "accuracy/row.h"

#include <cstdio>

namespace weir::bench {

void print(const Row& row) {
  std::printf(R"({"id": "%s", "what": "%s", "value": %.9g, "unit": "%s", "beside": "%s"%s%s})"
              "\n",
              row.id.c_str(), row.what.c_str(), row.value, row.unit.c_str(), row.beside.c_str(),
              row.figures.empty() ? "" : ", ", row.figures.c_str());
  std::fflush(stdout);
}

std::string text_of(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string counts_json(const std::vector<std::int64_t>& values, const std::vector<std::int64_t>& edges) {
  std::vector<std::uint64_t> counts(edges.size() + 1);
  for (const std::int64_t value : values) {
    ++counts[static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), value) - edges.begin())];
  }
  std::string json = "{";
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const std::string name = i < edges.size() ? "<" + std::to_string(edges[i]) : ">=" + std::to_string(edges.back());
    json += (i == 0 ? "\"" : ", \"") + name + "\": " + std::to_string(counts[i]);
  }
  return json + "}";
}

}  // namespace weir::bench
