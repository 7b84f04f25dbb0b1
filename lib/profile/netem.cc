#include "profile/netem.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "impair/correlated.h"
#include "profile/distribution.h"
#include "profile/errors.h"
#include "profile/netem_units.h"
#include "profile/spelling.h"
#include "profile/units.h"

namespace weir {
namespace {

constexpr std::array<std::string_view, 14> kWords = {"limit",     "delay",   "latency", "distribution", "loss",
                                                     "drop",      "corrupt", "reorder", "gap",          "rate",
                                                     "duplicate", "ecn",     "slot",    "seed"};

constexpr std::uint16_t kMostOverhead = 1'000;  // as of `overhead` and `cell` in profiles
constexpr std::uint16_t kMostCell = 9'000;

struct Token {
  std::string_view text;
  std::size_t at = 0;
};

std::vector<Token> tokens_of(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  std::vector<Token> tokens;
  for (std::size_t at = text.find_first_not_of(kSpace); at < text.size(); at = text.find_first_not_of(kSpace, at)) {
    const std::size_t end = std::min(text.find_first_of(kSpace, at), text.size());
    tokens.push_back({text.substr(at, end - at), at});
    at = end;
  }
  return tokens;
}

/// Digits, a point or a sign begin a number.
bool is_number(const Token& token) {
  const char c = token.text.front();
  return (c >= '0' && c <= '9') || c == '.' || c == '-';
}

/// Reads one option after the other, as tc does.
class Reader {
 public:
  Reader(std::string_view text, const std::string& folder)
      : tokens_(tokens_of(text)), end_(text.size()), folder_(folder) {}

  Netem read() {
    if (tokens_.empty()) throw ErrorInText(0, "netem: the string is empty");
    while (next_ < tokens_.size()) read_option(tokens_[next_++]);
    conclude();
    return netem_;
  }

 private:
  void read_option(const Token& word) {
    if (std::ranges::find(kWords, word.text) == kWords.end()) refuse_word(word);
    if (std::ranges::find(seen_, word.text, &Token::text) != seen_.end()) {
      refuse(word, fmt::format("{} stands here twice", word.text));
    }
    seen_.push_back(word);
    const std::string_view is = word.text;
    if (is == "delay" || is == "latency") return read_delay();
    if (is == "distribution") return read_distribution();
    if (is == "loss" || is == "drop") return read_loss();
    if (is == "corrupt") return read_share(rule_.corrupt, rule_.correlation.corrupt, "corrupt");
    if (is == "duplicate") return read_share(rule_.duplicate, rule_.correlation.duplicate, "duplicate");
    if (is == "reorder") return read_share(rule_.reorder, rule_.correlation.reorder, "reorder");
    if (is == "gap") {
      rule_.gap = read_count("gap");
      return;
    }
    if (is == "rate") return read_rate();
    if (is == "limit") {
      netem_.limit = read_count("limit");
      return;
    }
    refuse_what_is_not_built(word);
  }

  [[noreturn]] static void refuse(const Token& at, std::string_view why) {
    throw ErrorInText(at.at, fmt::format("netem: {}", why));
  }

  [[noreturn]] static void refuse_word(const Token& word) {
    const std::string hint = did_you_mean(word.text, kWords);
    refuse(word, fmt::format("unknown word {}{}", word.text, hint.empty() ? " (see tc-netem(8))" : hint));
  }

  [[noreturn]] static void refuse_what_is_not_built(const Token& word) {
    if (word.text == "slot") refuse(word, "slot: weir has no slots; [impair.jitter] stalls and lets go in a burst");
    if (word.text == "ecn") refuse(word, "ecn: packet loss drops, it does not mark");
    refuse(word, "seed: draws hang on the profile's own seed, a key at its top");
  }

  [[nodiscard]] const Token* number() {
    if (next_ == tokens_.size() || !is_number(tokens_[next_])) return nullptr;
    return &tokens_[next_++];
  }
  const Token& required_number(std::string_view option, std::string_view what) {
    if (const Token* const token = number()) return *token;
    const std::size_t at = next_ < tokens_.size() ? tokens_[next_].at : end_;
    throw ErrorInText(at, fmt::format("netem: {} needs {}", option, what));
  }

  /// What `parse(name, text)` makes of a token; its error stands at the token.
  template <typename Parse>
  static auto value_of(const Token& token, std::string_view option, Parse parse) {
    try {
      return parse(fmt::format("netem: {}", option), token.text);
    } catch (const UsageError& error) {
      throw ErrorInText(token.at, error.what());
    }
  }

  void read_delay() {
    const Token& time = required_number("delay", "a time: \"delay 100ms\"");
    delay_.min = delay_.max = value_of(time, "delay", parse_netem_time);
    delay_at_ = time;
    if (const Token* const jitter = number()) {
      delay_.deviation = value_of(*jitter, "jitter", parse_netem_time);
      if (delay_.deviation == Duration()) delay_.deviation.reset();
    }
    rule_.correlation.delay = read_correlation("delay");
  }

  void read_distribution() {
    if (next_ == tokens_.size()) throw ErrorInText(end_, "netem: distribution needs a name: normal, pareto, ...");
    distribution_at_ = tokens_[next_++];
    distribution_ = value_of(distribution_at_, "distribution", [this](std::string_view name, std::string_view text) {
      return choose_distribution(name, text, folder_);
    });
  }

  double read_correlation(std::string_view option) {
    const Token* const token = number();
    if (!token) return 0;
    const double share = value_of(*token, fmt::format("{}'s correlation", option), parse_netem_share);
    if (share > kMostCorrelation) refuse(*token, fmt::format("{}'s correlation may be 95% at most", option));
    return share;
  }

