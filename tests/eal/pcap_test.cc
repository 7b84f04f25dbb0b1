// Capture files as ports: frames go from one file to the other unchanged, and what no buffer holds is counted.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "dpdk/eal.h"
#include "dpdk/ethdev.h"
#include "dpdk/packet_pool.h"
#include "frames.h"

namespace weir {
namespace {

/// The classic format (draft-ietf-opsawg-pcap): a file header of 24 bytes, 16 bytes before each frame.
void write_capture(const std::string& path, const std::vector<Bytes>& frames) {
  std::ofstream file(path, std::ios::binary);
  const auto word = [&](std::uint32_t value) { file.write(reinterpret_cast<const char*>(&value), sizeof value); };
  for (const std::uint32_t value : {0xa1b2c3d4U, 0x00040002U, 0U, 0U, 65535U, 1U}) word(value);
  for (const auto& frame : frames) {
    const auto length = static_cast<std::uint32_t>(frame.size());
    for (const std::uint32_t value : {0U, 0U, length, length}) word(value);
    file.write(reinterpret_cast<const char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
  }
}

std::vector<Bytes> read_capture(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  file.seekg(24);
  std::vector<Bytes> frames;
  std::array<std::uint32_t, 4> header{};
  while (file.read(reinterpret_cast<char*>(header.data()), sizeof header)) {
    Bytes frame(header[2]);
    file.read(reinterpret_cast<char*>(frame.data()), static_cast<std::streamsize>(frame.size()));
    frames.push_back(std::move(frame));
  }
  return frames;
}

TEST(Pcap, FramesGoFromFileToFile) {
  const std::string stem = std::filesystem::temp_directory_path() / ("weir-pcap-test-" + std::to_string(getpid()));
  const std::string in = stem + "-in.pcap";
  const std::string out = stem + "-out.pcap";
  const Bytes tagged = pattern_frame({0x81, 0x00, 0x60, 0x05, 0x88, 0xb5}, 58);
  const std::vector<Bytes> fitting{pattern_frame({0x88, 0xb5}, 54), tagged, pattern_frame({0x88, 0xb5}, 1514)};
  std::vector<Bytes> all = fitting;
  all.insert(all.begin() + 1, pattern_frame({0x88, 0xb5}, 9000));
  write_capture(in, all);

  EalPlan plan;
  plan.memory_mib = 128;
  plan.user_arguments = {"--vdev=net_pcap0,rx_pcap=" + in + ",tx_pcap=" + out};
  {
    const Eal eal(plan);
    PacketPool pool(4096, 1500);
    const auto source = pool.source();
    {
      Ethdev device("net_pcap0", pool, 1);
      std::array<Frame, 16> frames;
      const std::size_t count = device.port(0).receive(frames);
      ASSERT_EQ(count, fitting.size());
      std::vector<Packet*> packets;
      for (std::size_t i = 0; i < count; ++i) {
        EXPECT_EQ(bytes_of(frames[i]), fitting[i]);
        packets.push_back(frames[i].packet);
      }
      EXPECT_EQ(device.port(0).send(packets), count);
      EXPECT_EQ(device.statistics().oversized, 1U);
    }
    EXPECT_EQ(pool.available(), 4096U);
  }
  EXPECT_EQ(read_capture(out), fitting);
  std::filesystem::remove(in);
  std::filesystem::remove(out);
}

}  // namespace
}  // namespace weir
