// The worker's end of a capture where a port or the ring has no room: what is not sent is not in it, and what finds no
// room is counted.
#include <gtest/gtest.h>

#include <cstring>

#include "engine/tx_batch.h"
#include "support/sim_bench.h"

namespace weir::test {
namespace {

constexpr std::size_t kRingBytes = 4'096;

class TapTest : public testing::Test {
 protected:
  void add(std::string_view text, const FrameNote& note = {}) {
    const Frame frame = source_.receive(Bytes(reinterpret_cast<const std::byte*>(text.data()),
                                              reinterpret_cast<const std::byte*>(text.data() + text.size())));
    note.touched != 0 ? batch_.add(*frame.packet, frame.length, note) : batch_.add(*frame.packet, frame.length);
  }
  void flush() {
    tap_.begin_turn(Instant() + milliseconds(++turns_));
    batch_.flush(Instant() + milliseconds(turns_), late_);
  }
  /// "ms text touched" of the next record; empty when there is none.
  std::string popped() {
    std::vector<std::byte> bytes;
    if (!tap_.ring().pop(bytes)) return {};
    TapRecord record;
    std::memcpy(&record, bytes.data(), sizeof record);
    const std::string text(reinterpret_cast<const char*>(bytes.data()) + sizeof record, bytes.size() - sizeof record);
    return std::to_string(record.at.nanoseconds() / 1'000'000) + " " + text + " " + std::to_string(record.note.touched);
  }

  FakeSource source_;
  FakePort port_{source_};
  WorkerCounters counters_;
  PortCounters port_counters_;
  LateAccount late_{counters_, seconds(1)};
  FrameTap tap_{source_, kRingBytes};
  DropExit exit_{source_, counters_, &tap_};
  TxBatch batch_{port_, port_counters_, exit_, {.link = 0, .side = Side::kB, .tap = &tap_}};
  int turns_ = 0;
};

TEST_F(TapTest, WhatThePortDoesNotTakeIsCapturedWhenItDoes) {
  port_.takes = 1;
  add("one", {.touched = touch::kCorrupted});
  add("two", {.touched = touch::kDuplicate});
  add("three");
  flush();
  EXPECT_EQ(popped(), "1 one 16");
  EXPECT_EQ(popped(), "") << "two is still to be sent";
  port_.takes = SIZE_MAX;
  flush();
  EXPECT_EQ(popped(), "2 two 32") << "its note has moved with it";
  EXPECT_EQ(popped(), "2 three 0");
  add("four");
  flush();
  EXPECT_EQ(popped(), "3 four 0") << "and left none behind";
  EXPECT_EQ(tap_.lost(), 0U);
}

TEST_F(TapTest, AFullRingIsCountedForWhatWasSentOnly) {
  port_.takes = 1;
  add(std::string(2'000, 'a'));
  add(std::string(2'500, 'b'));
  flush();
  EXPECT_EQ(tap_.lost(), 0U) << "b was not sent";
  port_.takes = SIZE_MAX;
  flush();
  EXPECT_EQ(tap_.lost(), 1U) << "nobody has emptied the ring";
  EXPECT_EQ(port_.sent.size(), 2U) << "sent all the same";
  EXPECT_NE(popped(), "");
  add("c");
  flush();
  EXPECT_EQ(popped(), "3 c 0");
}

}  // namespace
}  // namespace weir::test
