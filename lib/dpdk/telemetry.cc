#include "dpdk/telemetry.h"

#include <rte_telemetry.h>

#include <cerrno>
#include <exception>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace weir {
namespace {

using Json = nlohmann::ordered_json;

// DPDK 22.11 calls a command with nothing of ours, and never forgets one: this is the one place of the process from
// which an answer can be found.
struct Answering {
  std::mutex lock;
  std::optional<TelemetryAnswers> answers;
};
Answering answering;

/// Fills a table. One that DPDK has no memory for is left out.
void fill(rte_tel_data* table, const Json& values) {
  rte_tel_data_start_dict(table);
  for (const auto& [name, value] : values.items()) {
    if (value.is_number_unsigned()) {
      rte_tel_data_add_dict_u64(table, name.c_str(), value.get<std::uint64_t>());
    } else if (value.is_string()) {
      rte_tel_data_add_dict_string(table, name.c_str(), value.get_ref<const std::string&>().c_str());
    } else if (value.is_object()) {
      rte_tel_data* const inner = rte_tel_data_alloc();
      if (inner == nullptr) continue;
      fill(inner, value);
      if (rte_tel_data_add_dict_container(table, name.c_str(), inner, 0) != 0) rte_tel_data_free(inner);
    }
  }
}

/// What an answer says, or the part of it that is asked for by name; none when nobody answers, or there is no such
/// part.
std::optional<Json> ask(std::function<Json()> TelemetryAnswers::*question, std::string_view part) {
  const std::scoped_lock lock(answering.lock);
  if (!answering.answers) return std::nullopt;
  Json whole = ((*answering.answers).*question)();
  if (part.empty()) return whole;
  const auto found = whole.find(part);
  if (found == whole.end() || !found->is_object()) return std::nullopt;
  return *found;
}

int answer(std::function<Json()> TelemetryAnswers::*question, const char* part, rte_tel_data* reply) {
  try {
    const std::optional<Json> said = ask(question, part == nullptr ? "" : part);
    if (!said) return -EINVAL;
    fill(reply, *said);
    return 0;
  } catch (const std::exception&) {
    return -ENOMEM;  // C calls this: nothing may be thrown through it
  }
}

int answer_statistics(const char* /*command*/, const char* part, rte_tel_data* reply) {
  return answer(&TelemetryAnswers::statistics, part, reply);
}

int answer_workers(const char* /*command*/, const char* part, rte_tel_data* reply) {
  return answer(&TelemetryAnswers::workers, part, reply);
}

}  // namespace

Telemetry::Telemetry(TelemetryAnswers answers) {
  const std::scoped_lock lock(answering.lock);
  answering.answers = std::move(answers);
  // A second time in a process it is known already, which is as good.
  rte_telemetry_register_cmd("/weir/stats", answer_statistics,
                             "Ports, drops, held frames, lateness. Parameters: a table of it, as drops");
  rte_telemetry_register_cmd("/weir/workers", answer_workers,
                             "Turns, bursts and cycles a frame of each worker. Parameters: int worker");
}

Telemetry::~Telemetry() {
  const std::scoped_lock lock(answering.lock);
  answering.answers.reset();
}

}  // namespace weir
