// Captures of conversations, written as one reads them: who asks, who answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/frames.h"
#include "unit/record/capture_bytes.h"

namespace weir::test {

inline std::string text_of(const FrameBuilder& frame) {
  const Bytes bytes = frame.build();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// A capture whose frames come a millisecond apart.
class RecordedCapture : public CaptureBytes {
 public:
  RecordedCapture() { pcap_header(0xa1b2c3d4); }
  void add(const std::string& frame) {
    ++milliseconds_;
    pcap_packet(1 + milliseconds_ / 1'000, milliseconds_ % 1'000 * 1'000, frame);
  }

 private:
  std::uint32_t milliseconds_ = 0;
};

/// One connection of a capture.
class Recorded {
 public:
  Recorded(RecordedCapture& capture, std::uint16_t port) : capture_(capture), port_(port) {
    add(client().seq(10).flags(tcp_flag::kSyn));
    add(server().seq(50).ack(11).flags(tcp_flag::kSyn | tcp_flag::kAck));
  }

  Recorded& asks(std::string_view request) {
    add(client().seq(asked_).ack(answered_).payload(request));
    asked_ += static_cast<std::uint32_t>(request.size());
    return *this;
  }
  Recorded& answers(std::string_view response = "HTTP/1.1 204 No Content\r\n\r\n") {
    add(server().seq(answered_).ack(asked_).payload(response));
    answered_ += static_cast<std::uint32_t>(response.size());
    return *this;
  }
  void ends() { add(client().seq(asked_).ack(answered_).flags(tcp_flag::kRst | tcp_flag::kAck)); }

 private:
  FrameBuilder client() const { return FrameBuilder().v4("10.9.0.1", "10.9.0.2").tcp(port_, 80); }
  FrameBuilder server() const { return FrameBuilder().v4("10.9.0.2", "10.9.0.1").tcp(80, port_); }
  void add(const FrameBuilder& frame) { capture_.add(text_of(frame)); }

  RecordedCapture& capture_;
  const std::uint16_t port_;
  std::uint32_t asked_ = 11;
  std::uint32_t answered_ = 51;
};

inline std::string initial_to(std::string_view id, std::uint16_t port) {
  const Bytes frame = quic_initial_to(id, port);
  return {reinterpret_cast<const char*>(frame.data()), frame.size()};
}

}  // namespace weir::test
