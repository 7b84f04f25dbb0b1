// Counts connections: how many-th one of its (client address, server address, server port) is a connection? Shared by
// all workers, so that the answer does not depend on which worker asks. Exact keys, fixed memory, nothing is removed.
// A slot is claimed once by compare-and-swap and counted with fetch_add. Asked once a connection, at its start.
// Invariant: a triple lies in the first slot on its way that was empty when it came, and no way leads past a slot
// that is empty or still being written, so a triple is never written twice.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "wire/address.h"

namespace weir {

/// What a connection's fate hangs on, but for k (spec, promise 5). No ephemeral port, no link, no worker.
struct ConnectionTriple {
  IpAddress client;
  IpAddress server;
  std::uint16_t server_port = 0;
  friend constexpr auto operator<=>(const ConnectionTriple&, const ConnectionTriple&) = default;
};

/// A 64-bit hash of the triple that is the same on every machine and in every run: draws hang on it.
[[nodiscard]] std::uint64_t hash_of(const ConnectionTriple& triple);

class ConnectionRegistry {
 public:
  /// @param triples how many different ones it can hold, at least 1.
  explicit ConnectionRegistry(std::uint32_t triples);

  /// The number of connections that this triple had before, modulo 2^32, and counts one more; nullopt when the triple
  /// is new and the registry is full. Waits only while another thread copies a triple into its slot. Any worker's
  /// thread.
  [[nodiscard]] std::optional<std::uint32_t> open(const ConnectionTriple& triple);

 private:
  static constexpr std::uint64_t kEmpty = 0;
  static constexpr std::uint64_t kClaimed = 1;  // by the one thread that now writes the triple
  static constexpr std::uint64_t kReady = 2;    // and all above: the triple is there and was opened state - 2 times

  struct Slot {
    std::atomic<std::uint64_t> state{kEmpty};
    ConnectionTriple triple;
  };

  [[nodiscard]] bool claim(Slot& slot);
  [[nodiscard]] bool take_room();

  const std::size_t mask_;
  const std::unique_ptr<Slot[]> slots_;
  std::atomic<std::uint32_t> room_;  // triples that may still come
};

}  // namespace weir
