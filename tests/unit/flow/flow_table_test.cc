#include "flow/flow_table.h"

#include <gtest/gtest.h>

#include <bit>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/draw.h"

namespace weir {
namespace {

/// A table in memory of exactly the size it asks for, dirty before: AddressSanitizer sees a byte too far.
class OwnedTable {
 public:
  explicit OwnedTable(std::uint32_t flows)
      : lines_(FlowTable::bytes_for(flows) / sizeof(Line)), table_(std::as_writable_bytes(std::span(lines_)), flows) {}
  FlowTable* operator->() { return &table_; }
  FlowTable& operator*() { return table_; }

  /// The bucket at a place in the table's memory, which begins with the buckets.
  [[nodiscard]] Bucket bucket(std::size_t index) const { return std::bit_cast<Bucket>(lines_[index]); }

 private:
  struct alignas(64) Line {
    std::array<unsigned char, 64> bytes = filled();
    static std::array<unsigned char, 64> filled() {
      std::array<unsigned char, 64> bytes;
      bytes.fill(0xa5);
      return bytes;
    }
  };
  std::vector<Line> lines_;
  FlowTable table_;
};

FlowKey key_of(std::uint32_t number) {
  FlowKey key;
  key.address_a = IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, std::byte{1}});
  key.address_b = IpAddress::v4({std::byte{10}, std::byte{9}, std::byte{0}, std::byte{2}});
  key.port_a = static_cast<std::uint16_t>(number);
  key.vlan_and_link = number >> 16U;
  return key;
}

/// A law by which keys get their hashes: the table has to be right under each of them.
struct HashLaw {
  std::string name;
  std::uint64_t (*hash)(const FlowKey& key);
};

std::ostream& operator<<(std::ostream& out, const HashLaw& law) {
  return out << law.name;
}

