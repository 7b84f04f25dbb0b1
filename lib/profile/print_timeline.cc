#include "profile/print_timeline.h"

#include <fmt/format.h>

#include "profile/words.h"
#include "profile/write_units.h"

namespace weir {
namespace {

/// A value in one line.
std::string inline_text(const Node& node) {
  std::string inner;
  switch (node.kind) {
    case Node::Kind::kText:
      return quoted(node.text);
    case Node::Kind::kList:
      for (const Node& item : node.items) inner += (inner.empty() ? "" : ", ") + inline_text(item);
      return "[" + inner + "]";
    case Node::Kind::kTable:
      for (const Entry& entry : node.entries) {
        inner += fmt::format("{}{} = {}", inner.empty() ? "" : ", ", entry.name, inline_text(entry.value));
      }
      return inner.empty() ? "{}" : "{ " + inner + " }";
    case Node::Kind::kInteger:
    case Node::Kind::kFloat:
    case Node::Kind::kBoolean:
    case Node::Kind::kTime:
      break;
  }
  return node.text;
}

void print_table(TomlText& out, const std::string& header, const Node& table) {
  if (table.entries.empty()) return;
  out.table(header);
  for (const Entry& entry : table.entries) out.plain(entry.name, inline_text(entry.value));
}

std::string when_text(const TimelinePhase& phase) {
  return phase.when == SceneClock::Event::kFrame ? "first packet" : fmt::format("connection {}", phase.count);
}

void print_phase(TomlText& out, const TimelinePhase& phase) {
  out.table("[[phase]]");
  out.text("name", phase.name);
  if (phase.at) out.text("at", write_duration(*phase.at));
  if (phase.when != SceneClock::Event::kNone) out.text("when", when_text(phase));
  if (phase.length) out.text("for", write_duration(*phase.length));
  if (phase.repeat != 1) out.plain("repeat", std::to_string(phase.repeat));
  for (const Node& impair : phase.impair) print_table(out, "[phase.impair]", impair);
  for (const PhaseRule& rule : phase.rules) {
    out.table("[[phase.rule]]");
    out.text("name", rule.name.text);
    if (rule.match) print_table(out, "[phase.rule.match]", *rule.match);
    print_table(out, "[phase.rule.impair]", rule.impair);
  }
}

}  // namespace

void print_timeline(TomlText& out, const Timeline& timeline) {
  if (!timeline.trace.entries.empty()) return print_table(out, "[trace]", timeline.trace);
  out.table("[timeline]");
  out.text("starts", word_for(words::kTimelineStarts, timeline.starts));
  out.plain("loop", timeline.loop ? "true" : "false");
  out.text("step", write_duration(timeline.step));
  for (const TimelinePhase& phase : timeline.phases) print_phase(out, phase);
}

}  // namespace weir
