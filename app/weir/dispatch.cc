#include "weir/dispatch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>

#include "profile/errors.h"
#include "profile/spelling.h"
#include "weir/output_files.h"
#include "weir/version.h"

namespace weir {
namespace {

using Arguments = std::span<const std::string>;

constexpr std::array<std::string_view, 6> kLaterCommands = {"replay", "check", "explain", "presets", "report", "diff"};
constexpr std::array<std::string_view, 11> kWords = {"run",   "exec",    "help",    "--version", "--help", "replay",
                                                     "check", "explain", "presets", "report",    "diff"};

constexpr std::string_view kHelp =
    R"(weir stands between clients and servers and does to HTTP connections what a bad network would do.

usage: weir COMMAND ...

  run     shape what crosses the links between pairs of ports
  exec    run a command behind an impaired link of its own
  help    weir help COMMAND: options, units, defaults, examples

  --version, --help

exit codes: 0 good, 1 failed at run time, 2 bad arguments, 3 finished but a promise was not kept
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

[[noreturn]] void refuse_command(std::string_view word) {
  if (std::ranges::find(kLaterCommands, word) != kLaterCommands.end()) {
    throw UsageError(fmt::format("{}: not in this version", word));
  }
  const std::string hint = did_you_mean(word, kWords);
  throw UsageError(fmt::format("unknown command {}{}", word, hint.empty() ? " (see weir help)" : hint));
}

std::string help_for(Arguments topics) {
  if (topics.empty() || is_help(topics[0])) return std::string(kHelp);
  if (topics.size() > 1) throw UsageError(fmt::format("help: one command at a time, not also {}", topics[1]));
  if (topics[0] == "run") return run_help();
  if (topics[0] == "exec") return exec_help();
  if (topics[0] == "help") return std::string(kHelp);
  refuse_command(topics[0]);
}

/// Files are tried last: what is refused for another reason leaves none behind.
int start_run(Arguments arguments, const Commands& commands) {
  const RunOptions options = parse_run_options(arguments);
  require_writable(options.output);
  return commands.run(options);
}

int start_exec(Arguments arguments, const Commands& commands) {
  const ExecOptions options = parse_exec_options(arguments);
  require_writable(options.output);
  return commands.exec(options);
}

int start(std::string_view command, Arguments rest, const Commands& commands, std::ostream& out) {
  const bool is_known = command == "run" || command == "exec";
  if (command == "--version") {
    out << version_line();
  } else if (command == "help" || is_help(command)) {
    out << help_for(rest);
  } else if (is_known && asks_for_help(rest)) {
    out << help_for(std::array{std::string(command)});
  } else if (is_known) {
    return command == "run" ? start_run(rest, commands) : start_exec(rest, commands);
  } else {
    refuse_command(command);
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
  const std::string speaker = command == "run" || command == "exec" ? "weir " + command : "weir";
  try {
    return start(command, arguments.subspan(1), commands, out);
  } catch (const UsageError& error) {
    err << speaker << ": " << error.what() << '\n';
    return kBadArguments;
  } catch (const std::exception& error) {
    err << speaker << ": " << printable(error.what()) << '\n';
    return kFailed;
  }
}

}  // namespace weir