  void read_share(double& share, double& correlation, std::string_view option) {
    share = value_of(required_number(option, "a percentage"), option, parse_netem_share);
    correlation = read_correlation(option);
  }

  void read_loss() {
    const std::string_view model = next_ < tokens_.size() ? tokens_[next_].text : "";
    LossModel loss;
    if (model == "state") {
      ++next_;
      loss = read_four_state();
    } else if (model == "gemodel") {
      ++next_;
      loss = read_gemodel();
    } else {
      if (model == "random") ++next_;
      read_share(loss.p, rule_.correlation.loss, "loss");
    }
    rule_.loss = loss;
  }

  /// The optional number that comes next, or what netem takes in its place.
  double share_or(double otherwise) {
    const Token* const token = number();
    return token ? value_of(*token, "loss", parse_netem_share) : otherwise;
  }

  LossModel read_four_state() {
    LossModel loss{.kind = LossModel::Kind::kFourState};
    loss.p13 = value_of(required_number("loss state", "p13"), "loss", parse_netem_share);
    loss.p31 = share_or(1 - loss.p13);
    loss.p32 = share_or(0);
    loss.p23 = share_or(1);
    loss.p14 = share_or(0);
    return loss;
  }

  LossModel read_gemodel() {
    LossModel loss{.kind = LossModel::Kind::kGilbertElliott};
    loss.p = value_of(required_number("loss gemodel", "p"), "loss", parse_netem_share);
    loss.r = share_or(1 - loss.p);
    loss.lost_in_bad = share_or(1);
    loss.lost_in_good = share_or(0);
    return loss;
  }

  std::uint32_t read_count(std::string_view option) {
    return value_of(required_number(option, "a number"), option, [](std::string_view name, std::string_view text) {
      return static_cast<std::uint32_t>(parse_count(name, text, 1, UINT32_MAX));
    });
  }

  void read_rate() {
    NetemRate rate;
    rate.rate = value_of(required_number("rate", "a rate: \"rate 1mbit\""), "rate", parse_netem_rate);
    if (const Token* const overhead = number()) take_overhead(*overhead, rate);
    if (const Token* const cell = number()) rate.cost.cell_payload = read_bytes(*cell, "CELLSIZE", kMostCell);
    rate.cost.cell_size = rate.cost.cell_payload;
    if (const Token* const more = number()) {
      if (rate.cost.cell_payload == 0) refuse(*more, "rate: CELLOVERHEAD needs a CELLSIZE above 0");
      rate.cost.cell_size += read_bytes(*more, "CELLOVERHEAD", kMostCell - rate.cost.cell_size);
    }
    netem_.rate = rate;
  }

  static std::uint16_t read_bytes(const Token& token, std::string_view option, std::uint16_t most) {
    return value_of(token, "rate", [&](std::string_view name, std::string_view text) {
      return static_cast<std::uint16_t>(parse_count(fmt::format("{}: {}", name, option), text, 0, most));
    });
  }

  /// netem counts a frame from its Ethernet header on.
  static void take_overhead(const Token& overhead, NetemRate& rate) {
    using Account = SpeedRule::Account;
    constexpr std::uint16_t kEthernet = 14;
    constexpr std::uint16_t kAllOfEthernet = 24;
    if (overhead.text.starts_with('-')) {
      const Token less{overhead.text.substr(1), overhead.at};
      rate.account = Account::kIp;
      rate.cost.overhead = kEthernet - read_bytes(less, "PACKETOVERHEAD below 0", kEthernet);
      return;
    }
    const std::uint16_t more = read_bytes(overhead, "PACKETOVERHEAD", kMostOverhead);
    rate.account = more == kAllOfEthernet ? Account::kWire : Account::kFrame;
    if (rate.account == Account::kFrame) rate.cost.overhead = more;
  }

  [[nodiscard]] const Token* seen(std::string_view word) const {
    const auto found = std::ranges::find(seen_, word, &Token::text);
    return found == seen_.end() ? nullptr : &*found;
  }

  void conclude() {
    if (const Token* const gap = seen("gap"); gap && !seen("reorder")) refuse(*gap, "gap needs reorder: how likely?");
    if (const Token* const reorder = seen("reorder"); reorder && !delay_at_) {
      refuse(*reorder, "reorder needs delay: a packet overtakes by skipping it");
    }
    if (distribution_ && !delay_.deviation) refuse(distribution_at_, "distribution needs delay with a jitter");
    if (delay_at_) rule_.delay = law();
    const bool does_something = !(rule_ == PacketRule()) || netem_.rate;
    if (!does_something)
      refuse(tokens_.front(), "the string does nothing: give delay, loss, duplicate, corrupt or rate");
    if (!(rule_ == PacketRule())) netem_.packet = rule_;
  }

  [[nodiscard]] DurationLaw law() const {
    const Distribution shape = delay_.deviation ? distribution_.value_or(Distribution()) : Distribution();
    return value_of(*delay_at_, "delay", [&](std::string_view name, std::string_view /*text*/) {
      return make_law(name, delay_, shape, std::nullopt);
    });
  }

  const std::vector<Token> tokens_;
  const std::size_t end_;
  const std::string& folder_;
  std::size_t next_ = 0;
  std::vector<Token> seen_;
  Lengths delay_;
  std::optional<Token> delay_at_;
  std::optional<Distribution> distribution_;
  Token distribution_at_;
  PacketRule rule_;
  Netem netem_;
};

}  // namespace

Netem parse_netem(std::string_view text, const std::string& folder) {
  return Reader(text, folder).read();
}

}  // namespace weir
