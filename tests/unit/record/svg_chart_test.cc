#include "record/svg_chart.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(SvgChart, TextIsSafeInXml) {
  EXPECT_EQ(xml_text(R"(a<b>&"c")"), "a&lt;b&gt;&amp;&quot;c&quot;");
  EXPECT_EQ(xml_text("line\nbell\x07"), "line?bell?");
  EXPECT_EQ(xml_text("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"), "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(xml_text("\xff \xc3 \xc0\xaf \xed\xa0\x80"), "? ? ?? ???") << "cut off, overlong, half of a pair";
}

TEST(SvgChart, TicksAreRound) {
  EXPECT_EQ(ticks_of({"", 0, 1}), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  EXPECT_EQ(ticks_of({"", 0, 130}), (std::vector<double>{0, 50, 100}));
  EXPECT_EQ(ticks_of({"", 0, 2, false, true}), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(ticks_of({"", 0.01, 250, true}), (std::vector<double>{0.01, 0.1, 1, 10, 100}));
}

TEST(SvgChart, PlacesWhatIsDrawn) {
  SvgChart chart("a & b", {"s", 0, 10}, {"n", 0, 4});
  chart.line({{0, 0}, {10, 4}}, "first");
  chart.bar(0, 5, 2, "second", "2 from 0 s");
  chart.mark(10, "<end>");
  const std::string text = chart.text();
  EXPECT_NE(text.find(R"(aria-label="a &amp; b")"), std::string::npos);
  EXPECT_NE(text.find(R"(<polyline class="line first" points="70.00,208.00 744.00,26.00"/>)"), std::string::npos)
      << text;
  EXPECT_NE(
      text.find(R"(<rect class="bar second" x="70.00" y="117.00" width="337.00" height="91.00"><title>2 from 0 s)"),
      std::string::npos);
  EXPECT_NE(text.find(">&lt;end&gt;</text>"), std::string::npos);
}

TEST(SvgChart, AnAxisWithoutLengthIsGivenOne) {
  SvgChart chart("", {"s", 0, 0}, {"n", 0, 0});
  chart.line({{0, 0}}, "first");
  EXPECT_NE(chart.text().find(R"(points="70.00,208.00")"), std::string::npos);
}

}  // namespace
}  // namespace weir
