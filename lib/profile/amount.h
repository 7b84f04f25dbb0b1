// A number or a pair of numbers as it was written ("20ms", "1MB/s..2MB/s", "100ms +- 20ms", "5%"), to be reckoned with
// and written again. What kind of number it is shows in its unit. Control threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

class Amount {
 public:
  /// Throws UsageError, with `name` in front.
  Amount(std::string_view name, std::string_view text);

  /// Whether both are of one kind and form, so that there is something between them.
  [[nodiscard]] bool is_like(const Amount& other) const {
    return kind_ == other.kind_ && separator_ == other.separator_;
  }
  [[nodiscard]] bool is_range() const { return separator_ == ".."; }

  /// The two numbers of a range; of a single number both are the same. Nanoseconds, bytes (a second), shares of 1, or
  /// plain numbers.
  [[nodiscard]] double low() const { return numbers_[0]; }
  [[nodiscard]] double high() const { return numbers_[1]; }
  [[nodiscard]] bool same_kind(const Amount& other) const { return kind_ == other.kind_; }

  /// What lies at this share (0 to 1) of the way to another one like it.
  [[nodiscard]] std::string text_towards(const Amount& other, double share) const;
  /// A single number of this kind.
  [[nodiscard]] std::string text_of(double number) const;

 private:
  enum class Kind : std::uint8_t { kPlain, kTime, kBytes, kShare };

  [[nodiscard]] double read(std::string_view name, std::string_view text, Kind& kind) const;

  Kind kind_ = Kind::kPlain;
  std::string_view separator_ = {};  // "..", " +- " or none
  std::array<double, 2> numbers_{};
};

}  // namespace weir
