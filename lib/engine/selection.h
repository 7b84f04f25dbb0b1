// Which rule a connection and its exchanges come under: asks impair/select when something new is known, and remembers
// the answer in the flow. Worker's thread.
#pragma once

#include <optional>
#include <span>

#include "engine/pipeline.h"
#include "http/exchange_tracker.h"
#include "http/request_facts.h"
#include "wire/tcp_segment.h"

namespace weir {

/// A frame that is no TCP, as rules see it: no sequence, no flags.
struct OtherFacts {
  TcpSegment segment;
  std::uint8_t kind = traffic::kRest;                      // a bit of weir::traffic
  std::optional<std::span<const std::byte>> quic_id = {};  // the destination of the Initial that it is
};

/// A connection begins: what its first frame shows. A rule that holds whatever is spoken selects it at once.
void begin_selection(Pipeline& pipeline, Flow& flow, const TcpSegment& segment, Instant now);

/// A flow that is no TCP begins: all that can be known is known with its first frame.
void select_other(const Pipeline& pipeline, Flow& flow, const OtherFacts& facts);

/// The rules are others than when the connection was last asked about: asks again by all that is still known of it. Its
/// k, its event numbers, what it holds and what was drawn for it stay. A rule of the same name and match is the same
/// rule. What only passing bytes told (a ClientHello, requests that nobody read for rules) can't be asked any more.
void choose_anew(Pipeline& pipeline, Flow& flow, Instant now);

/// Looks whether the connection's protocol has become known, and if so, which rules are left for it.
void settle_protocol(Pipeline& pipeline, Flow& flow, Instant now);

/// Hears what requests and ClientHellos say while the tracker reads them, and chooses by it.
class RequestRules : public FactSink {
 public:
  RequestRules(Pipeline& pipeline, Flow& flow, Instant now) : pipeline_(pipeline), flow_(flow), now_(now) {}

  void on_request(const RequestFacts& facts) override;
  void on_hello(const HelloFacts& facts) override;

  /// Requests whose heads were complete.
  [[nodiscard]] std::uint16_t heads() const { return heads_; }

 private:
  Pipeline& pipeline_;
  Flow& flow_;
  const Instant now_;
  std::uint16_t heads_ = 0;
};

/// The n-th response begins: the connection comes under the rule of its exchange from here on.
void take_rule_of_next_response(const Pipeline& pipeline, Flow& flow, std::uint32_t n);

/// The rule that the n-th request comes under, as far as it is known.
[[nodiscard]] std::uint8_t rule_of_request(const Pipeline& pipeline, const Flow& flow, std::uint32_t n);

}  // namespace weir