const std::vector<HashLaw> kLaws{
    {"good", [](const FlowKey& key) { return hash_of(key); }},
    {"all_the_same", [](const FlowKey&) { return std::uint64_t{0x1234'5678'9abc'def0}; }},
    {"all_zero", [](const FlowKey&) { return std::uint64_t{0}; }},
    {"all_in_the_last_bucket", [](const FlowKey& key) { return hash_of(key) | 0xffff'ffff'0000'0000; }},
    {"all_in_the_first_bucket", [](const FlowKey& key) { return hash_of(key) & 0xffff'ffff; }},
    {"all_of_one_tag", [](const FlowKey& key) { return hash_of(key) | 0xffff; }},
    {"tags_zero_and_one", [](const FlowKey& key) { return hash_of(key) & ~std::uint64_t{0xfffe}; }},
    {"two_hashes", [](const FlowKey& key) { return hash_of(key) % 2 == 0 ? UINT64_MAX : 7; }},
};

class FlowTableUnder : public testing::TestWithParam<HashLaw> {
 protected:
  static std::uint64_t hash(const FlowKey& key) { return GetParam().hash(key); }

  static Flow* insert(FlowTable& table, std::uint32_t number) {
    return table.insert(key_of(number), hash(key_of(number)));
  }
  static Flow* find(FlowTable& table, std::uint32_t number) {
    return table.find_one(key_of(number), hash(key_of(number)));
  }
};

INSTANTIATE_TEST_SUITE_P(EachHashLaw, FlowTableUnder, testing::ValuesIn(kLaws),
                         [](const auto& law) { return law.param.name; });

using Oracle = std::map<std::uint32_t, Flow*>;

/// Asks for the numbers 0 to `keys` - 1 in one burst, and for each slot, and compares with the oracle.
void expect_equal(FlowTable& table, const Oracle& oracle, std::uint32_t keys, const HashLaw& law) {
  std::vector<FlowTable::Probe> burst;
  for (std::uint32_t n = 0; n < keys; ++n) burst.push_back({key_of(n), law.hash(key_of(n)), &table.slot(0)});
  table.find(burst);
  for (std::uint32_t n = 0; n < keys; ++n) {
    const auto expected = oracle.find(n);
    ASSERT_EQ(burst[n].found, expected == oracle.end() ? nullptr : expected->second) << n;
  }
  std::set<Flow*> swept;
  for (std::uint32_t slot = 0; slot < table.capacity(); ++slot) {
    if (Flow* flow = table.at(slot); flow != nullptr) swept.insert(flow);
  }
  std::set<Flow*> alive;
  for (const auto& [number, flow] : oracle) alive.insert(flow);
  ASSERT_EQ(swept, alive);
}

TEST_P(FlowTableUnder, AgreesWithAMapOverALongRandomSequence) {
  constexpr std::uint32_t kFlows = 100;
  constexpr std::uint32_t kKeys = 130;
  OwnedTable table(kFlows);
  Oracle oracle;
  for (std::uint64_t step = 0; step < 30'000; ++step) {
    const std::uint64_t bits = draw_bits(2, 0, step);
    const auto number = static_cast<std::uint32_t>(bits % kKeys);
    // Tides: it fills for a thousand steps, then empties for a thousand.
    const bool fills = bits >> 40U & 7U ? step / 1000 % 2 == 0 : step / 1000 % 2 != 0;
    const auto known = oracle.find(number);
    ASSERT_EQ(find(*table, number), known == oracle.end() ? nullptr : known->second);
    if (fills && known == oracle.end()) {
      Flow* flow = insert(*table, number);
      ASSERT_EQ(flow == nullptr, oracle.size() == kFlows);
      if (flow != nullptr) oracle[number] = flow;
    } else if (!fills && known != oracle.end()) {
      table->erase(known->second);
      oracle.erase(known);
    }
    ASSERT_EQ(table->size(), oracle.size());
    if (step % 250 == 0) expect_equal(*table, oracle, kKeys, GetParam());
  }
}

TEST_P(FlowTableUnder, HoldsAsManyFlowsAsItWasBuiltForAndNoMore) {
  for (const std::uint32_t flows : {1U, 2U, 7U, 8U, 9U, 33U, 1000U}) {
    OwnedTable table(flows);
    Oracle oracle;
    EXPECT_EQ(table->capacity(), flows);
    for (std::uint32_t n = 0; n < flows; ++n) {
      oracle[n] = insert(*table, n);
      ASSERT_NE(oracle[n], nullptr);
      ASSERT_EQ(oracle[n]->key, key_of(n));
    }
    EXPECT_EQ(insert(*table, flows), nullptr);
    expect_equal(*table, oracle, flows + 10, GetParam());

    table->erase(oracle[flows / 2]);
    oracle.erase(flows / 2);
    oracle[flows] = insert(*table, flows);
    ASSERT_NE(oracle[flows], nullptr);
    expect_equal(*table, oracle, flows + 10, GetParam());
  }
}

TEST_P(FlowTableUnder, AnswersBurstsOfAnySizeWithAbsentPresentAndRepeatedKeys) {
  constexpr std::uint32_t kFlows = 90;
  OwnedTable table(kFlows);
  Oracle oracle;
  for (std::uint32_t n = 0; n < kFlows; ++n) oracle[n] = insert(*table, n);
  for (const std::size_t size : {0U, 1U, 2U, 31U, 32U, 33U, 63U, 64U, 65U, 128U, 200U}) {
    std::vector<std::uint32_t> numbers;
    std::vector<FlowTable::Probe> burst;
    for (std::size_t i = 0; i < size; ++i) {
      numbers.push_back(static_cast<std::uint32_t>(draw_bits(3, size, i / 2) % (2 * kFlows)));  // each twice
      burst.push_back({key_of(numbers.back()), hash(key_of(numbers.back())), nullptr});
    }
    table->find(burst);
    for (std::size_t i = 0; i < size; ++i) {
      EXPECT_EQ(burst[i].found, numbers[i] < kFlows ? oracle[numbers[i]] : nullptr);
      EXPECT_EQ(burst[i].key, key_of(numbers[i]));
    }
  }
}

TEST_P(FlowTableUnder, ErasingLeavesNothingThatLengthensASearch) {
  constexpr std::uint32_t kFlows = 100;
  OwnedTable table(kFlows);
  std::vector<Flow*> flows;
  for (std::uint32_t n = 0; n < kFlows; ++n) flows.push_back(insert(*table, n));
  for (std::uint32_t n = 0; n < kFlows; ++n) table->erase(flows[n * 37 % kFlows]);  // 37: in another order
  EXPECT_EQ(table->size(), 0U);
  for (std::size_t i = 0; i < kFlows / 4; ++i) {
    EXPECT_EQ(table.bucket(i).tags, BucketTags{}) << i;
    EXPECT_EQ(table.bucket(i).passed_by, 0U) << i;
  }
}

TEST(FlowTable, LaysItsPartsOutInTheBytesItAsksFor) {
  // A bucket of 64 bytes for four flows; a flow of 256 bytes, its place of 8 and its links of 12; links of 2 * 1025
  // lists; in whole cache lines.
  constexpr std::size_t kLists = 2 * 1025 * 12;
  const auto whole_lines = [](std::size_t bytes) { return (bytes + 63) / 64 * 64; };
  EXPECT_EQ(FlowTable::bytes_for(1), 64 + sizeof(Flow) + whole_lines(20 + kLists));
  EXPECT_EQ(FlowTable::bytes_for(9), 3 * 64 + 9 * sizeof(Flow) + whole_lines(9 * 20 + kLists));
  EXPECT_EQ(FlowTable::bytes_for(1U << 30U), ((16 + sizeof(Flow) + 20) << 30U) + whole_lines(kLists));
}

TEST(FlowTable, EpochsSurviveTheirSlotAndMoveOn) {
  OwnedTable table(1);
  Flow* flow = table->insert(key_of(1), 1);
  ASSERT_NE(flow, nullptr);
  EXPECT_EQ(flow->lanes[0].epoch, 0U);
  EXPECT_EQ(flow->lanes[1].epoch, 0U);
  flow->lanes[0].epoch = 5;
  flow->lanes[1].epoch = UINT32_MAX;

  table->erase(flow);
  EXPECT_EQ(table->slot(0).lanes[0].epoch, 6U);
  EXPECT_EQ(table->slot(0).lanes[1].epoch, 0U);

  ASSERT_EQ(table->insert(key_of(2), 2), flow);
  EXPECT_EQ(flow->lanes[0].epoch, 6U);
  EXPECT_EQ(flow->lanes[1].epoch, 0U);
}

TEST(FlowTable, ANewFlowRemembersNothingOfTheSlotsLastOne) {
  OwnedTable table(1);
  Flow* flow = table->insert(key_of(1), 1);
  ASSERT_NE(flow, nullptr);
  flow->draw_key = 1;
  flow->k = 2;
  flow->exchanges = 3;
  flow->last_seen = 4;
  flow->phase = Phase::kCut;
  flow->client = Side::kB;
  flow->interest = Interest::kSelected;
  flow->fins = 3;
  for (Lane& lane : flow->lanes) lane.has_arrived = lane.has_released = lane.has_acked = true;
  flow->lanes[1].appended = 5;
  flow->lanes[1].arrived_end = flow->lanes[1].released_end = 6;
  flow->jitter_draws = flow->drops = flow->absorbed = 7;
  table->erase(flow);

  ASSERT_EQ(table->insert(key_of(2), 2), flow);
  EXPECT_EQ(flow->key, key_of(2));
  EXPECT_EQ(flow->draw_key, 0U);
  EXPECT_EQ(flow->k + flow->exchanges + flow->last_seen, 0U);
  EXPECT_EQ(flow->phase, Phase::kOpen);
  EXPECT_EQ(flow->client, Side::kA);
  EXPECT_EQ(flow->interest, Interest::kSniffing);
  EXPECT_EQ(flow->fins, 0);
  for (const Lane& lane : flow->lanes) EXPECT_FALSE(lane.has_arrived || lane.has_released || lane.has_acked);
  EXPECT_EQ(flow->lanes[1].appended + flow->lanes[1].arrived_end + flow->lanes[1].released_end, 0U);
  EXPECT_EQ(flow->jitter_draws + flow->drops + flow->absorbed, 0U);
}

TEST(FlowTable, ASweepSeesEachFlowInItsSlot) {
  OwnedTable table(40);
  std::vector<Flow*> flows;
  for (std::uint32_t n = 0; n < 40; ++n) flows.push_back(table->insert(key_of(n), hash_of(key_of(n))));
  for (std::uint32_t n = 0; n < 40; n += 3) table->erase(flows[n]);
  for (std::uint32_t n = 0; n < 40; ++n) {
    const std::uint32_t slot = table->slot_of(flows[n]);
    EXPECT_EQ(table->at(slot), n % 3 == 0 ? nullptr : flows[n]);
    EXPECT_EQ(&table->slot(slot), flows[n]);
  }
}

TEST(FlowTable, AMissEndsEvenWhenEveryBucketWasPassedBySomebody) {
  // Three buckets. One after the other is filled, so that one flow goes on to the next bucket, and emptied again.
  OwnedTable table(12);
  const auto hash_for = [](std::uint64_t bucket) { return (bucket * 0x5555'5556U) << 32U | 9U; };
  std::vector<Flow*> strays;
  std::uint32_t number = 0;
  for (std::uint64_t bucket = 0; bucket < 3; ++bucket) {
    std::vector<Flow*> fillers;
    const std::size_t room = bucket == 0 ? 8 : 7;  // the last bucket's stray has the eighth place
    for (std::size_t i = 0; i < room; ++i, ++number) {
      fillers.push_back(table->insert(key_of(number), hash_for(bucket)));
      ASSERT_NE(fillers.back(), nullptr);
    }
    strays.push_back(table->insert(key_of(number++), hash_for(bucket)));
    ASSERT_NE(strays.back(), nullptr);
    for (Flow* filler : fillers) table->erase(filler);
  }
  for (std::uint64_t bucket = 0; bucket < 3; ++bucket) {
    EXPECT_EQ(table->find_one(key_of(999), hash_for(bucket)), nullptr);
    EXPECT_EQ(table->find_one(strays[bucket]->key, hash_for(bucket)), strays[bucket]);
  }
}

TEST(Bucket, ComparesTagsAlikeWithVectorsAndWithout) {
  for (std::uint64_t n = 0; n < 2000; ++n) {
    alignas(16) BucketTags tags;
    for (std::size_t i = 0; i < tags.size(); ++i) {
      // A few values, so that some are equal, and such whose signs differ.
      tags[i] = static_cast<std::uint16_t>((draw_bits(4, n, i) % 3) * 0x7fff);
    }
    for (const auto tag : std::array<std::uint16_t, 4>{0, 0x7fff, 0xfffe, 1})
      EXPECT_EQ(equal_tags(tags, tag), equal_tags_plain(tags, tag));
  }
  alignas(16) constexpr BucketTags kTags{9, 0, 9, 0, 0, 0xffff, 0, 9};
  EXPECT_EQ(equal_tags(kTags, 9), 0b1000'0101U);
  EXPECT_EQ(equal_tags(kTags, 0xffff), 0b0010'0000U);
}

}  // namespace
}  // namespace weir
