// What would happen to the connections of a capture, in words, a paragraph each: which rule takes it and why, what was
// drawn for each exchange, what would be held, lost, cut. Fed by a replay: as SelectionListener of what is learnt, and
// with its decisions. A paragraph is said when its connection has ended, or at the end; one that grows long is said in
// pieces, and only so many wait at a time, so memory is bounded whatever the capture. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/selection_listener.h"
#include "impair/rules.h"
#include "profile/name_book.h"
#include "record/connection.h"
#include "record/decision_order.h"

namespace weir {

class Explanation final : public SelectionListener {
 public:
  using Say = std::function<void(std::string_view)>;

  /// @param rules those that the replay decides by.
  Explanation(Rules rules, Say say);
  Explanation(const Explanation&) = delete;
  Explanation& operator=(const Explanation&) = delete;

  /// From now on it decides by these: a phase begins or ends. The same ones by number and name.
  void choose_by(const Rules& rules) { rules_ = rules; }

  void on_connection(const Flow& flow, const ConnectionFacts& facts, std::uint8_t kind, Instant now) override;
  void on_protocol(const Flow& flow, std::uint8_t kind) override;
  void on_hello(const Flow& flow, const HelloFacts& facts) override;
  void on_request(const Flow& flow, const RequestFacts& facts, Instant now) override;
  void on_cut_behind_bytes(const Flow& flow, std::uint32_t n, std::uint64_t bytes) override;
  void on_cut_behind_time(const Flow& flow, std::uint32_t n, Duration after, Instant at) override;

  /// The next decision, as the log would have it under --log-all. @param names of the phases
  void take(const Decision& decision, const NameBook& names);

  /// Says what is left.
  void finish();

 private:
  /// What is known of a connection, and what there is to say of it.
  struct Story {
    bool has_begun = false;  // it is asked again when the rules become others
    std::string title;
    std::string text;
    ConnectionFacts facts;  // without its quic_id, which is below
    std::optional<std::vector<std::byte>> quic_id;
    std::uint8_t kind = 0;  // a bit of weir::traffic; 0: not known
    std::optional<std::string> server_name;
    std::vector<std::string> alpns;
    std::map<std::uint32_t, std::string> cuts;  // by exchange: where in the body
    std::uint32_t requests = 0;
    std::optional<std::uint8_t> settled;  // the number of the rule that all its requests come under
    bool is_chosen = false;               // a choice was explained
    bool is_told = false;                 // in part
  };

  Story& story_of(const Connection& connection, const std::string& title);
  Story& story_of(const Flow& flow);
  void add(Story& story, std::string_view line);
  void explain_choice(Story& story, std::string_view what, const ExchangeFacts& exchange, bool readable);
  [[nodiscard]] std::string choice(const Facts& facts, std::optional<std::uint8_t> settled) const;
  void tell(Story& story);
  void end(const Connection& connection);

  Rules rules_;
  const std::vector<std::string> names_;  // of the rules
  const Say say_;
  std::map<std::uint64_t, Story> stories_;      // by when they began
  std::map<std::uint64_t, Connection> owners_;  // of the stories
  std::unordered_map<Connection, std::uint64_t, ConnectionHash> numbers_;
  std::uint64_t next_number_ = 0;
};

}  // namespace weir
