#include "dpdk/worker_threads.h"

#include <rte_launch.h>
#include <rte_lcore.h>

#include <climits>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace weir {

struct WorkerThreads::Launch {
  std::function<void()> function;
  unsigned lcore = 0;
  std::exception_ptr thrown;  // worker writes before it ends, control reads after

  static int run(void* launch) {
    auto& self = *static_cast<Launch*>(launch);
    try {
      self.function();
    } catch (...) {
      self.thrown = std::current_exception();
    }
    return 0;
  }
};

WorkerThreads::WorkerThreads(std::vector<std::function<void()>> functions) {
  unsigned lcore = rte_get_next_lcore(UINT_MAX, 1, 0);  // the first one; the main lcore is skipped
  for (auto& function : functions) {
    auto launch = std::make_unique<Launch>(Launch{std::move(function), lcore, nullptr});
    const int result = lcore < RTE_MAX_LCORE ? rte_eal_remote_launch(&Launch::run, launch.get(), lcore) : -1;
    if (result != 0) {
      for (const auto& started : launches_) rte_eal_wait_lcore(started->lcore);
      throw std::runtime_error("launching worker " + std::to_string(launches_.size()) + " failed: " +
                               (lcore < RTE_MAX_LCORE ? "its lcore is busy" : "there are no more worker lcores"));
    }
    launches_.push_back(std::move(launch));
    lcore = rte_get_next_lcore(lcore, 1, 0);
  }
}

WorkerThreads::~WorkerThreads() {
  for (const auto& launch : launches_) rte_eal_wait_lcore(launch->lcore);
}

void WorkerThreads::join() {
  for (const auto& launch : launches_) rte_eal_wait_lcore(launch->lcore);
  for (const auto& launch : launches_) {
    if (launch->thrown) std::rethrow_exception(std::exchange(launch->thrown, nullptr));
  }
}

}  // namespace weir
