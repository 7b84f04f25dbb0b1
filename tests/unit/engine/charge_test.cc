// What a frame costs: by account, overhead, least size and cells.
#include "engine/charge.h"

#include <gtest/gtest.h>

#include "support/frames.h"

namespace weir::test {
namespace {

using Account = SpeedRule::Account;

std::uint16_t charge_of(const Tariff& tariff, std::size_t payload, Side from = Side::kB) {
  const Bytes frame =
      FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, 40'000).payload(std::string(payload, 'x')).build();
  TcpSegment segment;
  EXPECT_EQ(parse_frame(frame, segment), FrameKind::kTcp);
  return charge(tariff, segment, static_cast<std::uint32_t>(frame.size()), from);
}

Tariff by(Account account, FrameCost cost = {}) {
  return {account, SpeedRule::Direction::kTotal, cost};
}

TEST(Charge, ByAccount) {
  EXPECT_EQ(charge_of(by(Account::kPayload), 1'000), 1'000U);
  EXPECT_EQ(charge_of(by(Account::kIp), 1'000), 1'040U);
  EXPECT_EQ(charge_of(by(Account::kFrame), 1'000), 1'054U);
  EXPECT_EQ(charge_of(by(Account::kWire), 1'000), 1'078U);
  EXPECT_EQ(charge_of(by(Account::kPayload), 0), 0U);
  EXPECT_EQ(charge_of(by(Account::kIp), 0), 40U);
}

TEST(Charge, ByDirection) {
  const Tariff down{Account::kPayload, SpeedRule::Direction::kDown, {}};
  EXPECT_EQ(charge_of(down, 1'000, Side::kB), 1'000U);
  EXPECT_EQ(charge_of(down, 1'000, Side::kA), 0U);
}

TEST(Charge, OverheadComesBeforeTheLeastSize) {
  const Tariff tariff = by(Account::kIp, {.overhead = 18, .least = 64});
  EXPECT_EQ(charge_of(tariff, 0), 64U);
  EXPECT_EQ(charge_of(tariff, 6), 64U);
  EXPECT_EQ(charge_of(tariff, 7), 65U);
  EXPECT_EQ(charge_of(tariff, 1'000), 1'058U);
}

// RFC 2684, 6.1: AAL5's trailer of 8 and LLC and SNAP's 8 around an IP packet, then cells of 48 in 53. A full packet of
// 1 500 bytes takes 32 cells, a bare ACK of 40 takes two.
TEST(Charge, CellsAreWhole) {
  const Tariff adsl = by(Account::kIp, {.overhead = 16, .cell_payload = 48, .cell_size = 53});
  EXPECT_EQ(charge_of(adsl, 1'460), 32U * 53U);
  EXPECT_EQ(charge_of(adsl, 0), 2U * 53U);
  EXPECT_EQ(charge_of(adsl, 40), 2U * 53U);
  EXPECT_EQ(charge_of(adsl, 41), 3U * 53U);
}

}  // namespace
}  // namespace weir::test
