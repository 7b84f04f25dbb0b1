#include "weir/tool.h"

#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <string_view>

namespace weir {
namespace {

std::string quoted(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += (text.empty() ? "`" : " ") + word;
  return text + "`";
}

/// Where a program's standard streams go; numbers of open descriptors.
struct Streams {
  int in = -1;
  int out = -1;  // stdout and stderr
};

pid_t start(const std::vector<std::string>& command, const Streams& streams) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, streams.in, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, streams.out, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, streams.out, STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);

  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  pid_t pid = 0;
  const int failed = posix_spawnp(&pid, words[0], &files, &attributes, words.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  if (failed != 0) throw RunError(quoted(command) + " could not be started: " + std::strerror(failed));
  return pid;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_code(status);
}

}  // namespace

int exit_code(int wait_status) {
  constexpr int kSignalled = 128;
  return WIFSIGNALED(wait_status) ? kSignalled + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

ToolResult try_tool(const std::vector<std::string>& command, const std::string& input) {
  Pipe to = make_pipe();
  Pipe from = make_pipe();
  if (!to.write_end.write_all(input)) throw errno_error("feeding " + quoted(command));
  to.write_end.reset();
  const pid_t pid = start(command, {to.read_end.number(), from.write_end.number()});
  from.write_end.reset();
  ToolResult result;
  result.output = from.read_end.read_all();
  result.code = wait_for(pid);
  return result;
}

std::string run_tool(const std::vector<std::string>& command) {
  ToolResult result = try_tool(command);
  if (result.code == 0) return std::move(result.output);
  while (result.output.ends_with('\n')) result.output.pop_back();
  throw RunError(quoted(command) + " failed: " + result.output);
}

FedTool::FedTool(const std::vector<std::string>& command, const std::string& input) {
  Pipe to = make_pipe();
  const FileDescriptor nowhere(open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!to.write_end.write_all(input)) throw errno_error("feeding " + quoted(command));
  pid_ = start(command, {to.read_end.number(), nowhere.number()});
  feed_ = std::move(to.write_end);
}

FedTool::~FedTool() {
  feed_.reset();
  wait_for(pid_);
}

}  // namespace weir
