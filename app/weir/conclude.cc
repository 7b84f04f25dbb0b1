#include "weir/conclude.h"

#include "record/statistics_json.h"
#include "weir/dispatch.h"

namespace weir {

int conclude(const RunStatistics& statistics, const OutputOptions& output, std::ostream& err) {
  if (output.stats) write_statistics(*output.stats, statistics);
  const std::vector<std::string> broken = broken_promises(statistics);
  for (const std::string& promise : broken) err << "weir: promise not kept: " << promise << '\n';
  return broken.empty() ? kGood : kPromiseBroken;
}

}  // namespace weir
