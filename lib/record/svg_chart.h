// One plot as inline SVG, drawn by us: axes with round numbers, lines, bars and labelled marks. Colours are the page's
// (CSS classes), so that it is good by day and by night. Pure; control thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Text as it may stand in XML: escaped; what XML 1.0 has no place for (control characters, bytes that are no UTF-8)
/// becomes '?'.
[[nodiscard]] std::string xml_text(std::string_view text);

/// What one axis shows, in the unit of its label.
struct Axis {
  std::string label;
  double from = 0;
  double to = 1;
  bool logarithmic = false;  // then from is above 0
  bool whole = false;        // counts: no numbers between them
};

struct PlotPoint {
  double x = 0;
  double y = 0;
};

class SvgChart {
 public:
  /// @param name what the plot shows, for those who can't see it.
  SvgChart(std::string_view name, Axis x, Axis y);

  /// A line through points. @param colour the CSS class.
  void line(const std::vector<PlotPoint>& points, std::string_view colour);
  /// A bar from 0 up. @param words what it says when it is pointed at.
  void bar(double x_from, double x_to, double y, std::string_view colour, std::string_view words);
  /// A vertical line through the plot with a name.
  void mark(double x, std::string_view name);

  /// The whole element.
  [[nodiscard]] std::string text() const;

 private:
  [[nodiscard]] double across(double x) const;
  [[nodiscard]] double down(double y) const;
  [[nodiscard]] std::string grid() const;

  std::string name_;
  Axis x_;
  Axis y_;
  std::string drawn_;
  int marks_ = 0;
};

/// Round numbers between two, about five of them; powers of ten where it is logarithmic.
[[nodiscard]] std::vector<double> ticks_of(const Axis& axis);

}  // namespace weir
