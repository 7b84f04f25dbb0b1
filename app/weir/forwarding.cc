#include "weir/forwarding.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "weir/file_descriptor.h"

namespace weir {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDirectory = "/run/weir";

std::string setting(const Forwarder& place) {
  return place.version == IpVersion::k4 ? "/proc/sys/net/ipv4/conf/" + place.interface + "/forwarding"
                                        : "/proc/sys/net/ipv6/conf/" + place.interface + "/force_forwarding";
}

bool is_on(const std::string& path) {
  int value = 0;
  std::ifstream(path) >> value;
  return value != 0;
}

bool ipv6_forwards_everywhere() {
  return is_on("/proc/sys/net/ipv6/conf/all/forwarding");
}

void set(const std::string& path, int value) {
  if (fs::exists(path)) std::ofstream(path) << value;
}

/// weir's own ends towards commands, "weir" and a number, see to themselves.
bool is_ours(const std::string& interface) {
  constexpr std::size_t kStem = 4;
  return interface.starts_with("weir") && interface.find_first_not_of("0123456789", kStem) == std::string::npos;
}

/// Interfaces that are up and lead somewhere else.
std::set<std::string> interfaces_up() {
  std::set<std::string> names;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return names;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    const bool leads_out = (entry->ifa_flags & IFF_UP) != 0 && (entry->ifa_flags & IFF_LOOPBACK) == 0;
    if (leads_out && !is_ours(entry->ifa_name)) names.emplace(entry->ifa_name);
  }
  freeifaddrs(list);
  return names;
}

/// What the file says, under its lock while this object lives. An empty record has no file.
class Record {
 public:
  Record() {
    struct stat place {};
    if (stat("/proc/self/ns/net", &place) != 0) throw errno_error("looking at the network namespace");
    path_ = std::string(kDirectory) + "/forwarding-" + std::to_string(place.st_ino);
    while (!lock()) {
    }
    read();
  }

  /// Writes the changes back.
  void save() const {
    std::error_code none;
    if (users.empty()) {
      fs::remove(path_, none);
      fs::remove(kDirectory, none);  // unless another namespace has its record there
      return;
    }
    std::ofstream file(path_, std::ios::trunc);
    for (const pid_t user : users) file << "user " << user << '\n';
    for (const Forwarder& place : changed) file << label(place.version) << ' ' << place.interface << '\n';
  }

  std::set<pid_t> users;
  std::vector<Forwarder> changed;

 private:
  static const char* label(IpVersion version) { return version == IpVersion::k4 ? "ipv4" : "ipv6"; }

  /// False when the file was removed by its last user meanwhile: then there is a new one to be made.
  bool lock() {
    mkdir(kDirectory, 0755);
    file_ = FileDescriptor(open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (file_.number() < 0 && errno == ENOENT) return false;
    if (file_.number() < 0) throw errno_error("opening " + path_);
    if (flock(file_.number(), LOCK_EX) != 0) throw errno_error("locking " + path_);
    struct stat held {};
    struct stat named {};
    fstat(file_.number(), &held);
    return stat(path_.c_str(), &named) == 0 && held.st_ino == named.st_ino;
  }

  /// Those who were killed are left out.
  void read() {
    std::ifstream file(path_);
    for (std::string kind, value; file >> kind >> value;) {
      if (kind != "user") {
        changed.push_back({kind == "ipv4" ? IpVersion::k4 : IpVersion::k6, value});
      } else if (const pid_t user = std::stoi(value); kill(user, 0) == 0 || errno == EPERM) {
        users.insert(user);
      }
    }
  }

  std::string path_;
  FileDescriptor file_;
};

}  // namespace

bool can_forward_ipv6() {
  return ipv6_forwards_everywhere() || fs::exists("/proc/sys/net/ipv6/conf/all/force_forwarding");
}

void forward_from(const std::string& interface) {
  set(setting({IpVersion::k4, interface}), 1);
  if (!ipv6_forwards_everywhere()) set(setting({IpVersion::k6, interface}), 1);
}

std::vector<Forwarder> join_forwarding() {
  Record record;
  for (const std::string& interface : interfaces_up()) {
    for (const IpVersion version : {IpVersion::k4, IpVersion::k6}) {
      const Forwarder place{version, interface};
      const std::string path = setting(place);
      const bool needless = version == IpVersion::k6 && ipv6_forwards_everywhere();
      if (needless || !fs::exists(path) || is_on(path)) continue;
      record.changed.push_back(place);
    }
  }
  record.users.insert(getpid());
  record.save();  // first, so that whoever comes after a kill knows what to put back
  for (const Forwarder& place : record.changed) set(setting(place), 1);
  return record.changed;
}

void leave_forwarding() {
  Record record;
  record.users.erase(getpid());
  if (record.users.empty()) {
    for (const Forwarder& place : record.changed) set(setting(place), 0);
  }
  record.save();
}

}  // namespace weir
