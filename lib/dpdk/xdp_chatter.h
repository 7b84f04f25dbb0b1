// The libraries under DPDK's AF_XDP driver, libbpf and libxdp, write remarks to stderr that no user can act on
// (sections they skip, a dispatcher they do without); failures come back through the driver as well. Control thread
// only.
#pragma once

namespace weir {

/// Keeps libbpf and libxdp from printing, where the EAL has loaded them with the driver.
void silence_xdp_libraries();

/// Keeps the AF_XDP driver from complaining that libxdp has taken the program off the interface before it could.
void silence_xdp_close();

}  // namespace weir
