#include "weir/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <vector>

#include "profile/errors.h"
#include "profile/spelling.h"
#include "weir/check.h"
#include "weir/diff.h"
#include "weir/explain.h"
#include "weir/list_presets.h"
#include "weir/output_files.h"
#include "weir/replay.h"
#include "weir/report.h"
#include "weir/version.h"

namespace weir {
namespace {

using Arguments = std::span<const std::string>;

constexpr std::string_view kHelp =
    R"(weir stands between clients and servers and does to HTTP connections what a bad network would do.

usage: weir COMMAND ...

  run      shape what crosses the links between pairs of ports
  exec     run a command behind an impaired link of its own
  replay   a capture through the same engine, in simulated time
  check    say all that is wrong with profiles, and how much they can make weir hold
  explain  print the profile that a file, a preset or impairment flags stand for, or what it would do to a capture
  presets  list the networks that come with weir
  report   sum up a decision log, as text and as a page with plots
  diff     name the first decision in which two runs differ
  help     weir help COMMAND: options, units, defaults, examples

  --version, --help

exit codes: 0 good, 1 failed at run time, 2 bad arguments or profile, 3 finished but a promise was not kept
)";

std::string version_line() {
  return kDpdkVersion.empty() ? fmt::format("weir {} (without DPDK)\n", kVersion)
                              : fmt::format("weir {} (DPDK {})\n", kVersion, kDpdkVersion);
}

bool is_help(std::string_view word) {
  return word == "--help" || word == "-h";
}

/// Whether help is asked for among a command's own options, before any `--`.
bool asks_for_help(Arguments arguments) {
  const auto own_end = std::ranges::find(arguments, "--");
  return std::any_of(arguments.begin(), own_end, is_help);
}

/// Where a command's words go to.
struct Streams {
  std::ostream& out;
  std::ostream& err;
};

/// Files are tried last: what is refused for another reason leaves none behind.
int start_run(Arguments arguments, const Commands& commands, const Streams& /*streams*/) {
  const RunOptions options = parse_run_options(arguments);
  require_writable(options.output);
  return commands.run(options);
}

int start_exec(Arguments arguments, const Commands& commands, const Streams& /*streams*/) {
  const ExecOptions options = parse_exec_options(arguments);
  require_writable(options.output);
  return commands.exec(options);
}

int start_replay(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return replay(parse_replay_options(arguments), streams.err);
}

int start_report(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return report(arguments, streams.out);
}

int start_diff(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return diff(arguments, streams.out);
}

int start_check(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return check(arguments, streams.out, streams.err);
}

int start_explain(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return explain(arguments, streams.out, streams.err);
}

int start_presets(Arguments arguments, const Commands& /*commands*/, const Streams& streams) {
  return list_presets(arguments, streams.out);
}

struct Command {
  std::string_view name;
  std::string (*help)();
  int (*start)(Arguments arguments, const Commands& commands, const Streams& streams);
};

constexpr std::array kCommands = {
    Command{"run", run_help, start_run},
    Command{"exec", exec_help, start_exec},
    Command{"replay", replay_help, start_replay},
    Command{"report", report_help, start_report},
    Command{"diff", diff_help, start_diff},
    Command{"check", check_help, start_check},
    Command{"explain", explain_help, start_explain},
    Command{"presets", presets_help, start_presets},
};

const Command* find_command(std::string_view name) {
  const auto found = std::ranges::find(kCommands, name, &Command::name);
  return found == kCommands.end() ? nullptr : &*found;
}

[[noreturn]] void refuse_command(std::string_view word) {
  std::vector<std::string_view> known = {"help", "--version", "--help"};
  for (const Command& command : kCommands) known.push_back(command.name);
  const std::string hint = did_you_mean(word, known);
  throw UsageError(fmt::format("unknown command {}{}", word, hint.empty() ? " (see weir help)" : hint));
}

std::string help_for(Arguments topics) {
  if (topics.empty() || is_help(topics[0])) return std::string(kHelp);
  if (topics.size() > 1) throw UsageError(fmt::format("help: one command at a time, not also {}", topics[1]));
  if (topics[0] == "help") return std::string(kHelp);
  const Command* const command = find_command(topics[0]);
  if (!command) refuse_command(topics[0]);
  return command->help();
}

int start(std::string_view word, Arguments rest, const Commands& commands, const Streams& streams) {
  const Command* const command = find_command(word);
  if (command && !asks_for_help(rest)) return command->start(rest, commands, streams);
  if (command) {
    streams.out << command->help();
  } else if (word == "--version") {
    streams.out << version_line();
  } else if (word == "help" || is_help(word)) {
    streams.out << help_for(rest);
  } else {
    refuse_command(word);
  }
  return kGood;
}

}  // namespace

int dispatch(Arguments arguments, const Commands& commands, std::ostream& out, std::ostream& err) {
  if (arguments.empty()) {
    err << "weir: a command is missing (see weir help)\n";
    return kBadArguments;
  }
  const std::string& command = arguments[0];
  const std::string speaker = find_command(command) ? "weir " + command : "weir";
  try {
    return start(command, arguments.subspan(1), commands, {out, err});
  } catch (const ProfileError& error) {
    err << error.what() << '\n';
    return kBadArguments;
  } catch (const UsageError& error) {
    err << speaker << ": " << error.what() << '\n';
    return kBadArguments;
  } catch (const std::exception& error) {
    err << speaker << ": " << printable(error.what()) << '\n';
    return kFailed;
  }
}

}  // namespace weir
