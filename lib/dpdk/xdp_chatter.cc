#include "dpdk/xdp_chatter.h"

#include <dlfcn.h>
#include <rte_log.h>

namespace weir {
namespace {

// libbpf_set_print and libxdp_set_print take a function that prints, or null for none.
using SetPrint = void* (*)(void*);

void silence(const char* library, const char* setter) {
  void* const handle = dlopen(library, RTLD_LAZY | RTLD_NOLOAD);
  if (handle == nullptr) return;
  if (const auto set_print = reinterpret_cast<SetPrint>(dlsym(handle, setter))) set_print(nullptr);
  dlclose(handle);
}

}  // namespace

void silence_xdp_libraries() {
  silence("libbpf.so.1", "libbpf_set_print");
  silence("libxdp.so.1", "libxdp_set_print");
}

void silence_xdp_close() {
  rte_log_set_level_pattern("pmd.net.af_xdp", RTE_LOG_CRIT);
}

}  // namespace weir
