// The capture of a run: a thread that empties the workers' taps about once a millisecond and writes what came in, what
// left and what was dropped as a pcapng, in the order of time over all workers: a record is written once every worker
// has begun a later turn. Workers never wait for it: what finds a tap's ring full is counted by the tap. In simulated
// time it has no thread: whoever runs the workers calls write_out() between turns, and the file is the same each time.
// Interfaces: of each link A, B, and one for what was dropped. Constructed, begun and closed by control; the thread
// owns the file.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/frame_tap.h"
#include "profile/name_book.h"
#include "record/pcapng_writer.h"

namespace weir {

/// The names of a link's ports as the capture has them; empty where they have none.
struct CapturedLink {
  std::string a;
  std::string b;
};

struct FrameCaptureSetup {
  std::string path;
  std::vector<FrameTap*> taps;  // one a worker; must outlive the capture
  std::vector<CapturedLink> links;
  const NameBook* names = nullptr;  // of rules; must outlive the capture. Null: comments name none
};

class FrameCapture : public TapDrain {
 public:
  /// Creates (or empties) the file; throws RunError when it can't.
  explicit FrameCapture(FrameCaptureSetup setup);

  /// Closes, if nobody did.
  ~FrameCapture() override;

  /// From here records are written. @param unix_ns the time of Instant(), nanoseconds since 1970.
  enum class Pace : std::uint8_t { kThread, kByHand };
  void begin(std::int64_t unix_ns, Pace pace);

  /// Pace::kByHand only: takes all that the taps hold. The thread that runs the workers.
  void write_out();
  /// What a tap asks for when its ring is full: the same, in the middle of a turn.
  void drain() override { write_out(); }

  /// Empties the taps a last time and closes the file. Call it after the workers have stopped. May be called twice.
  void close();

  /// Frames written; exact after close().
  [[nodiscard]] std::uint64_t frames() const { return frames_; }
  /// Records that found a ring full.
  [[nodiscard]] std::uint64_t lost() const;
  /// Whether frames are missing because the file could not be written (a full disk); said once on stderr, too.
  [[nodiscard]] bool has_failed() const { return has_failed_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    TapRecord record;
    std::vector<std::byte> frame;
  };

  void follow_taps(const std::stop_token& stop);
  std::size_t take();
  std::size_t take_from(std::size_t tap);
  void write_before(Instant limit);
  void write(const Waiting& waiting);
  void fail();

  const FrameCaptureSetup setup_;
  PcapngWriter writer_;
  std::vector<std::deque<Waiting>> waiting_;   // by tap, each in the order of time
  std::vector<std::vector<std::byte>> spare_;  // memory of frames that have been written
  Instant complete_before_;                    // no record before it is still to come
  std::int64_t began_ns_ = 0;
  std::uint64_t frames_ = 0;
  std::atomic<bool> has_failed_{false};
  bool is_open_ = true;
  std::jthread thread_;  // last: it uses all of the above; none by hand
};

}  // namespace weir
