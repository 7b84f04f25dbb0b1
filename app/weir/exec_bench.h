// The bench of `weir exec`: a command in a network namespace of its own, weir in another, this machine as it is, and
// two links between them, through weir:
//
//     command (eth0) -- (client) weir (server) -- (weir<pid>) this machine
//
// The namespaces have no names and live no longer than the processes in them, so there is nothing to be cleaned up
// after a kill. Built before the data path, while the program has one thread: from then on this process is in weir's
// namespace. Control thread.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "weir/command_init.h"
#include "weir/host_guard.h"
#include "weir/link_addresses.h"
#include "weir/masquerade.h"
#include "weir/network_namespace.h"
#include "weir/options.h"
#include "weir/watch.h"

namespace weir {

class ExecBench {
 public:
  /// Makes everything but the data path; the command waits. What the user should know goes to stderr, a line each.
  /// Throws UsageError for privileges that are missing, RunError for what fails.
  ExecBench(const std::vector<std::string>& command, const SignalsAside& signals);
  ExecBench(const ExecBench&) = delete;
  ExecBench& operator=(const ExecBench&) = delete;

  /// Takes it all down; the data path must be gone.
  ~ExecBench();

  /// The interfaces between which weir stands.
  [[nodiscard]] LinkOption link() const;

  /// Frames must flow.
  void start_command();
  [[nodiscard]] CommandInit& command() { return *command_; }

 private:
  void choose_addresses();
  void find_out_what_can_be_reached();
  void enter_own_namespace() const;
  void join_with_veth() const;
  void set_up_host() const;
  void set_up_command() const;

  const std::string interface_;  // this machine's end
  NetworkNamespace host_;
  std::unique_ptr<CommandInit> command_;
  LinkAddresses ipv4_;
  std::optional<LinkAddresses> ipv6_;
  bool forwards_ = false;
  std::unique_ptr<HostGuard> guard_;
  std::unique_ptr<Masquerade> masquerade_;
};

}  // namespace weir
