// The data path of a run, put together: EAL, packet pool, ports, workers, log. This is where it shows which part uses
// which. Built, started, stopped and asked by the main thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "record/statistics.h"
#include "record/status_line.h"
#include "weir/options.h"

namespace weir {

struct DatapathPlan {
  std::vector<LinkOption> links;
  Profile profile;
  bool may_reload = false;  // another profile may come while it runs
  OutputOptions output;
  Duration max_late = milliseconds(1);
  unsigned workers = 1;
  std::optional<ByteRate> link_rate = {};  // of each direction of a link, as far as it is known
  std::string name = "weir";
  std::vector<std::string> eal_arguments;
  bool quiet = false;  // no remarks
};

class Datapath {
 public:
  /// Opens everything; no frame flows yet. Throws UsageError for ports that can't be meant and privileges that are
  /// missing, before anything is started; RunError or std::runtime_error for what fails later. Remarks that the user
  /// should see (which driver, hugepages or not) go to stderr, a line each.
  explicit Datapath(const DatapathPlan& plan);
  Datapath(const Datapath&) = delete;
  Datapath& operator=(const Datapath&) = delete;

  /// Stops, if nobody did.
  ~Datapath();

  /// From here frames flow, and the run's time counts.
  void start();

  /// Takes no more frames in, lets held ones go for up to a second, drops the rest by name, and ends the workers.
  void stop();

  /// Another profile holds from now on. Every worker changes over at the same instant, a moment ahead; nothing that is
  /// held is lost, and connections stay who they are. Only of a plan that may_reload.
  void reload(const Profile& profile);

  /// Counts a profile that was not to be had.
  void refuse_reload();

  /// Builds what the profile has for the next seconds. To be called a few times a second while it runs.
  void look_ahead();

  /// Time since start().
  [[nodiscard]] Instant now() const;

  /// The numbers of this moment.
  [[nodiscard]] StatusSnapshot snapshot() const;

  /// Everything there is to say about the run; exact after stop().
  [[nodiscard]] RunStatistics statistics() const;

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace weir
