// A number or a pair of numbers as it was written ("20ms", "1MB/s..2MB/s", "100ms +- 20ms", "5%"), to be reckoned with
// and written again. What kind of number it is shows in its unit, or is known from where it stands. Control threads.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace weir {

class Amount {
 public:
  enum class Kind : std::uint8_t { kTime, kBytes, kShare };

  /// @param bare what a number without a unit is. Throws UsageError, with `name` in front.
  Amount(std::string_view name, std::string_view text, Kind bare);

  /// Whether both are of one kind and form, so that there is something between them.
  [[nodiscard]] bool is_like(const Amount& other) const {
    return kind_ == other.kind_ && separator_ == other.separator_;
  }
  [[nodiscard]] bool is_range() const { return separator_ == ".."; }

  /// The two numbers of a range, or a mean less and plus its deviation; of a single number both are the same.
  /// Nanoseconds, bytes (a second) or shares of 1.
  [[nodiscard]] double low() const { return deviates() ? numbers_[0] - numbers_[1] : numbers_[0]; }
  [[nodiscard]] double high() const { return deviates() ? numbers_[0] + numbers_[1] : numbers_[1]; }
  [[nodiscard]] bool same_kind(const Amount& other) const { return kind_ == other.kind_; }

  /// What lies at this share (0 to 1) of the way to another one like it.
  [[nodiscard]] std::string text_towards(const Amount& other, double share) const;
  /// A single number of this kind, rounded to what it counts: nanoseconds, bytes; of shares 15 decimals are left.
  [[nodiscard]] std::string text_of(double number) const;

 private:
  [[nodiscard]] bool deviates() const { return separator_ == " +- "; }
  [[nodiscard]] double read(std::string_view name, std::string_view text, Kind bare, Kind& kind) const;

  Kind kind_;
  std::string_view separator_ = {};  // "..", " +- " or none
  std::array<double, 2> numbers_{};
};

}  // namespace weir
