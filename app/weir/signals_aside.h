// Signals taken where a command waits, and nowhere else. The main thread.
#pragma once

#include <csignal>
#include <optional>

#include "base/time.h"

namespace weir {

/// Signals that end or concern a run, blocked from construction on, in this thread and in those that it starts later,
/// so that they are taken where the run waits and nowhere else.
class SignalsAside {
 public:
  SignalsAside();
  SignalsAside(const SignalsAside&) = delete;
  SignalsAside& operator=(const SignalsAside&) = delete;
  ~SignalsAside();

  /// Takes the next one of them; nullopt when none has come for `patience`.
  [[nodiscard]] std::optional<int> take(Duration patience) const;

  /// The signals that were blocked before: what a program started by weir should begin with.
  [[nodiscard]] const sigset_t& mask_before() const { return before_; }

 private:
  sigset_t ours_;
  sigset_t before_;
};

}  // namespace weir
