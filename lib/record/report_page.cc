#include "record/report_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "record/svg_chart.h"

namespace weir {
namespace {

constexpr std::size_t kMostSteps = 600;     // of a line: a plot is 760 wide
constexpr std::size_t kMostRulesDrawn = 8;  // the tables have all
constexpr std::string_view kFirst = "first";
constexpr std::string_view kSecond = "second";

// Light and dark: the same hues, each chosen against its ground.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ground: #fcfcfb; --ink: #1f1f1d; --faint: #6a6964; --grid: #e3e2dd;
  --first: #2a78d6; --second: #d9571e; --third: #7a4fbf; --mark: #1f1f1d; }
@media (prefers-color-scheme: dark) { :root { --ground: #1a1a19; --ink: #f0efea; --faint: #a5a49d; --grid: #383835;
  --first: #4f9bee; --second: #f0824e; --third: #ab8aea; --mark: #f0efea; } }
body { background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 62rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
p { margin: .2rem 0; } .note { color: var(--faint); font-size: .85rem; } .remark { font-weight: 600; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--grid); }
th { color: var(--faint); font-weight: 500; } th:first-child, td:first-child { text-align: left; }
svg { display: block; width: 100%; height: auto; } svg text { fill: var(--faint); font: 11px system-ui, sans-serif; }
svg .name { fill: var(--ink); } .grid { stroke: var(--grid); stroke-width: 1; }
.mark { stroke: var(--mark); stroke-width: 1; stroke-dasharray: 4 3; } .line { fill: none; stroke-width: 2; }
.line.first { stroke: var(--first); } .line.second { stroke: var(--second); } .line.third { stroke: var(--third); }
.bar.first { fill: var(--first); } .bar.second { fill: var(--second); } .bar.third { fill: var(--third); }
.key { display: inline-block; width: 1.2em; height: .25em; vertical-align: middle; margin: 0 .4em 0 1em; }
.key.first { background: var(--first); } .key.second { background: var(--second); }
)";

struct Key {
  std::string_view colour;
  std::string_view words;
};

std::string figure(std::string_view title, std::string_view note, const std::vector<Key>& keys, const SvgChart& chart) {
  std::string text = fmt::format("<h2>{}</h2>\n", xml_text(title));
  if (!keys.empty()) {
    text += "<p class=\"note\">";
    for (const Key& key : keys)
      text += fmt::format(R"(<span class="key {}"></span>{})", key.colour, xml_text(key.words));
    text += "</p>\n";
  }
  text += chart.text();
  if (!note.empty()) text += fmt::format("<p class=\"note\">{}</p>\n", xml_text(note));
  return text;
}

/// A distribution as stairs that end at 1. @param unit nanoseconds of what the axis counts.
std::vector<PlotPoint> stairs(const Sample& sample, double unit, double from) {
  std::vector<PlotPoint> points{{from, 0}};
  for (const Sample::Step& step : sample.steps(kMostSteps)) {
    const double value = static_cast<double>(step.value) / unit;
    points.push_back({value, points.back().y});
    points.push_back({value, static_cast<double>(step.count) / static_cast<double>(sample.count())});
  }
  return points;
}

std::string latency_figures(const ReportFacts& facts) {
  constexpr double kMillisecond = 1e6;
  std::string text;
  std::size_t drawn = 0;
  for (const RuleFacts& rule : facts.rules) {
    if (rule.drawn_ns.count() == 0 || drawn++ >= kMostRulesDrawn) continue;
    const auto most = static_cast<double>(std::max(rule.drawn_ns.largest(), rule.held_ns.largest())) / kMillisecond;
    SvgChart chart("distribution of latency, rule " + rule.name, {"ms", 0, most}, {"share of first bytes", 0, 1});
    chart.line(stairs(rule.drawn_ns, kMillisecond, 0), kFirst);
    if (rule.held_ns.count() > 0) chart.line(stairs(rule.held_ns, kMillisecond, 0), kSecond);
    text += figure("Latency, rule " + rule.name, "", {{kFirst, "drawn"}, {kSecond, "achieved: how long it was held"}},
                   chart);
  }
  if (drawn > kMostRulesDrawn) {
    text += fmt::format("<p class=\"note\">{} more rules: see the tables</p>\n", drawn - kMostRulesDrawn);
  }
  return text;
}

double seconds_of(std::int64_t nanoseconds) {
  return static_cast<double>(nanoseconds) / 1e9;
}

void mark_phases(const ReportFacts& facts, SvgChart& chart) {
  for (const LoggedPhase& phase : facts.phases) chart.mark(seconds_of(phase.t_ns), phase.name);
}

Axis time_axis(const ReportFacts& facts) {
  return {"seconds of the run", 0, seconds_of(facts.last_ns)};
}

using Points = std::vector<PlotPoint>;

/// A rate holds until its next redraw; the last one until the log ends. Where there is none, the line is broken.
std::vector<Points> rate_steps(const RateSeries& rates, double until) {
  std::vector<Points> lines(1);
  for (const RateSeries::Point& point : rates.points()) {
    const double at = seconds_of(point.t_ns);
    if (!lines.back().empty()) lines.back().push_back({at, lines.back().back().y});
    if (point.count > 0) {
      lines.back().push_back({at, point.mean()});
    } else {
      lines.emplace_back();
    }
  }
  if (!lines.back().empty()) lines.back().push_back({until, lines.back().back().y});
  std::erase_if(lines, [](const Points& line) { return line.empty(); });
  return lines;
}

/// What was carried a second, on average over each span; nothing between them. A span without length is that of one
/// instant, and has no rate.
Points carried_steps(const CarriedSeries& carried, std::size_t of) {
  Points points;
  for (const CarriedSeries::Point& span : carried.points()) {
    const double from = seconds_of(span.since_ns);
    const double to = seconds_of(span.until_ns);
    if (to <= from) continue;
    const double rate = static_cast<double>(span.bytes[of]) / (to - from);
    if (points.empty() || points.back().x < from) {
      points.push_back({points.empty() ? 0 : points.back().x, 0});
      points.push_back({from, 0});
    }
    points.push_back({from, rate});
    points.push_back({to, rate});
  }
  return points;
}

double highest(const Points& points, double most) {
  for (const PlotPoint& point : points) most = std::max(most, point.y);
  return most;
}

/// What a limiter was asked for and what it let pass. @param limiter 0: all or up, 1: down.
std::string limiter_figure(const ReportFacts& facts, std::size_t limiter, std::string_view way) {
  const RateSeries& asked = facts.asked_rates[limiter];
  const bool passed = facts.carried.sum(2 + limiter) > 0;
  if (asked.whole().count == 0 && !passed) return {};
  const Points carried = passed ? carried_steps(facts.carried, 2 + limiter) : Points();
  SvgChart chart(fmt::format("rate over time{}", way), time_axis(facts),
                 {"bytes a second", 0, highest(carried, asked.whole().most)});
  for (const Points& line : rate_steps(asked, seconds_of(facts.last_ns))) chart.line(line, kFirst);
  if (!carried.empty()) chart.line(carried, kSecond);
  mark_phases(facts, chart);
  const bool summed =
      std::ranges::any_of(asked.points(), [](const RateSeries::Point& point) { return point.count > 1; });
  std::vector<Key> keys{{kFirst, "asked"}};
  if (!carried.empty()) keys.push_back({kSecond, "achieved: what passed the limiter, by its account"});
  return figure(fmt::format("Rate{}", way),
                summed ? "as asked; several redraws in one step, as their mean" : "as asked, each until the next", keys,
                chart);
}

std::string rate_figures(const ReportFacts& facts) {
  const bool two = facts.asked_rates[1].whole().count > 0 || facts.carried.sum(3) > 0;
  return limiter_figure(facts, 0, two ? ", up" : "") + limiter_figure(facts, 1, ", down");
}

std::string carried_figure(const ReportFacts& facts) {
  const Points up = carried_steps(facts.carried, 0);
  const Points down = carried_steps(facts.carried, 1);
  if (up.empty() && down.empty()) return {};
  SvgChart chart("carried over time", time_axis(facts), {"bytes a second", 0, highest(down, highest(up, 1))});
  chart.line(up, kFirst);
  chart.line(down, kSecond);
  mark_phases(facts, chart);
  return figure("Carried", "whole frames, whatever limited them", {{kFirst, "up"}, {kSecond, "down"}}, chart);
}

struct LaneLook {
  EventBars::Lane lane;
  std::string_view title;
  std::string_view colour;
};

std::string timeline_figures(const ReportFacts& facts) {
  std::string text;
  const EventBars& timeline = facts.timeline;
  for (const LaneLook& look :
       {LaneLook{EventBars::Lane::kOutage, "Outages", kFirst}, LaneLook{EventBars::Lane::kReset, "Resets", kSecond},
        LaneLook{EventBars::Lane::kDrop, "Drops", "third"}}) {
    const std::uint64_t most = timeline.most(look.lane);
    if (most == 0) continue;
    SvgChart chart(std::string(look.title) + " over time", time_axis(facts),
                   {"count", 0, static_cast<double>(most), false, true});
    for (std::size_t bar = 0; bar < timeline.bars(); ++bar) {
      const std::uint64_t count = timeline.count(bar, look.lane);
      if (count == 0) continue;
      const double from = seconds_of(static_cast<std::int64_t>(bar) * timeline.bar_ns());
      chart.bar(from, from + seconds_of(timeline.bar_ns()), static_cast<double>(count), look.colour,
                fmt::format("{} from {:.3f} s", count, from));
    }
    mark_phases(facts, chart);
    text += figure(look.title, fmt::format("a bar is {} ms", timeline.bar_ns() / 1'000'000), {}, chart);
  }
  return text;
}

std::string lateness_figure(const ReportFacts& facts) {
  constexpr double kMicrosecond = 1e3;
  constexpr double kLeast = 0.01;  // us; what is less stands at the edge
  const Sample& sample = facts.lateness_ns;
  if (sample.count() == 0) return {};
  const double most = std::max(static_cast<double>(sample.largest()) / kMicrosecond, 10 * kLeast);
  SvgChart chart("distribution of lateness", {"us, logarithmic", kLeast, most, true}, {"share of frames", 0, 1});
  chart.line(stairs(sample, kMicrosecond, kLeast), kFirst);
  return figure("Lateness", "done - due of frames that decisions held; less than 0.01 us stands at the left edge", {},
                chart);
}

std::string cells(std::string_view element, const std::vector<std::string>& texts) {
  std::string row = "<tr>";
  for (const std::string& text : texts) row += fmt::format("<{0}>{1}</{0}>", element, xml_text(text));
  return row + "</tr>\n";
}

std::string table_text(const ReportTable& table) {
  std::string text = fmt::format("<h2>{}</h2>\n<div class=\"wide\"><table>\n", xml_text(table.title));
  text += cells("th", table.columns);
  for (const auto& row : table.rows) text += cells("td", row);
  text += "</table></div>\n";
  if (!table.note.empty()) text += fmt::format("<p class=\"note\">{}</p>\n", xml_text(table.note));
  return text;
}

}  // namespace

std::string report_page(const ReportFacts& facts, const std::optional<ReportAsked>& asked) {
  std::string page = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>weir: {}</title>\n<style>{}</style></head>\n<body>\n<h1>weir report</h1>\n",
      xml_text(facts.path), kStyle);
  for (const std::string& line : report_summary(facts, asked)) page += fmt::format("<p>{}</p>\n", xml_text(line));
  for (const std::string& remark : report_remarks(facts)) {
    page += fmt::format("<p class=\"remark\">{}</p>\n", xml_text(remark));
  }
  page += latency_figures(facts) + rate_figures(facts) + carried_figure(facts) + timeline_figures(facts) +
          lateness_figure(facts);
  for (const ReportTable& table : report_tables(facts, asked)) page += table_text(table);
  return page + "</body></html>\n";
}

}  // namespace weir
