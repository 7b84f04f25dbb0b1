// netem strings: what each part of tc-netem(8)'s grammar becomes, and what is said of those that are not in order.
#include "profile/netem.h"

#include <gtest/gtest.h>

#include <string>

#include "profile/errors.h"
#include "profile/print_profile.h"
#include "support/message_of.h"

namespace weir {
namespace {

PacketRule packet_of(std::string_view text) {
  return parse_netem(text, "").packet.value();
}

/// The message and the byte that it is about.
std::string fault_of(std::string_view text) {
  try {
    (void)parse_netem(text, "");
  } catch (const ErrorInText& error) {
    return std::to_string(error.at()) + ": " + error.what();
  }
  return "none";
}

TEST(Netem, ADelayAloneWithJitterAndWithItsCorrelation) {
  EXPECT_EQ(packet_of("delay 100ms").delay->min, milliseconds(100));
  EXPECT_EQ(packet_of("latency 100ms").delay->max, milliseconds(100));
  const PacketRule rule = packet_of("delay 100ms 10msecs 25%");
  EXPECT_EQ(rule.delay->min, milliseconds(90)) << "without a distribution netem draws evenly";
  EXPECT_EQ(rule.delay->max, milliseconds(110));
  EXPECT_EQ(rule.delay->shape, Shape::kUniform);
  EXPECT_EQ(rule.correlation.delay, 0.25);
  EXPECT_EQ(packet_of("delay 1s 0").delay->max, seconds(1));
}

TEST(Netem, Distributions) {
  const PacketRule rule = packet_of("delay 100ms 20ms distribution normal");
  EXPECT_EQ(rule.delay->shape, Shape::kNormal);
  EXPECT_EQ(rule.delay->mean, milliseconds(100));
  EXPECT_EQ(rule.delay->deviation, milliseconds(20));
  EXPECT_EQ(packet_of("distribution pareto delay 100ms 20ms").delay->shape, Shape::kPareto);
  EXPECT_EQ(packet_of("delay 9ms 2ms distribution experimental").delay->shape, Shape::kTable);
}

TEST(Netem, LossOfEveryModelWithWhatNetemTakesForTheRest) {
  EXPECT_EQ(packet_of("loss 0.3% 25%").loss->p, 0.003);
  EXPECT_EQ(packet_of("loss 0.3 25").correlation.loss, 0.25) << "a bare number is percent";
  EXPECT_EQ(packet_of("loss random 1%").loss->p, 0.01);
  EXPECT_EQ(packet_of("drop 1%").loss->p, 0.01);
  const LossModel gemodel = *packet_of("loss gemodel 1% 10%").loss;
  EXPECT_EQ(gemodel.kind, LossModel::Kind::kGilbertElliott);
  EXPECT_EQ(gemodel.p, 0.01);
  EXPECT_EQ(gemodel.r, 0.1);
  EXPECT_EQ(gemodel.lost_in_bad, 1);
  EXPECT_EQ(gemodel.lost_in_good, 0);
  EXPECT_EQ(packet_of("loss gemodel 25%").loss->r, 0.75);
  const LossModel full = *packet_of("loss gemodel 1% 25% 50% 0.1%").loss;
  EXPECT_EQ(full.lost_in_bad, 0.5);
  EXPECT_EQ(full.lost_in_good, 0.001);
  const LossModel state = *packet_of("loss state 2% 98% 3% 40% 0.5%").loss;
  EXPECT_EQ(state.kind, LossModel::Kind::kFourState);
  EXPECT_EQ(state.p13, 0.02);
  EXPECT_EQ(state.p31, 0.98);
  EXPECT_EQ(state.p32, 0.03);
  EXPECT_EQ(state.p23, 0.4);
  EXPECT_EQ(state.p14, 0.005);
  EXPECT_EQ(packet_of("loss state 25%").loss->p31, 0.75);
}

TEST(Netem, CorruptDuplicateReorderAndGap) {
  const PacketRule rule = packet_of("delay 10ms reorder 25% 50% gap 5 corrupt 1% 2% duplicate 3% 4%");
  EXPECT_EQ(rule.reorder, 0.25);
  EXPECT_EQ(rule.gap, 5U);
  EXPECT_EQ(rule.corrupt, 0.01);
  EXPECT_EQ(rule.duplicate, 0.03);
  EXPECT_EQ(rule.correlation.reorder, 0.5);
  EXPECT_EQ(rule.correlation.corrupt, 0.02);
  EXPECT_EQ(rule.correlation.duplicate, 0.04);
}

TEST(Netem, RatesInTcsUnits) {
  const auto rate_of = [](std::string_view text) { return parse_netem(text, "").rate->rate.bytes_per_second; };
  EXPECT_EQ(rate_of("rate 8000"), 1'000U) << "bits";
  EXPECT_EQ(rate_of("rate 8000bit"), 1'000U);
  EXPECT_EQ(rate_of("rate 1Mbit"), 125'000U);
  EXPECT_EQ(rate_of("rate 1mibit"), 131'072U);
  EXPECT_EQ(rate_of("rate 100kbps"), 100'000U) << "bytes";
  EXPECT_EQ(rate_of("rate 1.5kibps"), 1'536U);
  EXPECT_FALSE(parse_netem("rate 1mbit", "").packet);
}

TEST(Netem, OverheadsThatAnAccountStandsFor) {
  using Account = SpeedRule::Account;
  const auto account_of = [](std::string_view text) { return parse_netem(text, "").rate->account; };
  EXPECT_EQ(account_of("rate 1mbit"), Account::kFrame);
  EXPECT_EQ(account_of("rate 1mbit -14"), Account::kIp);
  EXPECT_EQ(account_of("rate 1mbit 24 0"), Account::kWire);
  EXPECT_EQ(account_of("rate 1mbit -4"), Account::kIp);
  EXPECT_EQ(account_of("rate 1mbit 20"), Account::kFrame);
  const auto cost_of = [](std::string_view text) { return parse_netem(text, "").rate->cost; };
  EXPECT_EQ(cost_of("rate 1mbit 24"), FrameCost());
  EXPECT_EQ(cost_of("rate 1mbit -4"), FrameCost{.overhead = 10});
  EXPECT_EQ(cost_of("rate 1mbit 20"), FrameCost{.overhead = 20});
  EXPECT_EQ(cost_of("rate 1mbit -14 48 5"), (FrameCost{.cell_payload = 48, .cell_size = 53})) << "ATM";
}

TEST(Netem, FaultsNameTheirPlace) {
  EXPECT_EQ(fault_of(""), "0: netem: the string is empty");
  EXPECT_EQ(fault_of("  delya 1ms"), "2: netem: unknown word delya (did you mean delay?)");
  EXPECT_EQ(fault_of("loss 1% qdisc"), "8: netem: unknown word qdisc (see tc-netem(8))");
  EXPECT_EQ(fault_of("delay 100"),
            "6: netem: delay: \"100\" has no unit: tc would take nanoseconds, older ones microseconds; write 100ms or "
            "100us");
  EXPECT_EQ(fault_of("delay 100sm"), "6: netem: delay: \"100sm\" has a unit that tc does not know (did you mean ms?)");
  EXPECT_EQ(fault_of("delay -1ms"), "6: netem: delay: \"-1ms\" is negative");
  EXPECT_EQ(fault_of("delay"), "5: netem: delay needs a time: \"delay 100ms\"");
  EXPECT_EQ(fault_of("delay loss 1%"), "6: netem: delay needs a time: \"delay 100ms\"");
  EXPECT_EQ(fault_of("delay 10ms 20ms"), "6: netem: delay: the range would begin below 0");
  EXPECT_EQ(fault_of("loss 101%"),
            "5: netem: loss: \"101%\" is not a probability: it lies outside 0 to 1 (0 % to 100 %)");
  EXPECT_EQ(fault_of("loss 1% 99%"), "8: netem: loss's correlation may be 95% at most");
  EXPECT_EQ(fault_of("loss 1% drop 1% loss 1%"), "16: netem: loss stands here twice");
  EXPECT_EQ(fault_of("rate 1mbits"),
            "5: netem: rate: \"1mbits\" has a unit that tc does not know (did you mean mbit?)");
  EXPECT_EQ(fault_of("rate 0"), "5: netem: rate: \"0\" lets nothing through");
  EXPECT_EQ(fault_of("limit 1000"), "0: netem: the string does nothing: give delay, loss, duplicate, corrupt or rate");
}

TEST(Netem, WhatCannotBeTranslatedIsRefusedByNameAndWhy) {
  EXPECT_EQ(fault_of("delay 1ms slot 800us"),
            "10: netem: slot: weir has no slots; [impair.jitter] stalls and lets go in a burst");
  EXPECT_EQ(fault_of("loss 1% ecn"), "8: netem: ecn: packet loss drops, it does not mark");
  EXPECT_EQ(fault_of("loss 1% seed 7"), "8: netem: seed: draws hang on the profile's own seed, a key at its top");
  EXPECT_EQ(fault_of("rate 1mbit -15"),
            "11: netem: rate: PACKETOVERHEAD below 0: \"15\" is not a whole number from 0 to 14");
  EXPECT_EQ(fault_of("rate 1mbit 1001"),
            "11: netem: rate: PACKETOVERHEAD: \"1001\" is not a whole number from 0 to 1000");
  EXPECT_EQ(fault_of("rate 1mbit 0 9001"), "13: netem: rate: CELLSIZE: \"9001\" is not a whole number from 0 to 9000");
  EXPECT_EQ(fault_of("rate 1mbit 0 0 5"), "15: netem: rate: CELLOVERHEAD needs a CELLSIZE above 0");
  EXPECT_EQ(fault_of("delay 1ms gap 5"), "10: netem: gap needs reorder: how likely?");
  EXPECT_EQ(fault_of("reorder 5%"), "0: netem: reorder needs delay: a packet overtakes by skipping it");
  EXPECT_EQ(fault_of("delay 5ms distribution normal"), "23: netem: distribution needs delay with a jitter");
}

std::string errors_of(std::string_view text) {
  return message_of<ProfileError>([text] { (void)parse_profile(text, "p.toml"); });
}

TEST(NetemInProfiles, ErrorsPointIntoTheString) {
  EXPECT_EQ(errors_of("[impair]\nnetem = \"delay 100ms loss 1% slto 5ms\"\n"),
            "p.toml:2:30: netem: unknown word slto (did you mean slot?)\nnetem = \"delay 100ms loss 1% slto 5ms\"\n"
            "                             ^");
  EXPECT_EQ(errors_of("[impair.netem]\nup = \"delay 1ms\"\ndown = 'ü'\n").substr(0, 46),
            "p.toml:3:9: netem: unknown word ü (see tc-net");
  EXPECT_EQ(errors_of("[impair]\nnetem = \"\"\"\ndelay 1ms\n  loss x\"\"\"\n"),
            "p.toml:4:8: netem: loss needs a percentage\n  loss x\"\"\"\n       ^");
  EXPECT_EQ(errors_of("[impair]\nnetem = \"delay\\t1ms slot\"\n").substr(0, 24), "p.toml:2:9: netem: slot:");
}

TEST(NetemInProfiles, ADirectionEach) {
  const Profile profile =
      parse_profile("[impair.netem]\nup = 'loss 1%'\ndown = 'delay 10ms rate 1mbit limit 100'\n", "p");
  ASSERT_EQ(profile.impair.packets.size(), 2U);
  EXPECT_TRUE(profile.impair.packets[0].up);
  EXPECT_FALSE(profile.impair.packets[0].down);
  EXPECT_FALSE(profile.impair.packets[1].up);
  ASSERT_TRUE(profile.speed);
  EXPECT_EQ(profile.speed->direction, SpeedRule::Direction::kDown);
  EXPECT_EQ(profile.speed->queue_at_least, 151'400U);
}

TEST(NetemInProfiles, ARateEachWay) {
  const Profile both = parse_profile("[impair]\nnetem = 'rate 1mbit'\n", "p");
  EXPECT_EQ(both.speed->direction, SpeedRule::Direction::kEach);
  EXPECT_EQ(both.speed->account, SpeedRule::Account::kFrame);
  EXPECT_EQ(both.speed->queue_at_least, 1'514'000U) << "netem's queue has 1000 packets";
  const Profile each = parse_profile("[impair.netem]\nup = 'rate 1mbit'\ndown = 'rate 8mbit'\n", "p");
  EXPECT_EQ(each.speed->min, ByteRate{125'000});
  EXPECT_EQ(each.speed->down->min, ByteRate{1'000'000});
}

TEST(NetemInProfiles, WhatContradicts) {
  const auto first_line = [](const std::string& text) { return text.substr(0, text.find('\n')); };
  EXPECT_EQ(first_line(errors_of("[impair]\nnetem = 'rate 1mbit'\nspeed = '1M'\n")),
            "p.toml:2:9: netem: its rate and speed are two rates for the same traffic: give one of them");
  EXPECT_EQ(first_line(errors_of("[[rule]]\nname = 'r'\n[rule.impair]\nnetem = 'rate 1mbit'\n")),
            "p.toml:4:9: netem: the rate is one budget, which only [impair] has; a rule takes no rate");
  EXPECT_EQ(first_line(errors_of("[impair.netem]\nup = 'rate 1mbit 24'\ndown = 'rate 1mbit'\n")),
            "p.toml:1:1: netem: both rates need the same PACKETOVERHEAD and cells");
  EXPECT_EQ(first_line(errors_of("[impair.netem]\nboth = 'loss 1%'\ndown = 'loss 1%'\n")),
            "p.toml:2:8: both stands beside up or down: netem = { up = \"...\", down = \"...\" }");
  EXPECT_EQ(first_line(errors_of("netem = 'loss 1%'\n")),
            "p.toml:1:1: netem in a profile: a netem string stands in [impair] or [rule.impair]");
}

TEST(NetemInProfiles, ExplainShowsTheTranslation) {
  const Profile profile =
      parse_profile("[impair]\nnetem = 'delay 100ms 20ms distribution normal loss gemodel 1% 10%'\n", "p");
  EXPECT_EQ(print_profile(profile), R"(seed = 1

# netem = "delay 100ms 20ms distribution normal loss gemodel 1% 10%"
[[impair.packet]]
direction = "both"
segments = "all"
loss = { model = "gilbert-elliott", p = "1%", r = "10%", lost-in-bad = "100%", lost-in-good = "0%" }
delay = "100ms +- 20ms"
distribution = "normal"
within = "0ms..3600s"
)");
  EXPECT_EQ(parse_profile(print_profile(profile), "printed"), profile);
}

TEST(NetemInProfiles, ALimitWithoutARateIsRemarkedOn) {
  const std::string text = print_profile(parse_profile("[impair]\nnetem = 'loss 1% limit 9'\n", "p"));
  EXPECT_NE(text.find("# netem = \"loss 1% limit 9\"   (limit: without a rate, the room is weir's own)\n"),
            std::string::npos);
}

TEST(NetemInProfiles, OfARuleStandsAboveItsOwnTable) {
  const Profile profile =
      parse_profile("[[rule]]\nname = 'a'\n[[rule]]\nname = 'b'\n[rule.impair]\nnetem = 'loss 2%'\n", "p");
  const std::string text = print_profile(profile);
  EXPECT_NE(text.find("# netem = \"loss 2%\"\n[[rule.impair.packet]]\n"), std::string::npos) << text;
  EXPECT_EQ(profile.rules[1].impair.packets[0].loss->p, 0.02);
}

}  // namespace
}  // namespace weir
