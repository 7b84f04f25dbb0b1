// Which rule a connection and its exchanges come under: the first that matches wins. A connection starts with the set
// of rules whose first-frame conditions hold, and each thing learnt later takes rules out of it, in whatever order it
// is learnt. Built by control; immutable then, so every worker reads the same one. Nothing here allocates but building.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "http/request_facts.h"
#include "impair/rules.h"
#include "impair/select_clause.h"
#include "wire/address.h"

namespace weir {

inline constexpr std::uint8_t kNoRule = 255;
inline constexpr std::uint8_t kDefaultRule = 0;  // rules.rules[i] has number i + 1
inline constexpr RuleSet kOnlyDefault = RuleSet{1} << 63U;

/// What is known with a connection's first frame.
struct ConnectionFacts {
  IpAddress client;
  IpAddress server;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  std::uint16_t vlan = 0;  // outer VLAN id; 0: untagged
  std::uint8_t dscp = 0;
  std::uint8_t link = 0;
  std::uint32_t k = 0;  // how many-th connection of (client, server, server port)
  std::uint64_t draw_key = 0;
  std::optional<std::span<const std::byte>> quic_id = {};  // none: it did not begin with a QUIC Initial
};

/// What is known of one exchange. Where requests can't be read, n alone means something.
struct ExchangeFacts {
  std::string_view method;
  std::string_view path;
  std::string_view host;  // without port
  std::uint32_t n = 0;    // how many-th exchange of the connection, from 0
};

class Selector {
 public:
  /// Compiles the selection of `rules`, of which it keeps nothing; at most Rules::kMostRules named ones.
  explicit Selector(const Rules& rules);

  /// The rules whose first-frame conditions hold; always with the default one.
  [[nodiscard]] RuleSet candidates(const ConnectionFacts& facts) const {
    return named_ == 0 ? kOnlyDefault : named_candidates(facts) | kOnlyDefault;
  }

  /// Those that select a kind of traffic; one bit of weir::traffic.
  [[nodiscard]] RuleSet narrow_to_traffic(RuleSet set, std::uint8_t traffic_bit) const {
    return set & of_traffic_[static_cast<std::size_t>(std::countr_zero(traffic_bit))];
  }

  /// Those that a ClientHello agrees with.
  [[nodiscard]] RuleSet narrow_to_hello(RuleSet set, std::string_view server_name,
                                        std::span<const std::string_view> alpns) const;

  /// Those that ask nothing of a ClientHello: there is none, or it could not be read.
  [[nodiscard]] RuleSet without_hello(RuleSet set) const { return set & ~by_hello_; }

  /// Those that ask nothing of what requests say, for they can't be read (TLS, HTTP/2, turns); the number of an
  /// exchange still counts.
  [[nodiscard]] RuleSet without_requests(RuleSet set) const { return set & ~by_request_; }

  /// Those that ask nothing of exchanges, not even their number: what is not HTTP has none.
  [[nodiscard]] RuleSet without_exchanges(RuleSet set) const { return set & ~by_exchange_; }

  /// Of a set narrowed to its traffic: whether a ClientHello can still make a difference.
  [[nodiscard]] bool wants_hello(RuleSet set) const {
    return (up_to_first(set, ~(by_hello_ | by_exchange_)) & by_hello_) != 0;
  }

  /// Of a set narrowed to its traffic: whether what requests say can make a difference.
  [[nodiscard]] bool wants_requests(RuleSet set) const {
    return (up_to_first(set, ~(by_hello_ | by_exchange_)) & by_request_) != 0;
  }

  /// Of a set narrowed to its traffic and hello: whether all exchanges of the connection come under first_of(set).
  [[nodiscard]] bool settled(RuleSet set) const { return (set & (~set + 1) & by_exchange_) == 0; }

  /// The number of the first rule of a set; kNoRule if it is empty.
  [[nodiscard]] static std::uint8_t first_of(RuleSet set) {
    if (set == 0) return kNoRule;
    return static_cast<std::uint8_t>((std::countr_zero(set) + 1) & 63);
  }

