#include <chrono>

#include "accuracy/benches.h"
#include "accuracy/laws.h"
#include "accuracy/row.h"
#include "accuracy/stage.h"

namespace weir::bench {
namespace {

constexpr std::uint32_t kConnections = 1'000;

// What left of every connection and direction: the arrivals' times must never go back, nor a frame be missing.
class Ledger {
 public:
  void look(const Packet& packet, const Stamp& stamp, Side from) {
    Line& line = lines_[2 * stamp.connection + index_of(from)];
    if (line.frames > 0 && packet.sequence != line.next) ++violations;
    if (line.frames > 0 && packet.due_at == line.due_at)
      ++waited;  // its own time was over before that of the one ahead
    line = {packet.sequence_end(), packet.due_at, line.frames + 1};
    ++frames;
  }

  std::uint64_t frames = 0;
  std::uint64_t violations = 0;
  std::uint64_t waited = 0;

 private:
  struct Line {
    std::uint32_t next = 0;
    Instant due_at;
    std::uint64_t frames = 0;
  };
  std::vector<Line> lines_ = std::vector<Line>(2 * std::size_t{kConnections});
};

}  // namespace

void order(double seconds_of_machine) {
  Stage stage(each_packet_waits(laws().front()), {.connections = kConnections, .held = 1U << 19U, .payload = 16});
  stage.open_all();
  Ledger ledger;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds_of_machine);
  Instant now = Instant() + seconds(2);
  std::uint64_t said = 0;
  while (std::chrono::steady_clock::now() < end) {
    for (int step = 0; step < 1'000; ++step) {
      now = now + microseconds(8);
      for (int frame = 0; frame < 16; ++frame) {
        const auto bits = draw_bits(9, 0, said++);
        stage.say(0, static_cast<std::uint32_t>(bits % kConnections), bits >> 63U != 0 ? Side::kA : Side::kB, now);
      }
      stage.turn(0, now);
      stage.clear(0, [&](const Packet& packet, const Stamp& stamp, Side from) { ledger.look(packet, stamp, from); });
    }
  }
  const double share =
      static_cast<double>(ledger.waited) / static_cast<double>(std::max<std::uint64_t>(ledger.frames, 1));
  print({"A6", "order within a connection, every frame held 1 to 100 ms", static_cast<double>(ledger.violations),
         "out of order",
         "in " + text_of(static_cast<double>(ledger.frames) / 1e6, 1) + " million frames; " + text_of(100 * share, 0) +
             " % would have overtaken by their own times",
         "\"frames\": " + std::to_string(ledger.frames) +
             ", \"engine_out_of_order\": " + std::to_string(stage.worker().counters().out_of_order.value())});
  print({"A6.frames", "the frames that this was counted over", static_cast<double>(ledger.frames) / 1e6, "million",
         "as many as " + text_of(seconds_of_machine, 0) + " s are enough for"});
}

}  // namespace weir::bench
