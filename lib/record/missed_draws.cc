#include "record/missed_draws.h"

namespace weir {

void MissedDraws::count(const DecisionRecord& record) {
  Count& count = counts_[{record.at >= begins_at_, record.selection, record.rule, record.event}];
  if (count.draws++ == 0 || record.at > count.last.at) count.last = record;
}

void MissedDraws::tell(const Sink& sink) {
  for (const auto& [key, count] : counts_) sink(count.last, count.draws);
  counts_.clear();
}

}  // namespace weir
