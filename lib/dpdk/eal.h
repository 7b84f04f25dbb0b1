// DPDK's EAL for the length of a run: started once a process, taken down in the destructor. Control thread only.
#pragma once

#include <memory>

#include "dpdk/eal_plan.h"

namespace weir {

/// What this machine offers to this process now.
[[nodiscard]] Machine look_at_machine();

/// Removes what killed runs of ours left in DPDK's runtime directory: every `weir-<pid>` whose process is gone.
void remove_stale_runtime_directories();

class Eal {
 public:
  /// Starts the EAL. The calling thread becomes the control thread and stays on its CPU, and so do the threads that it
  /// starts later. Throws std::runtime_error with the whole command line and the reason.
  explicit Eal(const EalPlan& plan);
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  /// Workers and ports must be gone. Leaves nothing of ours behind.
  ~Eal();

  /// What the EAL was told, and sentences for stderr about it.
  [[nodiscard]] const EalCommand& command() const;

  /// How many worker threads may be launched: at least as many as the plan asked for.
  [[nodiscard]] unsigned workers() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir
