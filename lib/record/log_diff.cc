#include "record/log_diff.h"

#include <fmt/format.h>

#include <array>
#include <deque>
#include <nlohmann/json.hpp>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "record/log_reader.h"

namespace weir {
namespace {

using Json = nlohmann::json;

struct Line {
  std::string connection;
  bool is_of_one = true;  // false: of the whole run, the rate or a phase
  LoggedDecision decision;
  bool tells_otherwise = false;  // what was asked for or carried, how many draws missed: it hangs on time
};

/// "10.9.0.1:40112>10.9.0.2:80" without the client's port; IPv6 stands in brackets. What looks different stays as it
/// is.
std::string ends_of(const std::string& flow) {
  const std::size_t arrow = flow.find('>');
  const std::size_t port = arrow == std::string::npos ? arrow : flow.rfind(':', arrow);
  if (port == std::string::npos) return flow;
  return fmt::format("{} > {}", flow.substr(0, port), flow.substr(arrow + 1));
}

std::string connection_of(const Json& json) {
  const std::string flow = json.at("flow");
  if (json.at("event") == "phase") return "the phases";
  if (flow.empty()) return fmt::format("the rate of link {}", json.at("link").get<std::uint64_t>());
  return fmt::format("link {}, {}, k {}", json.at("link").get<std::uint64_t>(), ends_of(flow),
                     json.at("k").get<std::uint64_t>());
}

Line parse(const std::string& text) {
  Json json = Json::parse(text);
  Line line;
  line.connection = connection_of(json);
  line.is_of_one = !json.at("flow").get_ref<const std::string&>().empty();
  line.decision.t_ns = json.at("t_ns");
  line.decision.text = text;
  const auto& event = json.at("event").get_ref<const std::string&>();
  line.tells_otherwise = event == "asked" || event == "carried" || event == "missed";
  for (const char* key : {"t_ns", "due_ns", "done_ns", "abandoned", "flow", "link", "k"}) json.erase(key);
  line.decision.facts = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return line;
}

// Decisions of one log, in their order.
class DecisionReader {
 public:
  explicit DecisionReader(const std::string& path) : lines_(path) {}

  /// False at the end.
  bool next(Line& line) {
    std::string text;
    while (lines_.next(text)) {
      try {
        line = parse(text);
      } catch (const Json::exception&) {
        if (!lines_.is_cut_off() || lines_.number() == 1) lines_.refuse();
        cut_off_ = true;
        return false;
      }
      line.decision.line = lines_.number();
      if (!line.tells_otherwise) return true;
    }
    return false;
  }

  /// Whether the last line was cut off.
  [[nodiscard]] bool cut_off() const { return cut_off_; }

 private:
  LogReader lines_;
  bool cut_off_ = false;
};

class Comparison {
 public:
  /// Takes a line of A (0) or B (1).
  void take(std::size_t side, Line line) {
    const auto [entry, is_new] = connections_.try_emplace(line.connection);
    Connection& connection = entry->second;
    if (is_new && line.is_of_one) ++result_.connections;
    if (connection.differs) return;
    std::deque<LoggedDecision>& others = connection.waiting[1 - side];
    if (others.empty()) return connection.waiting[side].push_back(std::move(line.decision));
    LoggedDecision other = std::move(others.front());
    others.pop_front();
    if (other.facts == line.decision.facts) {
      ++connection.same;
      ++result_.decisions;
      return;
    }
    if (side == 1) std::swap(other, line.decision);
    differ(line.connection, connection, {std::move(line.decision)}, {std::move(other)});
  }

  LogComparison conclude() {
    for (auto& [name, connection] : connections_) {
      for (const std::size_t side : {0U, 1U}) {
        if (connection.differs || connection.waiting[side].empty()) continue;
        std::array<std::optional<LoggedDecision>, 2> found;
        found[side] = std::move(connection.waiting[side].front());
        differ(name, connection, std::move(found[0]), std::move(found[1]));
      }
    }
    return std::move(result_);
  }

 private:
  struct Connection {
    std::array<std::deque<LoggedDecision>, 2> waiting;  // for the other log; one of them is empty
    std::uint64_t same = 0;
    bool differs = false;
  };

  static auto rank(const LogDifference& difference) {
    const LoggedDecision& known = difference.a ? *difference.a : *difference.b;
    return std::tuple(known.t_ns, difference.a ? 0 : 1, known.line);
  }

  void differ(const std::string& name, Connection& connection, std::optional<LoggedDecision> a,
              std::optional<LoggedDecision> b) {
    connection.differs = true;
    connection.waiting = {};
    LogDifference difference{name, connection.same, std::move(a), std::move(b)};
    if (!result_.first || rank(difference) < rank(*result_.first)) result_.first = std::move(difference);
  }

  std::unordered_map<std::string, Connection> connections_;
  LogComparison result_;
};

}  // namespace

LogComparison compare_logs(const std::string& path_a, const std::string& path_b) {
  std::array logs = {DecisionReader(path_a), DecisionReader(path_b)};
  Comparison comparison;
  std::array<bool, 2> more = {true, true};
  while (more[0] || more[1]) {
    for (const std::size_t side : {0U, 1U}) {
      Line line;
      if (more[side]) more[side] = logs[side].next(line);
      if (more[side]) comparison.take(side, std::move(line));
    }
  }
  LogComparison result = comparison.conclude();
  result.cut_off = {logs[0].cut_off(), logs[1].cut_off()};
  return result;
}

}  // namespace weir
