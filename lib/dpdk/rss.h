// Spreading by the device: receive-side scaling with a key that is the same for both directions of a connection, so
// that they meet at one queue. What a device says of itself is believed only when known connections come out right,
// reckoned in software from the key and the table that it reports. Control thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct rte_eth_dev_info;

namespace weir {

/// How a device chooses the queue of a TCP segment: table[Toeplitz hash under key, modulo the table's length].
struct RssMap {
  std::vector<std::uint8_t> key;
  std::vector<std::uint16_t> table;  // of queues; its length is a power of two

  friend bool operator==(const RssMap&, const RssMap&) = default;
};

/// Addresses and ports of one direction, in the order of the wire.
struct RssTuple {
  std::array<std::uint8_t, 16> source{};
  std::array<std::uint8_t, 16> destination{};
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  bool is_v6 = false;  // else the first 4 bytes are the address

  [[nodiscard]] RssTuple turned() const { return {destination, source, destination_port, source_port, is_v6}; }
};

/// A map with the key that hashes both directions alike (0x6d5a, over and over: Woo and Park, "Scalable TCP Session
/// Monitoring with Symmetric Receive-side Scaling", 2012), over queues 0 to queues - 1 by turns.
[[nodiscard]] RssMap symmetric_rss(std::size_t key_bytes, std::size_t table_size, unsigned queues);

/// The queue of a segment, as the Microsoft specification of RSS reckons it (rte_thash.h).
[[nodiscard]] std::uint16_t queue_of(const RssMap& map, const RssTuple& tuple);

/// Why known connections, IPv4 and IPv6, don't come out as they must: both directions at one queue, every queue with
/// some, all of them below `queues`. Empty when they do.
[[nodiscard]] std::string fault_of(const RssMap& map, unsigned queues);

/// Bytes of a device's key: what it says, or the usual 40 where it says none.
[[nodiscard]] std::size_t key_bytes_of(const rte_eth_dev_info& info);

/// Whether a device says that it can: so many queues, a table, and hashes over TCP ports.
[[nodiscard]] bool offers_rss(const rte_eth_dev_info& info, unsigned queues);

/// Sets a started device's key and table, and reads both back. None, and `why`, when it won't, or when what it has then
/// does not spread as it must.
[[nodiscard]] std::optional<RssMap> settle_rss(std::uint16_t device, const rte_eth_dev_info& info, unsigned queues,
                                               std::string& why);

}  // namespace weir
