#include "dpdk/rss.h"

#include <rte_ethdev.h>
#include <rte_thash.h>

#include <bit>
#include <cstring>

namespace weir {
namespace {

constexpr std::uint64_t kTcp = RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV6_TCP;
constexpr std::size_t kShortestKey = 40;  // an IPv6 tuple takes 36 bytes and the 32 bits behind each

std::uint32_t word_at(const std::uint8_t* bytes) {
  return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U | std::uint32_t{bytes[2]} << 8U | bytes[3];
}

/// Connections of a client each to one server, as a bench has them.
RssTuple known_connection(unsigned number, bool is_v6) {
  RssTuple tuple;
  tuple.is_v6 = is_v6;
  tuple.source = is_v6 ? std::array<std::uint8_t, 16>{0xfd, 0x57, 0, 9} : std::array<std::uint8_t, 16>{10, 9, 0};
  tuple.destination = tuple.source;
  const std::size_t last = is_v6 ? 15 : 3;
  tuple.source[last] = static_cast<std::uint8_t>(3 + number % 200);
  tuple.destination[last] = 2;
  tuple.source_port = static_cast<std::uint16_t>(32'768 + 7 * number);
  tuple.destination_port = number % 2 == 0 ? 80 : 443;
  return tuple;
}

/// The device's table, read back; empty when it won't tell.
std::vector<std::uint16_t> table_of(std::uint16_t device, std::size_t size) {
  std::vector<rte_eth_rss_reta_entry64> groups((size + RTE_ETH_RETA_GROUP_SIZE - 1) / RTE_ETH_RETA_GROUP_SIZE);
  for (auto& group : groups) group.mask = UINT64_MAX;
  if (rte_eth_dev_rss_reta_query(device, groups.data(), static_cast<std::uint16_t>(size)) != 0) return {};
  std::vector<std::uint16_t> table(size);
  for (std::size_t i = 0; i < size; ++i) {
    table[i] = groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE];
  }
  return table;
}

bool write_table(std::uint16_t device, const std::vector<std::uint16_t>& table) {
  std::vector<rte_eth_rss_reta_entry64> groups((table.size() + RTE_ETH_RETA_GROUP_SIZE - 1) / RTE_ETH_RETA_GROUP_SIZE);
  for (auto& group : groups) group.mask = UINT64_MAX;
  for (std::size_t i = 0; i < table.size(); ++i) {
    groups[i / RTE_ETH_RETA_GROUP_SIZE].reta[i % RTE_ETH_RETA_GROUP_SIZE] = table[i];
  }
  return rte_eth_dev_rss_reta_update(device, groups.data(), static_cast<std::uint16_t>(table.size())) == 0;
}

/// The device's key, read back; empty when it won't tell, or hashes no TCP ports.
std::vector<std::uint8_t> key_of(std::uint16_t device, std::size_t bytes) {
  std::vector<std::uint8_t> key(bytes);
  rte_eth_rss_conf has{};
  has.rss_key = key.data();
  has.rss_key_len = static_cast<std::uint8_t>(bytes);
  if (rte_eth_dev_rss_hash_conf_get(device, &has) != 0 || (has.rss_hf & kTcp) == 0) return {};
  return key;
}

}  // namespace

RssMap symmetric_rss(std::size_t key_bytes, std::size_t table_size, unsigned queues) {
  RssMap map;
  for (std::size_t i = 0; i < key_bytes; ++i) map.key.push_back(i % 2 == 0 ? 0x6d : 0x5a);
  for (std::size_t i = 0; i < table_size; ++i) map.table.push_back(static_cast<std::uint16_t>(i % queues));
  return map;
}

std::uint16_t queue_of(const RssMap& map, const RssTuple& tuple) {
  const std::size_t words = tuple.is_v6 ? 4 : 1;
  std::array<std::uint32_t, 9> input{};
  for (std::size_t i = 0; i < words; ++i) {
    input[i] = word_at(&tuple.source[4 * i]);
    input[words + i] = word_at(&tuple.destination[4 * i]);
  }
  input[2 * words] = std::uint32_t{tuple.source_port} << 16U | tuple.destination_port;
  const std::uint32_t hash = rte_softrss(input.data(), static_cast<std::uint32_t>(2 * words + 1), map.key.data());
  return map.table[hash & (map.table.size() - 1)];
}

std::string fault_of(const RssMap& map, unsigned queues) {
  constexpr unsigned kConnections = 512;
  if (map.key.size() < kShortestKey) return "it tells no key";
  if (!std::has_single_bit(map.table.size())) return "it tells no table";
  std::vector<unsigned> seen(queues);
  for (unsigned number = 0; number < 2 * kConnections; ++number) {
    const RssTuple there = known_connection(number / 2, number % 2 == 1);
    const std::uint16_t queue = queue_of(map, there);
    if (queue != queue_of(map, there.turned())) return "the two directions of a connection come to different queues";
    if (queue >= queues) return "its table names queues that nobody asks";
    ++seen[queue];
  }
  for (const unsigned count : seen) {
    if (count == 0) return "it leaves queues empty";
  }
  return {};
}

std::size_t key_bytes_of(const rte_eth_dev_info& info) {
  return info.hash_key_size > 0 ? info.hash_key_size : kShortestKey;
}

bool offers_rss(const rte_eth_dev_info& info, unsigned queues) {
  return info.max_rx_queues >= queues && info.max_tx_queues >= queues && key_bytes_of(info) >= kShortestKey &&
         std::has_single_bit(unsigned{info.reta_size}) && (info.flow_type_rss_offloads & kTcp) != 0;
}

std::optional<RssMap> settle_rss(std::uint16_t device, const rte_eth_dev_info& info, unsigned queues,
                                 std::string& why) {
  RssMap map = symmetric_rss(key_bytes_of(info), info.reta_size, queues);
  rte_eth_rss_conf wanted{};
  wanted.rss_key = map.key.data();
  wanted.rss_key_len = static_cast<std::uint8_t>(map.key.size());
  wanted.rss_hf = kTcp & info.flow_type_rss_offloads;
  // Some take the key at the start only: what counts is what they say afterwards.
  static_cast<void>(rte_eth_dev_rss_hash_update(device, &wanted));
  static_cast<void>(write_table(device, map.table));
  map = {key_of(device, key_bytes_of(info)), table_of(device, info.reta_size)};
  why = fault_of(map, queues);
  if (!why.empty()) return std::nullopt;
  return map;
}

}  // namespace weir
