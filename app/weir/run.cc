#include "weir/run.h"

#include <iostream>

#include "weir/conclude.h"
#include "weir/datapath.h"
#include "weir/watch.h"

namespace weir {

int run(const RunOptions& options) {
  const SignalsAside signals;
  Datapath datapath({.links = options.links,
                     .profile = options.profile,
                     .may_reload = options.read_again != nullptr,
                     .output = options.output,
                     .max_late = options.max_late,
                     .workers = options.workers,
                     .link_rate = options.link_rate,
                     .name = options.name,
                     .eal_arguments = options.eal_arguments});
  datapath.start();
  std::cout << "weir: ready" << std::endl;
  watch(datapath, signals, options.duration, options.read_again);
  datapath.stop();
  return conclude(datapath.statistics(), options.output, std::cerr);
}

}  // namespace weir
