#include "weir/options.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "profile/addresses.h"
#include "profile/errors.h"
#include "profile/impair_flags.h"
#include "profile/limits.h"
#include "profile/units.h"
#include "weir/command_line.h"

namespace weir {
namespace {

using Arguments = std::span<const std::string>;
using Text = std::optional<std::string>;

constexpr Duration kLongestRun = seconds(365 * 24 * 3600);
constexpr std::size_t kLongestName = 32;

constexpr std::string_view kUnits =
    R"(units: a bare number is milliseconds (--duration: seconds) or bytes a second. Times take us, ms, s; rates take k M G
(1000), Ki Mi Gi (1024), with or without B/s, and kbit Mbit Gbit; probabilities are 0 to 1 or 0% to 100%.
)";

/// What is asked for, as typed.
struct ProfileText {
  ImpairFlags impair;
  Text profile, seed;
};

/// What a command leaves behind, as typed.
struct OutputText : ProfileText {
  Text log, stats, capture;
  bool log_all = false;
};

/// What `run` and `exec` understand, as typed.
struct SharedText : OutputText {
  Text max_late;
};

struct ReplayText : OutputText {
  Text client;
  std::vector<std::string> captures;
};

struct ExplainText : ProfileText {
  Text pcap, client;
};

struct RunText : SharedText {
  std::vector<std::string> links;
  Text workers, link_rate, duration, name;
};

/// The arguments before and behind the first `--`.
struct Split {
  Arguments own;
  Arguments behind;
};

Split split(Arguments arguments) {
  const auto separator = std::ranges::find(arguments, "--");
  if (separator == arguments.end()) return {arguments, {}};
  return {Arguments(arguments.begin(), separator), Arguments(separator + 1, arguments.end())};
}

void declare_impairments(CommandLine& line, ImpairFlags& flags) {
  line.heading("latency of each response's first byte (a range is drawn from evenly)");
  line.value("--latency", "MS", "hold for this long; 0 to 3600s", flags.latency);
  line.value("--latency-min", "MS", "the least; alone it is the most as well", flags.latency_min);
  line.value("--latency-max", "MS", "the most; alone it is the least as well", flags.latency_max);
  line.heading("speed of all HTTP connections together, both directions, TCP payload");
  line.value("--speed", "BYTES", "bytes a second; up to 400 Gbit/s", flags.speed);
  line.value("--speed-min", "BYTES", "the least; redrawn each second up to --speed-max", flags.speed_min);
  line.value("--speed-max", "BYTES", "the most; alone it is the least as well", flags.speed_max);
  line.heading("jitter: a connection stalls, at most once in each second in which it carries data");
  line.value("--jitter-prob", "P", "how likely; needs a length", flags.jitter_prob);
  line.value("--jitter-min", "MS", "the shortest; alone it is the longest as well", flags.jitter_min);
  line.value("--jitter-max", "MS", "the longest; alone it is the shortest as well", flags.jitter_max);
  line.heading("reset: a connection is cut in place of a response's first byte");
  line.flag("--reset-enable", "cut; each exchange, unless --reset-prob is given", flags.reset_enable);
  line.value("--reset-prob", "P", "how likely; enables as well", flags.reset_prob);
}

void declare_profile(CommandLine& line, ProfileText& text) {
  line.heading("profile: what is done to which traffic; flags take the place of the same impairments in it");
  line.value("--profile", "FILE|PRESET", "a file has a / or ends in .toml; presets: see weir presets", text.profile);
  line.value("--seed", "N", "same seed, same decisions; 0 to 2^64 - 1 (default: the\nprofile's, else 1)", text.seed);
  declare_impairments(line, text.impair);
}

void declare_output(CommandLine& line, OutputText& text) {
  declare_profile(line, text);
  line.heading("what is left behind");
  line.value("--log", "FILE", "every decision, a line of JSON each", text.log);
  line.flag("--log-all", "also draws that missed, and frames dropped or absorbed", text.log_all);
  line.value("--stats", "FILE", "the final statistics, one JSON object", text.stats);
  line.value("--capture", "FILE",
             "pcapng of what came in, left and was dropped, with a comment\nwhere something was done", text.capture);
}

void declare_shared(CommandLine& line, SharedText& text) {
  declare_output(line, text);
  line.value("--max-late", "MS", "promised for 99.9 % of held frames (default 1ms); exit code 3 if broken",
             text.max_late);
}

CommandLine run_line(RunText& text) {
  CommandLine line(
      "Shapes what crosses the links between pairs of ports until SIGINT or SIGTERM; reads its profile again on "
      "SIGHUP.",
      "weir run --link A,B [options] [-- EAL arguments]", "EAL arguments go after --");
  line.heading("links");
  line.values("--link", "A,B",
              "clients at A, servers at B; may be repeated. A port is a PCI\naddress, a kernel interface, or the name "
              "of a --vdev after --",
              text.links);
  line.value("--workers", "N", "cores that forward, 1 to 32 (default 1)", text.workers);
  line.value("--link-rate", "RATE",
             "of each direction: room is made for all that the profile can hold\nof a full link (default 10Gbit for "
             "PCI ports)",
             text.link_rate);
  line.value("--duration", "S", "stop after this long; a bare number is seconds", text.duration);
  line.value("--name", "NAME", "tells runs on one machine apart (default weir)", text.name);
  declare_shared(line, text);
  line.footer(fmt::format("{}{}", kUnits, R"(
examples:
  weir run --link eth1,eth2 --latency 150
  weir run --link 0000:01:00.0,0000:01:00.1 --latency-min 20 --latency-max 120 --speed 2M --workers 2
  weir run --link eth1,eth2 --jitter-prob 0.4 --jitter-min 100 --jitter-max 300 --reset-prob 1% --log run.jsonl
  weir run --link eth1,eth2 --profile wpt-3g --reset-prob 1%
  weir run --link net_pcap0,net_pcap1 -- --vdev=net_pcap0,rx_pcap=in.pcap --vdev=net_pcap1,tx_pcap=out.pcap)"));
  return line;
}

CommandLine exec_line(SharedText& text) {
  CommandLine line(
      "Runs a command behind an impaired link of its own; WEIR_HOST is this machine's address on that link.",
      "weir exec [options] -- COMMAND...", "the command goes after --");
  declare_shared(line, text);
  line.footer(fmt::format("{}{}", kUnits, R"(
example:
  weir exec --latency 100 -- sh -c 'curl http://$WEIR_HOST:8080/')"));
  return line;
}

CommandLine replay_line(ReplayText& text) {
  constexpr std::size_t kCaptures = 2;
  CommandLine line("Does to the traffic of a capture what weir run does to that of a link, in simulated time.",
                   "weir replay [options] IN.pcap OUT.pcap", "one capture in, one out: weir replay IN.pcap OUT.pcap");
  line.words(text.captures, kCaptures);
  line.heading("captures: IN is a pcap or pcapng, OUT becomes a pcap with nanoseconds; Ethernet only");
  line.value(
      "--client", "CIDR",
      "what comes from there comes in at A. Without it: by the two\ninterfaces of a pcapng, else by who sent the "
      "SYN",
      text.client);
  declare_output(line, text);
  line.footer(fmt::format("{}{}", kUnits, R"(
examples:
  weir replay --latency 150 in.pcap out.pcap
  weir replay --profile wpt-3g --seed 7 --client 10.9.0.0/24 --log replay.jsonl in.pcapng out.pcap)"));
  return line;
}

CommandLine explain_line(ExplainText& text) {
  CommandLine line(
      "Prints the complete profile that a file, a preset or impairment flags stand for, or says what it would do to a "
      "capture.",
      "weir explain [FILE|PRESET] [impairment flags] [--pcap IN.pcap]",
      "a file or preset stands before the flags, alone");
  line.heading("captures: what would happen to each connection, by which rule and why");
  line.value("--pcap", "IN.pcap", "a pcap or pcapng of Ethernet, as weir replay reads it; - is stdin", text.pcap);
  line.value("--client", "CIDR", "what comes from there comes in at A (see weir help replay)", text.client);
  declare_profile(line, text);
  line.footer(fmt::format("{}{}", kUnits, R"(
examples:
  weir explain --latency-min 20 --latency-max 120 --speed 2M
  weir explain wpt-3g --seed 7 > 3g.toml
  weir explain flaky.toml --pcap bench.pcap)"));
  return line;
}

/// 01:00.0 and 0000:01:00.0 are the same device.
std::string full_name(std::string name) {
  constexpr std::size_t kShortPciAddress = 7;
  const bool is_short = name.size() == kShortPciAddress && name[2] == ':' && name[5] == '.';
  return is_short ? "0000:" + name : name;
}

LinkOption parse_link(const std::string& text) {
  const auto commas = std::ranges::count(text, ',');
  if (commas != 1) {
    throw UsageError(fmt::format("--link: \"{}\" names {} {}, a link has two: --link A,B", text, commas + 1,
                                 commas == 0 ? "port" : "ports"));
  }
  const std::size_t comma = text.find(',');
  LinkOption link{full_name(text.substr(0, comma)), full_name(text.substr(comma + 1))};
  if (link.a.empty() || link.b.empty()) {
    throw UsageError(fmt::format("--link: \"{}\" names one port, a link has two: --link A,B", text));
  }
  return link;
}

std::vector<LinkOption> parse_links(const std::vector<std::string>& texts) {
  if (texts.empty()) throw UsageError("--link is missing: name the two ports to stand between, --link A,B");
  if (texts.size() > kMostLinks) {
    throw UsageError(fmt::format("--link is given {} times, {} links are the most", texts.size(), kMostLinks));
  }
  std::vector<LinkOption> links;
  std::vector<std::string> seen;
  for (const std::string& text : texts) {
    const LinkOption link = parse_link(text);
    for (const std::string& port : {link.a, link.b}) {
      if (std::ranges::find(seen, port) != seen.end()) {
        throw UsageError(fmt::format("--link: port \"{}\" is named twice, a port belongs to one link", port));
      }
      seen.push_back(port);
    }
    links.push_back(link);
  }
  return links;
}

/// More than nothing, and at most `most`.
Duration parse_span(std::string_view name, const std::string& text, Duration bare, Duration most) {
  const Duration span = parse_duration(name, text, bare);
  if (span == Duration()) throw UsageError(fmt::format("{}: \"{}\" is no time at all", name, text));
  if (span > most) {
    throw UsageError(
        fmt::format("{}: \"{}\" is more than {}s", name, text, most.nanoseconds() / kNanosecondsPerSecond));
  }
  return span;
}

std::string parse_name(const std::string& text) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  const bool fits = !text.empty() && text.size() <= kLongestName;
  if (!fits || text.find_first_not_of(kAllowed) != std::string::npos) {
    throw UsageError(
        fmt::format("--name: \"{}\" is not a name: 1 to {} letters, digits, '_', '-' or '.'", text, kLongestName));
  }
  return text;
}

OutputOptions parse_output(const OutputText& text) {
  if (text.log_all && !text.log) throw UsageError("--log-all needs --log FILE");
  for (const auto& [flag, path] :
       {std::pair{"--log", &text.log}, std::pair{"--stats", &text.stats}, std::pair{"--capture", &text.capture}}) {
    if (*path && (*path)->empty()) throw UsageError(fmt::format("{}: the file's name is empty", flag));
  }
  if (text.log && text.log == text.stats) {
    throw UsageError(fmt::format("--log and --stats name the same file {}", *text.log));
  }
  if (text.capture && (text.capture == text.log || text.capture == text.stats)) {
    throw UsageError(fmt::format("--capture and {} name the same file {}",
                                 text.capture == text.log ? "--log" : "--stats", *text.capture));
  }
  return {.log = text.log, .stats = text.stats, .capture = text.capture, .log_all = text.log_all};
}

/// The named profile, or an empty one, with what the flags put in its place.
Profile profile_of(const ProfileText& text) {
  Profile profile = text.profile ? load_profile(*text.profile) : Profile();
  override_by(text.impair, profile);
  if (text.seed) profile.seed = parse_count("--seed", *text.seed, 0, UINT64_MAX);
  return profile;
}

/// Fills what all kinds of options have.
template <typename Options>
void fill_output(Options& options, const OutputText& text) {
  options.profile = profile_of(text);
  options.rules = compile(options.profile);
  options.output = parse_output(text);
}

template <typename Options>
void fill_shared(Options& options, const SharedText& text) {
  fill_output(options, text);
  if (text.max_late) options.max_late = parse_span("--max-late", *text.max_late, milliseconds(1), kLongestHold);
}

}  // namespace

RunOptions parse_run_options(std::span<const std::string> arguments) {
  const Split parts = split(arguments);
  RunText text;
  run_line(text).parse(parts.own);
  RunOptions options;
  options.links = parse_links(text.links);
  fill_shared(options, text);
  if (text.profile) options.read_again = [asked = static_cast<const ProfileText&>(text)] { return profile_of(asked); };
  if (text.workers) options.workers = static_cast<unsigned>(parse_count("--workers", *text.workers, 1, kMostWorkers));
  if (text.link_rate) options.link_rate = parse_speed("--link-rate", *text.link_rate);
  if (text.duration) options.duration = parse_span("--duration", *text.duration, seconds(1), kLongestRun);
  if (text.name) options.name = parse_name(*text.name);
  options.eal_arguments.assign(parts.behind.begin(), parts.behind.end());
  return options;
}

ExecOptions parse_exec_options(std::span<const std::string> arguments) {
  const Split parts = split(arguments);
  SharedText text;
  exec_line(text).parse(parts.own);
  ExecOptions options;
  fill_shared(options, text);
  if (parts.behind.empty()) throw UsageError("the command is missing: weir exec [options] -- COMMAND...");
  options.command.assign(parts.behind.begin(), parts.behind.end());
  return options;
}

ReplayOptions parse_replay_options(std::span<const std::string> arguments) {
  ReplayText text;
  replay_line(text).parse(arguments);
  ReplayOptions options;
  fill_output(options, text);
  if (text.client) options.client = parse_cidr("--client", *text.client);
  if (text.captures.size() < 2) {
    throw UsageError(fmt::format("{} missing: weir replay [options] IN.pcap OUT.pcap",
                                 text.captures.empty() ? "the captures are" : "the capture to write is"));
  }
  options.in = text.captures[0];
  options.out = text.captures[1];
  return options;
}

ExplainOptions parse_explain_options(std::span<const std::string> arguments) {
  ExplainText text;
  const bool names_one = !arguments.empty() && !arguments[0].starts_with('-');
  explain_line(text).parse(arguments.subspan(names_one ? 1 : 0));
  if (names_one && text.profile) {
    throw UsageError(fmt::format("{} and --profile {} are two profiles: name one", arguments[0], *text.profile));
  }
  if (names_one) text.profile = arguments[0];
  if (text.client && !text.pcap) throw UsageError("--client needs --pcap IN.pcap");
  ExplainOptions options;
  options.profile = profile_of(text);
  options.pcap = text.pcap == "-" ? "/dev/stdin" : text.pcap;
  if (text.client) options.client = parse_cidr("--client", *text.client);
  return options;
}

std::string run_help() {
  RunText text;
  return run_line(text).help();
}

std::string exec_help() {
  SharedText text;
  return exec_line(text).help();
}

std::string replay_help() {
  ReplayText text;
  return replay_line(text).help();
}

std::string explain_help() {
  ExplainText text;
  return explain_line(text).help();
}

}  // namespace weir
