#include "record/carried_meter.h"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

/// Sums that a test moves by hand, and what was told of them: "since-until up/down [limited]", milliseconds.
class Bench {
 public:
  explicit Bench(CarriedMeter::Time time)
      : meter(
            time, [this](Instant not_before) { return sums.at < not_before ? std::nullopt : std::optional(sums); },
            [this](const CarriedSpan& span) { tell(span); }) {}

  void at(std::int64_t ms) { sums.at = Instant() + milliseconds(ms); }
  void move(std::uint64_t up, std::uint64_t down) {
    sums.up_bytes += up;
    sums.down_bytes += down;
  }

  CarriedSums sums;
  std::string told;
  CarriedMeter meter;

 private:
  void tell(const CarriedSpan& span) {
    const auto ms = [](Instant at) { return std::to_string(at.nanoseconds() / 1'000'000); };
    told += std::to_string(span.n) + ": " + ms(span.since) + "-" + ms(span.until) + " " +
            std::to_string(span.up_bytes) + "/" + std::to_string(span.down_bytes);
    for (const auto& limited : span.limited) told += limited ? " " + std::to_string(*limited) : "";
    told += ", ";
  }
};

TEST(CarriedMeter, TellsEachSecondInWhichSomethingMoved) {
  Bench bench(CarriedMeter::Time::kSimulated);
  bench.move(10, 20);
  bench.at(999);
  bench.meter.look();
  EXPECT_EQ(bench.told, "");
  bench.at(5'300);  // all of it had left before: nobody was looked at since
  bench.meter.look();
  EXPECT_EQ(bench.told, "0: 0-1000 10/20, ");
  bench.move(1, 0);
  bench.at(6'000);
  bench.meter.look();
  EXPECT_EQ(bench.told, "0: 0-1000 10/20, 1: 5000-6000 1/0, ");
}

TEST(CarriedMeter, APhaseEndsASpanAtItsInstant) {
  Bench bench(CarriedMeter::Time::kSimulated);
  bench.move(10, 0);
  bench.at(2'700);
  bench.meter.cut(Instant() + milliseconds(400));
  bench.meter.look();
  EXPECT_EQ(bench.told, "0: 0-400 10/0, ");
  bench.move(0, 5);
  bench.at(4'100);
  bench.meter.cut(Instant() + milliseconds(3'500));
  bench.meter.look();
  EXPECT_EQ(bench.told, "0: 0-400 10/0, 1: 2000-3000 0/5, ") << "the second before it is over, too";
}

TEST(CarriedMeter, InRealTimeASpanEndsWhenSomebodyLooks) {
  Bench bench(CarriedMeter::Time::kReal);
  bench.move(10, 0);
  bench.at(1'003);
  bench.meter.look();
  bench.move(20, 0);
  bench.at(1'502);
  bench.meter.cut(Instant() + milliseconds(1'500));
  bench.move(30, 0);
  bench.at(1'700);
  bench.meter.close();
  EXPECT_EQ(bench.told, "0: 0-1003 10/0, 1: 1003-1502 20/0, 2: 1502-1700 30/0, ");
}

TEST(CarriedMeter, LimitersThatNeverPassedAnythingAreLeftOut) {
  Bench bench(CarriedMeter::Time::kSimulated);
  bench.move(1, 1);
  bench.at(1'000);
  bench.meter.look();
  bench.move(1, 1);
  bench.sums.limited[1] = 7;
  bench.at(2'000);
  bench.meter.look();
  bench.move(1, 1);
  bench.at(3'000);
  bench.meter.look();
  EXPECT_EQ(bench.told, "0: 0-1000 1/1, 1: 1000-2000 1/1 7, 2: 2000-3000 1/1 0, ");
}

}  // namespace
}  // namespace weir
