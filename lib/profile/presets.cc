#include "profile/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "profile/write_units.h"

namespace weir {
namespace {

using enum Preset::Latency;

constexpr std::string_view kWpt = "WebPageTest, connectivity.ini";
constexpr std::string_view kChrome3g =
    "Chrome DevTools, Network panel (500 kbit/s x 0.8; request latency 2000 ms = 5 x it)";
constexpr std::string_view kChromeSlow4g =
    "Chrome DevTools, Network panel (1600/750 kbit/s x 0.9; 562.5 ms = 3.75 x it); \"Fast 3G\" before 2024";
constexpr std::string_view kChromeFast4g =
    "Chrome DevTools, Network panel (9000/1500 kbit/s x 0.9; 165 ms = 2.75 x it)";
constexpr std::string_view kLighthouse = "Lighthouse, throttling documentation";
constexpr std::string_view kAtc = "Facebook Augmented Traffic Control, profiles";
constexpr std::string_view kGeo = "ours, from Huston, APNIC 2022: minimum 477 ms, typical 600 ms";
constexpr std::string_view kLeo =
    "ours, from SpaceX 2024: median 33 to 48 ms; and Huston, APNIC 2024: another minimum every 15 s, 30 to 50 ms more "
    "at each handover";

constexpr std::string_view kAdded = "a round trip, added to that of the link; half of it each way";
constexpr std::string_view kTarget = "the round trip that the panel aims at; half of it each way";
constexpr std::string_view kSimulated = "a round trip; half of it each way";
constexpr std::string_view kOneWay = "of each direction by itself";
constexpr std::string_view kSteps =
    "a round trip; half of it each way, and 5 ms around that. Every 15 s another satellite: its round trip is 33, 40, "
    "48 "
    "and 40 ms in turn, and for the first half second 40 ms more, in which 1 % is lost and nothing overtakes";

// Four satellites a minute. A handover's 40 ms are the middle of 30 to 50; how long it lasts is ours.
constexpr std::string_view kSatellites = R"(
[timeline]
loop = true

[[phase]]
name = "handover to 1"
for = "500ms"
[[phase.impair.packet]]
delay = "31500us..41500us"
loss = "1%"

[[phase]]
name = "satellite 1"
for = "14500ms"
[[phase.impair.packet]]
delay = "11500us..21500us"

[[phase]]
name = "handover to 2"
for = "500ms"
[[phase.impair.packet]]
delay = "35ms..45ms"
loss = "1%"

[[phase]]
name = "satellite 2"
for = "14500ms"
[[phase.impair.packet]]
delay = "15ms..25ms"

[[phase]]
name = "handover to 3"
for = "500ms"
[[phase.impair.packet]]
delay = "39ms..49ms"
loss = "1%"

[[phase]]
name = "satellite 3"
for = "14500ms"
[[phase.impair.packet]]
delay = "19ms..29ms"

[[phase]]
name = "handover to 4"
for = "500ms"
[[phase.impair.packet]]
delay = "35ms..45ms"
loss = "1%"

[[phase]]
name = "satellite 4"
for = "14500ms"
[[phase.impair.packet]]
delay = "15ms..25ms"
)";

constexpr std::array kPresets = {
    Preset{"wpt-dial", "49", "30", 120, 120, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-2g", "280", "256", 800, 800, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-edge", "240", "200", 840, 840, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-3gslow", "400", "400", 400, 400, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-3g", "1600", "768", 300, 300, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-3gfast", "1600", "768", 150, 150, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-4g", "9000", "9000", 170, 170, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-lte", "12000", "12000", 70, 70, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-dsl", "1500", "384", 50, 50, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-cable", "5000", "1000", 28, 28, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"wpt-fios", "20000", "5000", 4, 4, 0, "0", kRoundTrip, kWpt, kAdded},
    Preset{"chrome-3g", "400", "400", 400, 400, 0, "0", kRoundTrip, kChrome3g, kTarget},
    Preset{"chrome-slow-4g", "1440", "675", 150, 150, 0, "0", kRoundTrip, kChromeSlow4g, kTarget},
    Preset{"chrome-fast-4g", "8100", "1350", 60, 60, 0, "0", kRoundTrip, kChromeFast4g, kTarget},
    Preset{"lighthouse-slow-4g", "1638.4", "750", 150, 150, 0, "0", kRoundTrip, kLighthouse, kSimulated},
    Preset{"lighthouse-dense-4g", "10240", "10240", 40, 40, 0, "0", kRoundTrip, kLighthouse, kSimulated},
    Preset{"atc-2g-rural", "20", "18", 650, 650, 0, "2", kEachWay, kAtc, kOneWay},
    Preset{"atc-2g-urban", "35", "32", 650, 650, 0, "0", kEachWay, kAtc, kOneWay},
    Preset{"atc-edge-avg", "240", "200", 400, 440, 0, "0", kEachWay, kAtc, kOneWay},
    Preset{"atc-3g-avg", "780", "330", 100, 100, 0, "0", kEachWay, kAtc, kOneWay},
    Preset{"atc-dsl", "2000", "256", 5, 5, 0, "0", kEachWay, kAtc, kOneWay},
    Preset{"atc-cable", "6000", "1000", 2, 2, 0, "0", kEachWay, kAtc, kOneWay},
    Preset{"sat-geo", "10000", "2000", 600, 600, 0, "0.5", kRoundTrip, kGeo, kSimulated},
    Preset{"sat-leo", "150000", "15000", 40, 40, 5, "0", kRoundTrip, kLeo, kSteps, kSatellites},
};

Duration applied(const Preset& preset, int latency_ms) {
  const Duration latency = milliseconds(latency_ms);
  return preset.latency == kRoundTrip ? Duration(latency.nanoseconds() / 2) : latency;
}

bool loses(const Preset& preset) {
  return preset.loss_percent != "0";
}

std::string delay_text(const Preset& preset, Duration delay) {
  if (preset.spread_ms == 0) return write_duration(delay);
  const Duration spread = milliseconds(preset.spread_ms);
  return fmt::format("{}..{}", write_duration(delay - spread), write_duration(delay + spread));
}

std::string packet_table(const Preset& preset, std::string_view direction, Duration delay) {
  std::string text =
      fmt::format("[[impair.packet]]\ndirection = \"{}\"\ndelay = \"{}\"\n", direction, delay_text(preset, delay));
  if (loses(preset)) text += fmt::format("loss = \"{}%\"\n", preset.loss_percent);
  return text;
}

std::string latency_text(const Preset& preset) {
  if (preset.latency == kRoundTrip) return fmt::format("{} ms round trip", preset.down_ms);
  if (preset.down_ms == preset.up_ms) return fmt::format("{} ms each way", preset.down_ms);
  return fmt::format("{} ms down, {} ms up", preset.down_ms, preset.up_ms);
}

std::string applied_text(const Preset& preset, std::string_view direction, std::string_view kbit, Duration delay) {
  return fmt::format("{:<4} {} kbit/s, {} each frame, {} % lost\n", direction, kbit, delay_text(preset, delay),
                     preset.loss_percent);
}

}  // namespace

std::span<const Preset> presets() {
  return kPresets;
}

std::vector<std::string_view> preset_names() {
  std::vector<std::string_view> names;
  for (const Preset& preset : kPresets) names.push_back(preset.name);
  return names;
}

const Preset* find_preset(std::string_view name) {
  const auto found = std::ranges::find(kPresets, name, &Preset::name);
  return found == kPresets.end() ? nullptr : &*found;
}

Duration delay_up(const Preset& preset) {
  return applied(preset, preset.up_ms);
}

Duration delay_down(const Preset& preset) {
  return applied(preset, preset.down_ms);
}

std::string preset_text(const Preset& preset) {
  std::string text = fmt::format("name = \"{}\"\ndescription = \"{}/{} kbit/s down/up, {}\"\n\n", preset.name,
                                 preset.down_kbit, preset.up_kbit, latency_text(preset));
  text += "[match]\nprotocol = \"any\"\n\n";
  text += fmt::format("[impair.speed]\nup = \"{}kbit\"\ndown = \"{}kbit\"\naccount = \"frame\"\n\n", preset.up_kbit,
                      preset.down_kbit);
  if (delay_up(preset) == delay_down(preset)) {
    return text + packet_table(preset, "both", delay_up(preset)) + std::string(preset.phases);
  }
  return text + packet_table(preset, "up", delay_up(preset)) + "\n" + packet_table(preset, "down", delay_down(preset));
}

std::string presets_table() {
  std::string text =
      fmt::format("{:<20} {:>9} {:>7}  {:<22} {:>6}  {}\n", "", "down", "up", "latency", "loss %", "source");
  for (const Preset& preset : kPresets) {
    text += fmt::format("{:<20} {:>9} {:>7}  {:<22} {:>6}  {}\n", preset.name, preset.down_kbit, preset.up_kbit,
                        latency_text(preset), preset.loss_percent, preset.source);
  }
  return text + "rates in kbit/s, of whole frames; weir presets NAME says what is applied\n";
}

std::string describe(const Preset& preset) {
  return fmt::format("{}: {}/{} kbit/s down/up, {}\n", preset.name, preset.down_kbit, preset.up_kbit,
                     latency_text(preset)) +
         fmt::format("source: {}\nlatency: {}\n\napplied to every frame, HTTP or not:\n", preset.source,
                     preset.meaning) +
         applied_text(preset, "down", preset.down_kbit, delay_down(preset)) +
         applied_text(preset, "up", preset.up_kbit, delay_up(preset)) + "\n" + preset_text(preset);
}

}  // namespace weir
