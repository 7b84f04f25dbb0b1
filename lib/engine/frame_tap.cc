#include "engine/frame_tap.h"

namespace weir {
namespace {

bool write_into(RecordRing& ring, TapRecord record, const PacketBytes& packet) {
  record.original_length = packet.original_length;
  return ring.write(std::as_bytes(std::span(&record, 1)), packet.bytes);
}

}  // namespace

// A record that is complete in itself, published at once.
void FrameTap::write(const TapRecord& record, const Packet& packet) {
  const PacketBytes bytes = source_.bytes_of(packet);
  bool fits = write_into(ring_, record, bytes);
  if (!fits && drain_ != nullptr) {
    drain_->drain();
    fits = write_into(ring_, record, bytes);
  }
  if (!fits) return lost_.add(1);
  ring_.publish_to(ring_.mark());
}

void FrameTap::arrived(std::uint8_t link, Side side, std::span<const Frame> frames) {
  const TapRecord record{
      .at = now_, .note = {}, .sighting = Sighting::kArrived, .link = link, .side = side, .selection = selection_};
  for (const Frame& frame : frames) write(record, *frame.packet);
}

void FrameTap::ended(Sighting sighting, Packet& packet, std::uint8_t reason, const FrameNote& note) {
  write({.at = now_, .note = note, .sighting = sighting, .link = note.link, .reason = reason, .selection = selection_},
        packet);
}

void FrameTap::offer(std::uint8_t link, Side side, std::span<Packet* const> packets, std::span<const FrameNote> notes) {
  if (drain_ != nullptr) drain_->drain();
  for (std::size_t i = 0; i < packets.size(); ++i) {
    const TapRecord record{
        .at = now_, .note = notes[i], .sighting = Sighting::kLeft, .link = link, .side = side, .selection = selection_};
    missing_[i] = !write_into(ring_, record, source_.bytes_of(*packets[i]));
    marks_[i] = ring_.mark();
  }
}

void FrameTap::sent(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) lost_.add(missing_[i] ? 1 : 0);
  ring_.publish_to(count > 0 ? marks_[count - 1] : ring_.published());
}

}  // namespace weir
