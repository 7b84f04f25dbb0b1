#include "record/frame_capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

#include "record/frame_comment.h"

namespace weir {
namespace {

constexpr auto kPollEvery = std::chrono::milliseconds(1);
constexpr auto kFlushEvery = std::chrono::seconds(1);
constexpr std::size_t kMostAtOnce = 1'024;  // records of one tap before the next one has its turn
constexpr std::uint32_t kInterfacesALink = 3;

std::string interface_name(char side, std::size_t link, const std::string& name) {
  return name.empty() ? fmt::format("{} of link {}", side, link) : fmt::format("{} of link {}: {}", side, link, name);
}

std::uint32_t interface_of(const TapRecord& record) {
  const bool ended = record.sighting == Sighting::kDropped || record.sighting == Sighting::kAbsorbed;
  return record.link * kInterfacesALink + (ended ? 2 : static_cast<std::uint32_t>(index_of(record.side)));
}

}  // namespace

FrameCapture::FrameCapture(FrameCaptureSetup setup)
    : setup_(std::move(setup)), writer_(setup_.path), waiting_(setup_.taps.size()) {
  for (std::size_t link = 0; link < setup_.links.size(); ++link) {
    writer_.describe_interface(interface_name('A', link, setup_.links[link].a));
    writer_.describe_interface(interface_name('B', link, setup_.links[link].b));
    writer_.describe_interface(fmt::format("dropped of link {}", link));
  }
}

FrameCapture::~FrameCapture() {
  close();
}

void FrameCapture::begin(std::int64_t unix_ns, Pace pace) {
  began_ns_ = unix_ns;
  if (pace == Pace::kThread) thread_ = std::jthread([this](const std::stop_token& stop) { follow_taps(stop); });
}

void FrameCapture::close() {
  if (!is_open_) return;
  is_open_ = false;
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
  while (take() > 0) {
  }
  write_before(Instant::never());
  if (!writer_.close()) fail();
}

void FrameCapture::write_out() {
  while (take() > 0) {
  }
  write_before(complete_before_);
}

void FrameCapture::follow_taps(const std::stop_token& stop) {
  auto flush_at = std::chrono::steady_clock::now() + kFlushEvery;
  while (!stop.stop_requested()) {
    const std::size_t taken = take();
    write_before(complete_before_);
    const auto now = std::chrono::steady_clock::now();
    if (now >= flush_at) {
      if (!writer_.flush()) fail();
      flush_at = now + kFlushEvery;
    }
    if (taken == 0) std::this_thread::sleep_for(kPollEvery);
  }
}

/// Takes what the taps hold, at most kMostAtOnce records of each, and returns how many these were. Nothing before
/// complete_before_ is missing then: what a tap said before it was found empty, or what it was left at.
std::size_t FrameCapture::take() {
  std::size_t taken = 0;
  complete_before_ = Instant::never();
  for (std::size_t tap = 0; tap < setup_.taps.size(); ++tap) {
    const Instant said = setup_.taps[tap]->complete_before();
    const std::size_t count = take_from(tap);
    const bool found_empty = count < kMostAtOnce;
    complete_before_ = std::min(complete_before_, found_empty ? said : waiting_[tap].back().record.at);
    taken += count;
  }
  return taken;
}

std::size_t FrameCapture::take_from(std::size_t tap) {
  std::size_t count = 0;
  for (; count < kMostAtOnce; ++count) {
    std::vector<std::byte> bytes;
    if (!spare_.empty()) {
      bytes = std::move(spare_.back());
      spare_.pop_back();
    }
    if (!setup_.taps[tap]->ring().pop(bytes)) break;
    Waiting& waiting = waiting_[tap].emplace_back();
    std::memcpy(&waiting.record, bytes.data(), sizeof waiting.record);
    waiting.frame = std::move(bytes);
  }
  return count;
}

/// In the order of time; of one instant, worker by worker.
void FrameCapture::write_before(Instant limit) {
  constexpr std::size_t kMostSpare = 4'096;
  for (;;) {
    std::deque<Waiting>* first = nullptr;
    for (std::deque<Waiting>& queue : waiting_) {
      if (queue.empty() || queue.front().record.at >= limit) continue;
      if (first == nullptr || queue.front().record.at < first->front().record.at) first = &queue;
    }
    if (first == nullptr) return;
    write(first->front());
    if (spare_.size() < kMostSpare) spare_.push_back(std::move(first->front().frame));
    first->pop_front();
  }
}

void FrameCapture::write(const Waiting& waiting) {
  if (has_failed()) return;
  const TapRecord& record = waiting.record;
  CapturedFrame frame;
  frame.unix_ns = began_ns_ + record.at.nanoseconds();
  frame.interface = interface_of(record);
  frame.direction = record.sighting == Sighting::kArrived ? CaptureDirection::kInbound : CaptureDirection::kOutbound;
  frame.bytes = std::span(waiting.frame).subspan(sizeof record);
  frame.original_length = record.original_length;
  const bool named = setup_.names != nullptr && record.note.rule != kNoRule;
  const std::string rule = named ? setup_.names->rule(record.selection, record.note.rule) : std::string();
  if (!writer_.write(frame, frame_comment(record, frame.bytes, rule))) return fail();
  ++frames_;
}

std::uint64_t FrameCapture::lost() const {
  std::uint64_t lost = 0;
  for (const FrameTap* tap : setup_.taps) lost += tap->lost();
  return lost;
}

void FrameCapture::fail() {
  if (has_failed()) return;
  fmt::print(stderr, "weir: the capture {} ends here, it cannot be written: {}\n", setup_.path, std::strerror(errno));
  has_failed_.store(true, std::memory_order_relaxed);
}

}  // namespace weir
