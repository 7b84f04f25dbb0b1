// weir's commands in DPDK's telemetry: /weir/stats and /weir/workers, answered over the socket of the EAL while it runs
// (dpdk-telemetry.py, or anything that speaks its protocol). Made and taken away by the control thread; asked on
// threads of the EAL's, one a client.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

namespace weir {

/// Who answers: called on threads of the EAL's, so it reads only what any thread may. Tables of whole numbers, names
/// and further tables; anything else is left out.
struct TelemetryAnswers {
  std::function<nlohmann::ordered_json()> statistics;
  std::function<nlohmann::ordered_json()> workers;  // by the number of the worker
};

class Telemetry {
 public:
  /// From here the commands are answered. An EAL must run; one object at a time. An EAL without telemetry
  /// (--no-telemetry) is never asked.
  explicit Telemetry(TelemetryAnswers answers);
  Telemetry(const Telemetry&) = delete;
  Telemetry& operator=(const Telemetry&) = delete;

  /// Nobody is answered any more; an answer that is under way is waited for.
  ~Telemetry();
};

}  // namespace weir
