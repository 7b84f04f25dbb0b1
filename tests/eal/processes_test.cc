// Several EALs on one machine, in processes of their own: side by side, killed, and started again.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include "dpdk/eal.h"

namespace weir {
namespace {

std::filesystem::path runtime_directory(pid_t pid) {
  const char* const user = std::getenv("XDG_RUNTIME_DIR");
  const std::filesystem::path root = getuid() == 0 ? "/var/run" : user != nullptr ? user : "/tmp";
  return root / "dpdk" / ("weir-" + std::to_string(pid));
}

/// A child that starts an EAL, says so over a pipe, and lives until the other pipe is closed.
class Child {
 public:
  Child() {
    std::array<int, 2> ready{};
    std::array<int, 2> stay{};
    EXPECT_EQ(pipe(ready.data()), 0);
    EXPECT_EQ(pipe(stay.data()), 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(stay[1]);
      _exit(live(ready[1], stay[0]));
    }
    close(ready[1]);
    close(stay[0]);
    ready_ = ready[0];
    stay_ = stay[1];
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    close(ready_);
    if (stay_ >= 0) close(stay_);
  }

  /// Waits until its EAL runs; false when it failed.
  bool started() const {
    char byte = 0;
    return read(ready_, &byte, 1) == 1;
  }
  /// Lets it end; returns what waitpid tells.
  int end() {
    close(stay_);
    stay_ = -1;
    return wait();
  }
  int kill_it() {
    kill(pid_, SIGKILL);
    return wait();
  }
  pid_t pid() const { return pid_; }

 private:
  static int live(int ready, int stay) {
    try {
      EalPlan plan;
      plan.memory_mib = 64;
      const Eal eal(plan);
      char byte = 1;
      if (write(ready, &byte, 1) != 1) return 2;
      return read(stay, &byte, 1) == 0 ? 0 : 3;
    } catch (const std::exception&) {
      return 1;
    }
  }
  int wait() const {
    int status = -1;
    waitpid(pid_, &status, 0);
    return status;
  }

  pid_t pid_ = -1;
  int ready_ = -1;
  int stay_ = -1;
};

TEST(Processes, RunSideBySideAndLeaveNothing) {
  Child first;
  ASSERT_TRUE(first.started());
  Child second;
  ASSERT_TRUE(second.started());
  EXPECT_TRUE(std::filesystem::exists(runtime_directory(first.pid())));
  // The second child inherited the first one's pipe, so it ends first.
  EXPECT_EQ(second.end(), 0);
  EXPECT_EQ(first.end(), 0);
  EXPECT_FALSE(std::filesystem::exists(runtime_directory(first.pid())));
  EXPECT_FALSE(std::filesystem::exists(runtime_directory(second.pid())));
}

TEST(Processes, StartAgainAfterAKillAndSweepUp) {
  Child killed;
  ASSERT_TRUE(killed.started());
  killed.kill_it();
  EXPECT_TRUE(std::filesystem::exists(runtime_directory(killed.pid())));
  Child next;
  ASSERT_TRUE(next.started());
  EXPECT_FALSE(std::filesystem::exists(runtime_directory(killed.pid())));
  EXPECT_EQ(next.end(), 0);
}

TEST(Processes, AFailedStartSaysWhatWasAttempted) {
  EalPlan plan;
  plan.user_arguments = {"--no-such-option"};
  try {
    const Eal eal(plan);
    FAIL() << "started";
  } catch (const std::exception& error) {
    EXPECT_NE(std::string(error.what()).find("--no-such-option"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace weir
