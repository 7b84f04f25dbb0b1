#include "dpdk/ethdev.h"

#include <rte_dev.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>
#include <thread>

namespace weir {
namespace {

constexpr std::uint16_t kRxDescriptors = 2048;  // 1.5 ms of 64-byte frames at 1.4 Mpps
constexpr std::uint16_t kTxDescriptors = 2048;

/// Throws when a call into DPDK failed. @param result 0 or a negative errno.
void require(int result, const std::string& attempt) {
  if (result < 0) throw std::runtime_error(attempt + " failed: " + rte_strerror(-result));
}

/// The largest MTU that both the device and one buffer can take: a bump in the wire must not be the narrow place.
/// A kernel's or a virtual port names no limit of its own (UINT16_MAX) and keeps what it has.
std::uint16_t widest_mtu(const rte_eth_dev_info& info, std::uint16_t current, std::uint32_t longest_frame) {
  constexpr std::uint32_t kLinkHeader = RTE_ETHER_HDR_LEN + RTE_ETHER_CRC_LEN + 2 * RTE_VLAN_HLEN;
  if (info.max_mtu == UINT16_MAX || info.max_mtu <= current) return current;
  const std::uint32_t fits = longest_frame - std::min(longest_frame, kLinkHeader);
  return static_cast<std::uint16_t>(std::max<std::uint32_t>(current, std::min<std::uint32_t>(info.max_mtu, fits)));
}

/// The kernel takes the outer tag out of the frame before AF_PACKET sees it. Left alone, net_af_packet puts it back
/// as 0x8100 whatever it was; asked to strip, it tells us that there was one, and the port puts it back.
std::uint64_t tag_offloads(const std::string& driver) {
  return driver == "net_af_packet" ? RTE_ETH_RX_OFFLOAD_VLAN_STRIP : 0;
}

void switch_flow_control_off(std::uint16_t id) {
  rte_eth_fc_conf flow_control{};
  if (rte_eth_dev_flow_ctrl_get(id, &flow_control) != 0 || flow_control.mode == RTE_ETH_FC_NONE) return;
  flow_control.mode = RTE_ETH_FC_NONE;
  rte_eth_dev_flow_ctrl_set(id, &flow_control);
}

}  // namespace

Ethdev::Ethdev(const std::string& name, PacketPool& pool, unsigned workers, Reception reception, Spreading spreading)
    : name_(name),
      pool_(pool),
      workers_(workers),
      reception_(reception),
      spreads_(spreading == Spreading::kByDevice && workers > 1) {
  require(rte_eth_dev_get_port_by_name(name.c_str(), &id_), "finding port " + name);
  try {
    configure();
    start();
    settle_spreading();
  } catch (...) {
    rte_eth_dev_close(id_);
    throw;
  }
}

void Ethdev::configure() {
  const std::string port = "port " + name_;
  rte_eth_dev_info info{};
  require(rte_eth_dev_info_get(id_, &info), "asking " + port + " what it offers");
  driver_ = info.driver_name;
  if (spreads_ && !offers_rss(info, workers_)) {
    spreads_ = false;
    why_no_rss_ = "its driver " + driver_ + " offers none over " + std::to_string(workers_) + " queues";
  }
  std::uint16_t current = RTE_ETHER_MTU;
  rte_eth_dev_get_mtu(id_, &current);

  rte_eth_conf wanted{};  // all zero: no offloads, no RSS, VLAN tags stay where they are
  wanted.rxmode.offloads = tag_offloads(driver_);
  wanted.rxmode.mtu = widest_mtu(info, current, pool_.longest_frame());
  RssMap map = symmetric_rss(key_bytes_of(info), 0, 1);
  if (spreads_) {
    wanted.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    wanted.rx_adv_conf.rss_conf = {
        .rss_key = map.key.data(),
        .rss_key_len = static_cast<std::uint8_t>(map.key.size()),
        .rss_hf = info.flow_type_rss_offloads & (RTE_ETH_RSS_NONFRAG_IPV4_TCP | RTE_ETH_RSS_NONFRAG_IPV6_TCP)};
  }
  const std::uint16_t shared = driver_ == "net_af_packet" ? info.max_rx_queues : std::uint16_t{1};
  const auto rx_queues = spreads_ ? static_cast<std::uint16_t>(workers_) : shared;
  const auto tx_queues = static_cast<std::uint16_t>(std::clamp<unsigned>(workers_, 1, info.max_tx_queues));
  set_up_queues(rx_queues, tx_queues, wanted);
}

void Ethdev::set_up_queues(std::uint16_t rx_queues, std::uint16_t tx_queues, const rte_eth_conf& conf) {
  const std::string port = "port " + name_;
  require(rte_eth_dev_configure(id_, rx_queues, tx_queues, &conf), "configuring " + port);
  std::uint16_t rx_descriptors = kRxDescriptors;
  std::uint16_t tx_descriptors = kTxDescriptors;
  require(rte_eth_dev_adjust_nb_rx_tx_desc(id_, &rx_descriptors, &tx_descriptors), "sizing the rings of " + port);
  rte_eth_dev_info info{};
  require(rte_eth_dev_info_get(id_, &info), "asking " + port + " what it offers");
  const auto socket = static_cast<unsigned>(rte_eth_dev_socket_id(id_));
  rte_eth_rxconf rx = info.default_rxconf;
  rx.offloads = conf.rxmode.offloads;
  for (std::uint16_t queue = 0; queue < rx_queues; ++queue) {
    require(rte_eth_rx_queue_setup(id_, queue, rx_descriptors, socket, &rx, pool_.pool()),
            "setting up receive queue " + std::to_string(queue) + " of " + port);
  }
  rte_eth_txconf tx = info.default_txconf;
  tx.offloads = 0;
  ports_.clear();
  for (std::uint16_t queue = 0; queue < tx_queues; ++queue) {
    require(rte_eth_tx_queue_setup(id_, queue, tx_descriptors, socket, &tx),
            "setting up transmit queue " + std::to_string(queue) + " of " + port);
    const ReceiveQueues for_all{0, queue == 0 ? rx_queues : std::uint16_t{0}};
    ports_.push_back(std::make_unique<EthdevPort>(id_, queue, spreads_ ? ReceiveQueues{queue, 1} : for_all));
  }
}

void Ethdev::start() {
  require(rte_eth_dev_start(id_), "starting port " + name_);
  if (reception_ == Reception::kEverything) {  // virtual ports without the notion take every frame anyway
    rte_eth_promiscuous_enable(id_);
    rte_eth_allmulticast_enable(id_);
  }
  switch_flow_control_off(id_);
  rte_eth_dev_get_mtu(id_, &mtu_);
  rte_eth_stats_reset(id_);
  constexpr int kLooks = 100;
  for (int i = 0; i < kLooks && !link_up(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
}

void Ethdev::settle_spreading() {
  if (!spreads_) return;
  rte_eth_dev_info info{};
  require(rte_eth_dev_info_get(id_, &info), "asking port " + name_ + " what it offers");
  rss_ = settle_rss(id_, info, workers_, why_no_rss_);
  if (!rss_) stop_spreading();
}

void Ethdev::stop_spreading() {
  if (!spreads_) return;
  spreads_ = false;
  rss_.reset();
  require(rte_eth_dev_stop(id_), "stopping port " + name_);
  configure();
  start();
}

Ethdev::~Ethdev() {
  rte_eth_dev_stop(id_);
  rte_eth_dev_close(id_);
}

bool Ethdev::link_up() const {
  rte_eth_link link{};
  return rte_eth_link_get_nowait(id_, &link) == 0 && link.link_status == RTE_ETH_LINK_UP;
}

EthdevStatistics Ethdev::statistics() const {
  rte_eth_stats seen{};
  rte_eth_stats_get(id_, &seen);
  EthdevStatistics all{.rx_frames = seen.ipackets,
                       .rx_bytes = seen.ibytes,
                       .tx_frames = seen.opackets,
                       .tx_bytes = seen.obytes,
                       .imissed = seen.imissed,
                       .rx_nombuf = seen.rx_nombuf};
  for (const auto& port : ports_) all.oversized += port->oversized();
  return all;
}

bool ethdev_exists(const std::string& name) {
  std::uint16_t id = 0;
  return rte_eth_dev_get_port_by_name(name.c_str(), &id) == 0;
}

void add_vdev(const std::string& name, const std::string& arguments) {
  require(rte_eal_hotplug_add("vdev", name.c_str(), arguments.c_str()), "making port " + name + " (" + arguments + ")");
}

void remove_vdev(const std::string& name) noexcept {
  rte_eal_hotplug_remove("vdev", name.c_str());
}

}  // namespace weir
