// Who is told what is learnt of connections, and in which order: what rules are chosen by, and what no decision record
// says. For explanations of captures; on a link nobody listens. Virtual calls a connection and a request, never a
// packet. Worker's thread; views are valid during the call only.
#pragma once

#include <cstdint>

#include "flow/flow.h"
#include "http/request_facts.h"
#include "impair/select.h"

namespace weir {

class SelectionListener {
 public:
  /// A connection begins. @param kind a bit of weir::traffic where that is known already: of what is no TCP; else 0.
  virtual void on_connection(const Flow& flow, const ConnectionFacts& facts, std::uint8_t kind, Instant now) = 0;
  /// Its protocol has become known: a bit of weir::traffic.
  virtual void on_protocol(const Flow& flow, std::uint8_t kind) = 0;
  virtual void on_hello(const Flow& flow, const HelloFacts& facts) = 0;
  /// A request's head was read.
  virtual void on_request(const Flow& flow, const RequestFacts& facts, Instant now) = 0;
  /// Exchange `n` is to be cut in the body of its response: behind so many bytes of it, or so long behind its first
  /// one.
  virtual void on_cut_behind_bytes(const Flow& flow, std::uint32_t n, std::uint64_t bytes) = 0;
  virtual void on_cut_behind_time(const Flow& flow, std::uint32_t n, Duration after, Instant at) = 0;

 protected:
  ~SelectionListener() = default;
};

}  // namespace weir
