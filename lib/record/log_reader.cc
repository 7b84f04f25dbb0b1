#include "record/log_reader.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "profile/errors.h"

namespace weir {
namespace {

using Json = nlohmann::json;

enum class Field : std::uint8_t {
  kUnknown,
  kTime,
  kLink,
  kK,
  kFlow,
  kEvent,
  kRule,
  kPhase,
  kDrawn,
  kDue,
  kDone,
  kAbandoned,
  kHit,
};

struct FieldName {
  std::string_view name;
  Field field;
};

constexpr std::array kFields = {
    FieldName{"t_ns", Field::kTime},    FieldName{"link", Field::kLink},           FieldName{"k", Field::kK},
    FieldName{"flow", Field::kFlow},    FieldName{"event", Field::kEvent},         FieldName{"rule", Field::kRule},
    FieldName{"phase", Field::kPhase},  FieldName{"drawn", Field::kDrawn},         FieldName{"due_ns", Field::kDue},
    FieldName{"done_ns", Field::kDone}, FieldName{"abandoned", Field::kAbandoned}, FieldName{"hit", Field::kHit},
};

// Puts values where they belong as the parser meets them, so that no tree is built. What stands inside of values that
// are objects or lists is passed over. Each function returns false to stop: the line is no decision.
class FieldSink : public nlohmann::json_sax<Json> {
 public:
  explicit FieldSink(LoggedEvent& into) : into_(into) {}

  [[nodiscard]] bool is_complete() const { return has_time_ && has_event_; }

  bool key(string_t& name) override {
    if (depth_ != 1) return true;
    const auto known = std::ranges::find(kFields, name, &FieldName::name);
    field_ = known == kFields.end() ? Field::kUnknown : known->field;
    return true;
  }
  bool null() override {
    return value([this] { return field_ == Field::kDrawn; });
  }
  bool boolean(bool truth) override {
    return value([&] {
      if (field_ != Field::kAbandoned && field_ != Field::kHit) return false;
      (field_ == Field::kAbandoned ? into_.abandoned : into_.hit) = truth;
      return true;
    });
  }
  bool number_integer(number_integer_t /*negative*/) override {
    return value([] { return false; });
  }
  bool number_unsigned(number_unsigned_t number) override {
    return value([&] { return take(number); });
  }
  bool number_float(number_float_t number, const string_t& /*text*/) override {
    return value([&] {
      if (field_ == Field::kDrawn) into_.drawn = number;
      return field_ == Field::kDrawn;
    });
  }
  bool string(string_t& text) override {
    return value([&] { return take(text); });
  }
  bool binary(binary_t& /*bytes*/) override { return false; }
  bool start_object(std::size_t /*size*/) override { return open(); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override { return depth_ > 0 && open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t /*at*/, const std::string& /*token*/, const Json::exception& /*error*/) override {
    return false;
  }

 private:
  template <typename Take>
  bool value(const Take& take) {
    if (depth_ == 0) return false;
    return depth_ > 1 || field_ == Field::kUnknown || take();
  }

  bool open() {
    const bool inside_known = depth_ == 1 && field_ != Field::kUnknown;
    ++depth_;
    return !inside_known;
  }
  bool close() {
    --depth_;
    return true;
  }

  bool take(std::uint64_t number) {
    if (field_ == Field::kDrawn) into_.drawn = static_cast<double>(number);
    if (field_ == Field::kDrawn) return true;
    if (field_ == Field::kLink) into_.link = number;
    if (field_ == Field::kK) into_.k = number;
    if (field_ == Field::kLink || field_ == Field::kK) return true;
    if (number > INT64_MAX) return false;
    const auto ns = static_cast<std::int64_t>(number);
    if (field_ == Field::kDue) into_.due_ns = ns;
    if (field_ == Field::kDone) into_.done_ns = ns;
    if (field_ == Field::kTime) into_.t_ns = ns;
    has_time_ = has_time_ || field_ == Field::kTime;
    return field_ == Field::kDue || field_ == Field::kDone || field_ == Field::kTime;
  }

  bool take(std::string& text) {
    switch (field_) {
      case Field::kFlow:
        into_.flow = std::move(text);
        return true;
      case Field::kEvent:
        into_.event = std::move(text);
        has_event_ = true;
        return true;
      case Field::kRule:
        into_.rule = std::move(text);
        return true;
      case Field::kPhase:
        into_.phase = std::move(text);
        return true;
      default:
        return false;
    }
  }

  LoggedEvent& into_;
  Field field_ = Field::kUnknown;
  int depth_ = 0;
  bool has_time_ = false;
  bool has_event_ = false;
};

void clear(LoggedEvent& event) {
  event.link = 0;
  event.k = 0;
  for (std::string* text : {&event.flow, &event.event, &event.rule, &event.phase}) text->clear();
  event.drawn.reset();
  event.due_ns.reset();
  event.done_ns.reset();
  event.abandoned = false;
  event.hit = true;
}

}  // namespace

LogReader::LogReader(std::string path) : path_(std::move(path)), file_(path_) {
  if (!file_) throw UsageError(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
}

bool LogReader::next(std::string& line) {
  if (!std::getline(file_, line)) {
    if (file_.bad()) throw UsageError(fmt::format("cannot read {}: {}", path_, std::strerror(errno)));
    return false;
  }
  ++number_;
  return true;
}

void LogReader::refuse() const {
  throw UsageError(
      fmt::format("{}:{}: not a decision: a JSON object with t_ns, link, flow, k and event", path_, number_));
}

bool parse_logged(const std::string& line, LoggedEvent& into) {
  clear(into);
  FieldSink sink(into);
  return Json::sax_parse(line, &sink) && sink.is_complete();
}

}  // namespace weir
