#include "weir/run.h"

#include <iostream>

#include "record/statistics_json.h"
#include "weir/datapath.h"
#include "weir/dispatch.h"
#include "weir/watch.h"

namespace weir {

int conclude(const RunStatistics& statistics, const OutputOptions& output) {
  if (output.stats) write_statistics(*output.stats, statistics);
  const std::vector<std::string> broken = broken_promises(statistics);
  for (const std::string& promise : broken) std::cerr << "weir: promise not kept: " << promise << '\n';
  return broken.empty() ? kGood : kPromiseBroken;
}

int run(const RunOptions& options) {
  const SignalsAside signals;
  Datapath datapath({.links = options.links,
                     .rules = options.rules,
                     .output = options.output,
                     .max_late = options.max_late,
                     .workers = options.workers,
                     .name = options.name,
                     .eal_arguments = options.eal_arguments});
  datapath.start();
  std::cout << "weir: ready" << std::endl;
  watch(datapath, signals, options.duration);
  datapath.stop();
  return conclude(datapath.statistics(), options.output);
}

}  // namespace weir