  /// Of a set narrowed to its traffic and hello: the number of the rule that an exchange comes under, or kNoRule.
  [[nodiscard]] std::uint8_t choose(RuleSet set, const ExchangeFacts& facts) const {
    const RuleSet reachable = up_to_first(set, ~by_exchange_);
    return first_of((reachable & by_exchange_) == 0 ? reachable : matching(reachable, facts));
  }

  /// Of any set: whether a rule in it asks what bytes say, a ClientHello's or a request's.
  [[nodiscard]] bool asks_bytes(RuleSet set) const { return (set & (by_hello_ | by_request_)) != 0; }

  /// All kinds of traffic that any rule selects, as bits of weir::traffic.
  [[nodiscard]] std::uint8_t traffic() const { return traffic_; }

 private:
  struct Share {
    Probability probability;
    std::uint8_t number = 0;
  };

  void add(const Match& match, std::uint8_t number);
  void select_traffic(std::uint8_t kinds, RuleSet rule);
  [[nodiscard]] RuleSet named_candidates(const ConnectionFacts& facts) const;
  [[nodiscard]] RuleSet narrow_to_drawn(RuleSet set, std::uint64_t draw_key) const;
  [[nodiscard]] RuleSet matching(RuleSet set, const ExchangeFacts& facts) const;

  /// A set without what stands behind the first of its rules that is in `certain`: it can't be reached.
  [[nodiscard]] static constexpr RuleSet up_to_first(RuleSet set, RuleSet certain) {
    const RuleSet found = set & certain;
    return found == 0 ? set : set & (found ^ (found - 1));
  }

  // What every connection or exchange reads.
  RuleSet named_ = 0;
  RuleSet by_hello_ = 0;
  RuleSet by_request_ = 0;               // method, host or path
  RuleSet by_exchange_ = 0;              // those, or the exchange's number
  std::array<RuleSet, 9> of_traffic_{};  // by the bit's place; nobody selects no bit
  std::uint8_t traffic_ = 0;

  Clause<Cidr> clients_, servers_;
  Clause<PortRange> client_ports_, server_ports_;
  Clause<std::uint16_t> vlans_;
  Clause<std::uint8_t> dscps_, links_;
  Clause<Cadence> connections_;
  Clause<QuicIdPattern> quic_ids_;
  std::vector<Share> shares_;  // of rules with less than all connections
  Clause<HostPattern> server_names_;
  Clause<std::string> alpns_;
  Clause<std::string> methods_;
  Clause<HostPattern> hosts_;
  Clause<PathPattern> paths_;
  Clause<Cadence> exchanges_;
};

/// A condition of Match, in the order in which they are looked at.
enum class Condition : std::uint8_t {
  kClient,
  kServer,
  kClientPort,
  kServerPort,
  kVlan,
  kDscp,
  kLink,
  kConnections,
  kEveryConnection,
  kShare,
  kQuicId,
  kTraffic,
  kServerName,
  kAlpn,
  kMethod,
  kHost,
  kPath,
  kExchanges,
  kEveryExchange,
};
inline constexpr std::size_t kConditions = 19;

/// A condition in words, for messages: "client address", "TLS server name".
[[nodiscard]] std::string_view name_of(Condition condition);

/// All that is known of an exchange and its connection.
struct Facts {
  ConnectionFacts connection;
  std::uint8_t traffic = traffic::kHttp1;  // one bit
  std::optional<HelloFacts> hello = {};    // none: there was none, or it could not be read
  ExchangeFacts exchange = {};
  bool requests_readable = true;
};

/// Why a rule does not match: its first condition that does not hold; none if it matches. Says of each exchange what
/// Selector says, one rule at a time. For control: explanations.
[[nodiscard]] std::optional<Condition> first_mismatch(const Match& match, std::uint8_t rule_number, const Facts& facts);

}  // namespace weir
