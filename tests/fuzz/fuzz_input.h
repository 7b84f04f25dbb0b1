// How fuzz targets read what libFuzzer hands them, and what they do when something isn't as it must be: print the
// input, so that a log is enough to reproduce it, and abort.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <span>
#include <string_view>
#include <vector>

namespace weir::test {

/// The input of this call, for require().
inline std::span<const std::uint8_t> fuzz_input;  // NOLINT: libFuzzer has one thread and no context to pass it in

inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\ninput:", what);
  for (const std::uint8_t byte : fuzz_input) std::fprintf(stderr, " %02x", byte);
  std::fprintf(stderr, "\n");
  std::abort();
}

/// Takes numbers and bytes off the front of the input; zero and nothing once it is used up.
class Input {
 public:
  Input(const std::uint8_t* bytes, std::size_t size) : rest_(bytes, size) { fuzz_input = rest_; }

  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] unsigned number() {
    if (rest_.empty()) return 0;
    const unsigned value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
  }
  [[nodiscard]] unsigned wide_number() { return number() | number() << 8U; }
  [[nodiscard]] std::span<const std::byte> bytes(std::size_t count) {
    const std::span<const std::uint8_t> taken = rest_.first(count < rest_.size() ? count : rest_.size());
    rest_ = rest_.subspan(taken.size());
    return std::as_bytes(taken);
  }
  [[nodiscard]] std::span<const std::byte> all() { return bytes(rest_.size()); }

 private:
  std::span<const std::uint8_t> rest_;
};

/// Where to cut a stream: up to seven places, told before the stream itself (a count, then 16 bits each).
class CutStream {
 public:
  explicit CutStream(Input& input) {
    std::vector<unsigned> wanted(input.number() % 8);
    for (unsigned& cut : wanted) cut = input.wide_number();
    bytes = input.all();
    std::set<std::size_t> places;
    if (bytes.size() > 1) {
      for (const unsigned cut : wanted) places.insert(1 + cut % (bytes.size() - 1));
    }
    cuts.assign(places.begin(), places.end());
  }

  /// Calls `take` with each piece, in memory of its own, so that a read outside is seen by sanitizers.
  template <typename Take>
  void each_piece(const Take& take) const {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= cuts.size(); ++i) {
      const std::size_t end = i < cuts.size() ? cuts[i] : bytes.size();
      const std::vector<std::byte> piece(bytes.begin() + static_cast<std::ptrdiff_t>(begin),
                                         bytes.begin() + static_cast<std::ptrdiff_t>(end));
      take(std::span<const std::byte>(piece));
      begin = end;
    }
  }
  [[nodiscard]] std::string_view text() const { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

  std::span<const std::byte> bytes;
  std::vector<std::size_t> cuts;
};

}  // namespace weir::test
