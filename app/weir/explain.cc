#include "weir/explain.h"

#include <fmt/format.h>

#include "profile/errors.h"
#include "profile/print_profile.h"
#include "profile/toml_text.h"
#include "record/explanation.h"
#include "record/replay_capture.h"
#include "record/why.h"
#include "weir/dispatch.h"
#include "weir/options.h"
#include "weir/progress_line.h"

namespace weir {
namespace {

/// A comment: the rules in the order in which they are asked. Nothing where there is only one to come under.
std::string rules_in_words(const Profile& profile) {
  const bool is_plain = profile.rules.empty() && profile.match == Match();
  if (is_plain) return "";
  std::string text = "# The first that matches takes the traffic:\n";
  std::size_t place = 0;
  for (const Rule& rule : profile.rules) {
    text += fmt::format("#  {}. rule {}: {}{}\n", ++place, quoted(rule.name), traffic_in_words(rule.match),
                        rule.impair.none() ? " (left alone)" : "");
  }
  const std::string rest = traffic_in_words(profile.match);
  return text + fmt::format("#  {}. [impair]: {}; what is left is not touched\n\n", ++place, rest);
}

int explain_capture(const ExplainOptions& options, std::ostream& out, std::ostream& err) {
  Explanation explanation(compile(options.profile), [&out](std::string_view paragraph) { out << paragraph; });
  ProgressLine line(err);
  ReplayPlan plan{.profile = options.profile, .in = *options.pcap, .out = "", .client = options.client, .log = {}};
  plan.listener = &explanation;
  plan.choosing_by = [&explanation](const Rules& rules) { explanation.choose_by(rules); };
  plan.decided = [&explanation](const Decision& decision, const NameBook& names) { explanation.take(decision, names); };
  const ReplayReport report = replay_capture(plan, [&line](const ReplayProgress& progress) {
    line.show(progress);
    return true;  // a signal ends it in the ordinary way
  });
  explanation.finish();
  line.finish();
  const Totals& totals = report.statistics.totals;
  out << fmt::format("{} frames, {} TCP connections, {} that a rule takes, {} exchanges\n", report.frames,
                     totals.tcp_connections, totals.connections, totals.exchanges);
  remark_on(report, err);
  return kGood;
}

}  // namespace

int explain(std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  if (arguments.empty()) throw UsageError("what is to be explained? weir explain FILE|PRESET|impairment flags");
  const ExplainOptions options = parse_explain_options(arguments);
  if (options.pcap) return explain_capture(options, out, err);
  out << rules_in_words(options.profile) << print_profile(options.profile);
  return kGood;
}

}  // namespace weir
