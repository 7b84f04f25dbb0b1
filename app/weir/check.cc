#include "weir/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "profile/errors.h"
#include "profile/limits.h"
#include "profile/profile.h"
#include "profile/schema.h"
#include "profile/worst_case.h"
#include "weir/command_line.h"
#include "weir/dispatch.h"
#include "weir/room.h"

namespace weir {
namespace {

constexpr std::size_t kMostFiles = 4'096;

struct CheckText {
  std::vector<std::string> files;
  std::optional<std::string> link_rate;
  bool schema = false;
};

CommandLine check_line(CheckText& text) {
  CommandLine line(
      "Reads profiles and says all that is wrong with them: file, line, column, the line, what was expected.",
      "weir check [--link-rate RATE] FILE...", "too many files");
  line.words(text.files, kMostFiles);
  line.heading("what is said of profiles that are in order: how many frames they can make weir hold");
  line.value("--link-rate", "RATE", "of each direction of the link (default 10Gbit)", text.link_rate);
  line.heading("for editors");
  line.flag("--schema", "print the JSON Schema of profiles, alone", text.schema);
  line.footer(R"(FILE may be a preset as well. Exit code 2 if one is not in order.

examples:
  weir check profiles/*.toml
  weir check --link-rate 1Gbit flaky.toml)");
  return line;
}

std::string gbit(ByteRate rate) {
  return fmt::format("{:.3g} Gbit/s", static_cast<double>(rate.bytes_per_second) * 8 / 1e9);
}

using AllRules = std::vector<Rules>;  // of one profile: one of them holds at a time

std::uint64_t most_held(const AllRules& all, ByteRate link, std::uint64_t frame_bytes) {
  std::uint64_t most = 0;
  for (const Rules& rules : all) most = std::max(most, frames_held(rules, link, frame_bytes));
  return most;
}

ByteRate fastest_for(const AllRules& all, std::uint64_t frame_bytes) {
  ByteRate fastest = kFastestRate;
  for (const Rules& rules : all) fastest = std::min(fastest, fastest_link(rules, kMostHeld, frame_bytes));
  return fastest;
}

/// What to give a profile that can make weir hold more than it has room for.
std::string advice(const AllRules& all) {
  const ByteRate full = fastest_for(all, kFullFrameBytes);
  const ByteRate small = fastest_for(all, kSmallFrameBytes);
  if (full == ByteRate()) return "its queue alone is longer: give it a shorter queue";
  return fmt::format("give it shorter delays, or at most {} of full frames ({} of the smallest) each way", gbit(full),
                     gbit(small));
}

/// The worst case of a profile, as a sentence.
std::string worst_case(const Profile& profile, ByteRate link) {
  const AllRules all = rules_at_worst(profile);
  const std::uint64_t full = most_held(all, link, kFullFrameBytes);
  const std::uint64_t small = most_held(all, link, kSmallFrameBytes);
  if (small == 0) return "worst case: no frame is held";
  const std::string figures = fmt::format("worst case at {} each way: {} frames of {} bytes held, or {} of {} bytes",
                                          gbit(link), full, kFullFrameBytes, small, kSmallFrameBytes);
  if (small <= kMostHeld) return figures + fmt::format("; weir has room for {}", kMostHeld);
  return fmt::format(
      "{}; weir has room for {}, and for all of them with --link-rate at that ({} MiB of buffers): or {}", figures,
      kMostHeld, room_for(profile, {.link = link}).mib(), advice(all));
}

/// Whether it is in order.
bool check_one(const std::string& file, ByteRate link, std::ostream& out, std::ostream& err) {
  try {
    const Profile profile = load_profile(file);
    out << file << ": ok\n" << file << ": " << worst_case(profile, link) << '\n';
    return true;
  } catch (const ProfileError& error) {
    err << error.what() << '\n';
  } catch (const UsageError& error) {
    err << "weir check: " << error.what() << '\n';
  }
  return false;
}

}  // namespace

int check(std::span<const std::string> arguments, std::ostream& out, std::ostream& err) {
  CheckText text;
  check_line(text).parse(arguments);
  if (text.schema) {
    if (arguments.size() > 1) throw UsageError("--schema stands alone: weir check --schema");
    out << profile_schema();
    return kGood;
  }
  if (text.files.empty()) throw UsageError("a file is missing: weir check FILE...");
  const ByteRate link = text.link_rate ? parse_speed("--link-rate", *text.link_rate) : kUsualLink;
  bool all_good = true;
  for (const std::string& file : text.files) all_good = check_one(file, link, out, err) && all_good;
  return all_good ? kGood : kBadArguments;
}

std::string check_help() {
  CheckText text;
  return check_line(text).help();
}

}  // namespace weir
