// Forwarding between interfaces of this machine for as long as some `weir exec` needs it. Where it was off it is
// switched on an interface at a time, and off again by the last one to leave; who needs it and what was changed stands
// in a file under /run/weir, one a network namespace, locked (flock(2)) for every change. Single thread, in the host's
// namespace.
#pragma once

#include <string>
#include <vector>

namespace weir {

enum class IpVersion : bool { k4, k6 };

/// One interface on which forwarding was off until weir switched it on.
struct Forwarder {
  IpVersion version = IpVersion::k4;
  std::string interface;
};

/// Whether the kernel forwards IPv6 for weir: it does so for the whole machine already, or it can for single interfaces
/// (net.ipv6.conf.*.force_forwarding, Linux 6.17). Never switched on for all: the machine would stop being a host that
/// takes its routes from router advertisements (RFC 4861, section 6.2.7).
[[nodiscard]] bool can_forward_ipv6();

/// Lets this machine forward what comes in by an interface of weir's own; nothing to be undone, it goes with it.
void forward_from(const std::string& interface);

/// Lets every interface that is up forward what comes in, counted for the calling process until leave_forwarding().
/// Returns all that weir has switched on, then or earlier. Throws RunError.
[[nodiscard]] std::vector<Forwarder> join_forwarding();

/// Puts back what was changed, if no other weir needs it.
void leave_forwarding();

}  // namespace weir
