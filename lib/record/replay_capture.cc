#include "record/replay_capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "profile/errors.h"
#include "record/decision_log.h"
#include "record/frame_capture.h"
#include "record/pcap_reader.h"
#include "record/pcap_writer.h"
#include "record/replay.h"
#include "record/side_finder.h"

namespace weir {
namespace {

constexpr std::uint64_t kProgressEvery = 4'096;  // frames
constexpr std::uint64_t kTurnsAtATime = 256;     // that nobody is asked in
constexpr std::uint32_t kFlows = 131'072;        // as on a real link
constexpr std::uint32_t kHeld = 262'144;
constexpr std::uint32_t kTriples = 262'144;
constexpr Duration kLongestCapture = seconds(std::int64_t{50} * 365 * 24 * 3'600);  // flows count seconds in 31 bits

/// Room for all that a small capture can need, so that a small one starts at once.
std::uint32_t room_for(std::uint64_t capture_bytes, std::uint32_t most) {
  constexpr std::uint64_t kLeast = 1'024;
  constexpr std::uint64_t kLeastPacket = 30;  // a header and an Ethernet header
  if (capture_bytes == 0) return most;
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(capture_bytes / kLeastPacket, kLeast, most));
}

ReplaySetup setup_of(const ReplayPlan& plan, Conductor& conductor, const Rules& asked, std::uint64_t capture_bytes) {
  return {.rules = asked,
          .sizes = {.flows = room_for(capture_bytes, kFlows), .held = room_for(capture_bytes, kHeld)},
          .triples = room_for(capture_bytes, kTriples),
          .logs = plan.log.has_value() || plan.decided,
          .captures = plan.capture.has_value(),
          .listener = plan.listener,
          .conductor = plan.profile.timeline ? &conductor : nullptr};
}

// From the reader to the replay to the writer.
class CaptureReplay : public ReplaySink {
 public:
  CaptureReplay(const ReplayPlan& plan, const ReplayWatch& watch)
      : plan_(plan),
        watch_(watch),
        sides_(plan.client, look_at_capture(plan.in)),
        reader_(plan.in),
        conductor_(plan.profile, plan.log.has_value()),
        asked_(compile(plan.profile)),
        replay_(setup_of(plan_, conductor_, asked_, reader_.size()), *this) {
    if (!plan.out.empty()) writer_.emplace(plan.out);
    if (plan.decided) {
      decisions_.emplace(replay_.rings().size(), true,
                         [this](const Decision& decision) { plan_.decided(decision, conductor_.names()); });
    }
    if (plan.capture) open_capture();
    if (!plan.log) return;
    log_ = std::make_unique<DecisionLog>(*plan.log, replay_.rings(), plan.log_all, &conductor_.names(),
                                         DecisionLog::Pace::kByHand, chronicle());
  }

  ReplayReport run() {
    CapturedFrame frame;
    while (reader_.next(frame)) {
      take(frame);
      if (report_.frames % kProgressEvery == 0) ask();
    }
    drains_ = true;
    replay_.finish();
    if (log_) log_->close();
    if (decisions_) decisions_->close();
    if (capture_) capture_->close();
    if (writer_) writer_->close();
    return conclude();
  }

  void leaves(Instant at, Side /*side*/, std::span<const std::byte> frame, std::uint32_t original_length) override {
    if (writer_) writer_->write(began_ns_ + at.nanoseconds(), frame, original_length);
  }

  void before_turn(Instant now) override {
    if (!plan_.choosing_by || !plan_.profile.timeline) return;
    const Scene& scene = conductor_.at(now);
    if (std::exchange(scene_, scene.number) != scene.number) plan_.choosing_by(scene.rules);
  }

  void after_turn() override {
    if (++turns_ % kTurnsAtATime == 0) ask();
    if (log_) log_->empty();
    if (capture_) capture_->write_out();
    if (!decisions_) return;
    DecisionRecord record;
    for (std::size_t worker = 0; worker < replay_.rings().size(); ++worker) {
      while (replay_.rings()[worker]->pop(record)) decisions_->take(worker, record);
    }
  }

 private:
  LogChronicle chronicle() {
    return {.asked = conductor_.asked(), .carried = [this](Instant not_before) { return replay_.carried(not_before); }};
  }

  // Without names: the file is to be the same whatever the captures are called.
  void open_capture() {
    capture_ = std::make_unique<FrameCapture>(FrameCaptureSetup{.path = *plan_.capture,
                                                                .taps = {replay_.taps().begin(), replay_.taps().end()},
                                                                .links = {CapturedLink{}},
                                                                .names = &conductor_.names()});
    for (FrameTap* tap : replay_.taps()) tap->drain_by(*capture_);
  }

  void ask() {
    if (watch_({report_.frames, reader_.bytes_read(), reader_.size(), drains_})) return;
    if (!drains_) throw RunError(fmt::format("{}: stopped behind packet {}", plan_.in, report_.frames));
    report_.stopped = true;
    replay_.stop();
  }

  void begin(std::int64_t unix_ns) {
    began_ns_ = last_ns_ = unix_ns;
    if (capture_) capture_->begin(unix_ns, FrameCapture::Pace::kByHand);
  }

  void take(const CapturedFrame& frame) {
    if (sides_.has_left(frame)) {
      ++report_.passed_over;
      return;
    }
    if (report_.frames++ == 0) begin(frame.unix_ns);
    if (frame.unix_ns < last_ns_) ++report_.moved_forward;
    if (frame.bytes.size() < frame.original_length) ++report_.cut_by_snaplen;
    last_ns_ = std::max(last_ns_, frame.unix_ns);
    const Instant at(last_ns_ - began_ns_);
    if (at - Instant() > kLongestCapture) {
      throw RunError(
          fmt::format("{}: packet {} is more than 50 years later than the first one", plan_.in, report_.frames));
    }
    replay_.arrive(at, sides_.side_of(frame), frame.bytes, frame.original_length);
  }

  ReplayReport conclude() {
    RunStatistics& run = report_.statistics;
    replay_.report(run);
    run.links[0].a.name = plan_.in + ":a";
    run.links[0].b.name = plan_.in + ":b";
    run.log_failed = log_ && log_->has_failed();
    if (capture_) run.capture = {capture_->frames(), capture_->lost(), capture_->has_failed()};
    report_.fault = conductor_.fault();
    report_.damage = reader_.damage();
    return report_;
  }

  const ReplayPlan& plan_;
  const ReplayWatch& watch_;
  SideFinder sides_;
  PcapReader reader_;
  std::optional<PcapWriter> writer_;
  Conductor conductor_;
  const Rules asked_;
  Replay replay_;
  std::optional<DecisionOrder> decisions_;
  std::unique_ptr<DecisionLog> log_;
  std::unique_ptr<FrameCapture> capture_;
  std::int64_t began_ns_ = 0;
  std::int64_t last_ns_ = 0;
  std::uint64_t turns_ = 0;
  std::uint64_t scene_ = 0;  // that holds
  bool drains_ = false;      // all frames have been read
  ReplayReport report_;
};

}  // namespace

ReplayReport replay_capture(const ReplayPlan& plan, const ReplayWatch& watch) {
  return CaptureReplay(plan, watch).run();
}

}  // namespace weir
