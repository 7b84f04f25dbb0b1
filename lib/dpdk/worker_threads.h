// The worker threads: one function on each of the EAL's worker lcores, pinned to its CPU. Control thread only.
#pragma once

#include <functional>
#include <memory>
#include <vector>

namespace weir {

class WorkerThreads {
 public:
  /// Launches one function a worker lcore, in order of the lcores. A running Eal with at least that many workers must
  /// exist. Throws std::runtime_error when a lcore is missing or busy; what was launched before is waited for.
  explicit WorkerThreads(std::vector<std::function<void()>> functions);
  WorkerThreads(const WorkerThreads&) = delete;
  WorkerThreads& operator=(const WorkerThreads&) = delete;

  /// Waits for those that still run: tell them to stop before.
  ~WorkerThreads();

  /// Waits until every function has returned; throws what the first of them threw.
  void join();

 private:
  struct Launch;
  std::vector<std::unique_ptr<Launch>> launches_;
};

}  // namespace weir
