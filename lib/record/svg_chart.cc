#include "record/svg_chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace weir {
namespace {

constexpr double kWidth = 760;
constexpr double kHeight = 250;
constexpr double kLeft = 70;
constexpr double kRight = 16;
constexpr double kTop = 26;
constexpr double kBottom = 42;

double share_of(const Axis& axis, double value) {
  const double share = axis.logarithmic ? (std::log(std::max(value, axis.from)) - std::log(axis.from)) /
                                              (std::log(axis.to) - std::log(axis.from))
                                        : (value - axis.from) / (axis.to - axis.from);
  return std::clamp(share, 0.0, 1.0);
}

std::string number_text(double value) {
  struct Unit {
    double worth;
    const char* sign;
  };
  for (const Unit unit : {Unit{1e9, "G"}, Unit{1e6, "M"}, Unit{1e4, "k"}}) {
    const double worth = unit.worth == 1e4 ? 1e3 : unit.worth;
    if (std::abs(value) >= unit.worth) return fmt::format("{:.4g}{}", value / worth, unit.sign);
  }
  return fmt::format("{:.4g}", value);
}

/// The length of a UTF-8 character that begins the text, as RFC 3629 has it; 0 for none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t length = byte(0) < 0x80        ? 1
                             : byte(0) >> 5U == 6  ? 2
                             : byte(0) >> 4U == 14 ? 3
                             : byte(0) >> 3U == 30 ? 4
                                                   : 0;
  if (length == 0 || length > text.size()) return 0;
  std::uint32_t point = length == 1 ? byte(0) : byte(0) & (0x7fU >> length);
  for (std::size_t at = 1; at < length; ++at) {
    if (byte(at) >> 6U != 2) return 0;
    point = point << 6U | (byte(at) & 0x3fU);
  }
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool is_xml = point != 0xfffe && point != 0xffff && (point < 0xd800 || point > 0xdfff) && point <= 0x10ffff;
  return point >= kLeast[length] && is_xml ? length : 0;
}

}  // namespace

std::string xml_text(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const char c = text[0];
    const bool is_control = length == 1 && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
    if (length == 0 || is_control) {
      safe += '?';
    } else if (c == '&') {
      safe += "&amp;";
    } else if (c == '<') {
      safe += "&lt;";
    } else if (c == '>') {
      safe += "&gt;";
    } else if (c == '"') {
      safe += "&quot;";
    } else {
      safe += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return safe;
}

std::vector<double> ticks_of(const Axis& axis) {
  std::vector<double> ticks;
  if (axis.logarithmic) {
    const int last = static_cast<int>(std::floor(std::log10(axis.to) + 1e-9));
    for (int power = static_cast<int>(std::ceil(std::log10(axis.from) - 1e-9)); power <= last; ++power) {
      ticks.push_back(std::pow(10.0, power));
    }
    return ticks;
  }
  const double rough = (axis.to - axis.from) / 5;
  const double magnitude = std::pow(10.0, std::floor(std::log10(rough)));
  double step = 10 * magnitude;
  for (const double round : {5.0, 2.0, 1.0}) {
    if (round * magnitude >= rough) step = round * magnitude;
  }
  if (axis.whole) step = std::max(step, 1.0);
  const auto first = static_cast<std::int64_t>(std::ceil(axis.from / step - 1e-9));
  const auto last = static_cast<std::int64_t>(std::floor(axis.to / step + 1e-9));
  for (std::int64_t i = first; i <= last; ++i) ticks.push_back(static_cast<double>(i) * step);
  return ticks;
}

SvgChart::SvgChart(std::string_view name, Axis x, Axis y) : name_(name), x_(std::move(x)), y_(std::move(y)) {
  for (Axis* axis : {&x_, &y_}) {
    if (!(axis->to > axis->from)) axis->to = axis->logarithmic ? axis->from * 10 : axis->from + 1;
  }
}

double SvgChart::across(double x) const {
  return kLeft + share_of(x_, x) * (kWidth - kLeft - kRight);
}
double SvgChart::down(double y) const {
  return kHeight - kBottom - share_of(y_, y) * (kHeight - kTop - kBottom);
}

void SvgChart::line(const std::vector<PlotPoint>& points, std::string_view colour) {
  if (points.empty()) return;
  drawn_ += fmt::format(R"(<polyline class="line {}" points=")", colour);
  for (const PlotPoint& point : points) drawn_ += fmt::format("{:.2f},{:.2f} ", across(point.x), down(point.y));
  drawn_.back() = '"';
  drawn_ += "/>\n";
}

void SvgChart::bar(double x_from, double x_to, double y, std::string_view colour, std::string_view words) {
  const double width = std::max(across(x_to) - across(x_from), 1.0);
  drawn_ += fmt::format(
      R"(<rect class="bar {}" x="{:.2f}" y="{:.2f}" width="{:.2f}" height="{:.2f}"><title>{}</title></rect>)", colour,
      across(x_from), down(y), width, down(0) - down(y), xml_text(words));
  drawn_ += '\n';
}

void SvgChart::mark(double x, std::string_view name) {
  const double at = across(x);
  const double height = marks_++ % 2 == 0 ? 10 : 21;  // so that two names beside each other can be read
  const bool at_right = at > kWidth - 120;
  drawn_ +=
      fmt::format(R"(<line class="mark" x1="{0:.2f}" x2="{0:.2f}" y1="{1}" y2="{2}"/>)", at, kTop, kHeight - kBottom);
  drawn_ += fmt::format(R"(<text class="name" x="{:.2f}" y="{}" text-anchor="{}">{}</text>)", at + (at_right ? -3 : 3),
                        height, at_right ? "end" : "start", xml_text(name));
  drawn_ += '\n';
}

std::string SvgChart::grid() const {
  std::string text;
  for (const double tick : ticks_of(x_)) {
    text += fmt::format(R"(<line class="grid" x1="{0:.2f}" x2="{0:.2f}" y1="{1}" y2="{2}"/>)", across(tick), kTop,
                        kHeight - kBottom);
    text += fmt::format("<text x=\"{:.2f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n", across(tick),
                        kHeight - kBottom + 15, number_text(tick));
  }
  for (const double tick : ticks_of(y_)) {
    text += fmt::format(R"(<line class="grid" x1="{0}" x2="{1}" y1="{2:.2f}" y2="{2:.2f}"/>)", kLeft, kWidth - kRight,
                        down(tick));
    text += fmt::format("<text x=\"{}\" y=\"{:.2f}\" text-anchor=\"end\">{}</text>\n", kLeft - 6, down(tick) + 4,
                        number_text(tick));
  }
  text += fmt::format("<text class=\"label\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\n", kWidth - kRight,
                      kHeight - 8, xml_text(x_.label));
  text += fmt::format("<text class=\"label\" x=\"4\" y=\"{}\">{}</text>\n", 12, xml_text(y_.label));
  return text;
}

std::string SvgChart::text() const {
  return fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}{}</svg>\n", kWidth, kHeight,
                     xml_text(name_), grid(), drawn_);
}

}  // namespace weir
