// A decision log for tests of reports, written by hand: two rules, a frame with two decisions, a limiter in each
// direction, phases, a drop.
#pragma once

#include <string>

namespace weir {

inline std::string report_line(const std::string& event, const std::string& rest, const std::string& rule = "default") {
  return R"({"link": 0, "flow": "10.9.0.1:4>10.9.0.2:80", "k": 0, "n": 0, "event": ")" + event + R"(", "rule": ")" +
         rule + R"(", )" + rest + "}\n";
}

inline const std::string kReportLog =
    report_line("open", R"("t_ns": 1000000, "drawn": 0)") +
    R"({"t_ns": 1000000, "event": "phase", "phase": "calm"})"
    "\n" +
    report_line("latency", R"("t_ns": 2000000, "drawn": 20, "due_ns": 22000000, "done_ns": 32000500)") +
    report_line("jitter", R"("t_ns": 2000000, "drawn": 30, "due_ns": 32000000, "done_ns": 32000500)") +
    report_line("latency", R"("t_ns": 40000000, "drawn": 10, "due_ns": 50000000, "done_ns": 50002000)", "api") +
    report_line("latency", R"("t_ns": 60000000, "drawn": 40, "due_ns": 100000000, "abandoned": true)") +
    report_line("reset", R"("t_ns": 70000000, "drawn": 0.01)") +
    report_line("reset", R"("t_ns": 71000000, "drawn": 0.9, "hit": false)") +
    report_line("drop", R"("t_ns": 72000000, "drawn": 0.2)") +
    R"({"t_ns": 0, "link": 0, "flow": "", "k": 0, "event": "rate", "n": 0, "drawn": 1000, "rule": "default"})"
    "\n"
    R"({"t_ns": 0, "link": 0, "flow": "", "k": 0, "event": "rate", "n": 0, "drawn": 5000, "rule": "default"})"
    "\n"
    R"({"t_ns": 1000000000, "link": 0, "flow": "", "k": 0, "event": "rate", "n": 1, "drawn": 3000, "rule": "default"})"
    "\n"
    R"({"t_ns": 900000000, "event": "phase", "phase": "<rush> & \"hour\""})"
    "\n" +
    report_line("close", R"("t_ns": 80000000, "drawn": 0)");

}  // namespace weir
