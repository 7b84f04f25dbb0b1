// What the EAL is told, in every case, without an EAL.
#include <gtest/gtest.h>

#include <algorithm>

#include "dpdk/eal_plan.h"

namespace weir {
namespace {

using Arguments = std::vector<std::string>;

const Machine kFourCpus{{2, 3, 4, 5}, 0, false, "weir-77"};
const Machine kHugepages{{2, 3, 4, 5}, 1024, true, "weir-77"};

bool holds(const Arguments& arguments, const std::string& argument) {
  return std::find(arguments.begin(), arguments.end(), argument) != arguments.end();
}

EalPlan with_user(Arguments arguments) {
  EalPlan plan;
  plan.user_arguments = std::move(arguments);
  return plan;
}

TEST(EalCommand, WithoutHugepages) {
  const EalCommand command = eal_command(EalPlan{}, kFourCpus);
  EXPECT_EQ(command.arguments,
            (Arguments{"weir", "--lcores=0@2,1@3", "--no-huge", "-m", "256", "--no-pci", "--file-prefix=weir-77",
                       "--log-level=lib.telemetry:error", "--log-level=*:warning", "--log-level=lib.eal:error"}));
  EXPECT_FALSE(command.hugepages);
  ASSERT_EQ(command.remarks.size(), 1U);
  EXPECT_NE(command.remarks[0].find("0 of 256 MiB"), std::string::npos);
  EXPECT_NE(command.remarks[0].find("slower"), std::string::npos);
}

TEST(EalCommand, WithHugepages) {
  const EalCommand command = eal_command(EalPlan{}, kHugepages);
  EXPECT_EQ(command.arguments,
            (Arguments{"weir", "--lcores=0@2,1@3", "--in-memory", "--no-pci", "--file-prefix=weir-77",
                       "--log-level=lib.telemetry:error", "--log-level=*:warning", "--log-level=lib.eal:error"}));
  EXPECT_TRUE(command.hugepages);
  EXPECT_TRUE(command.remarks.empty());
}

TEST(EalCommand, TooFewHugepagesAreNone) {
  EalPlan plan;
  plan.memory_mib = 1025;
  EXPECT_TRUE(holds(eal_command(plan, kHugepages).arguments, "--no-huge"));
}

TEST(EalCommand, NoHugeAndInMemoryExcludeEachOther) {
  for (const Machine& machine : {kFourCpus, kHugepages}) {
    for (const Arguments& user : {Arguments{}, Arguments{"--no-huge"}, Arguments{"--in-memory"},
                                  Arguments{"--huge-unlink"}, Arguments{"--file-prefix=bench"}}) {
      const Arguments arguments = eal_command(with_user(user), machine).arguments;
      EXPECT_FALSE(holds(arguments, "--no-huge") && holds(arguments, "--in-memory")) << command_line(arguments);
    }
  }
}

TEST(EalCommand, UsersHugepageFilesStay) {
  EXPECT_FALSE(holds(eal_command(with_user({"--file-prefix=bench"}), kHugepages).arguments, "--in-memory"));
  EXPECT_FALSE(holds(eal_command(with_user({"--huge-dir", "/mnt/huge"}), kFourCpus).arguments, "--no-huge"));
}

TEST(EalCommand, WithoutHugetlbfsHugepagesAreMemoryOnly) {
  Machine machine = kHugepages;
  machine.hugetlbfs = false;
  EXPECT_TRUE(holds(eal_command(with_user({"--file-prefix=bench"}), machine).arguments, "--in-memory"));
}

TEST(EalCommand, UsersArgumentsAreNotGivenTwice) {
  const Arguments user{"-l0-3", "--no-huge",     "-m", "64",          "--file-prefix",
                       "bench", "--log-level=8", "-a", "0000:3b:00.0"};
  const EalCommand command = eal_command(with_user(user), kHugepages);
  Arguments expected{"weir"};
  expected.insert(expected.end(), user.begin(), user.end());
  EXPECT_EQ(command.arguments, expected);
  EXPECT_FALSE(command.own_cores);
  EXPECT_TRUE(command.remarks.empty());
}

TEST(EalCommand, PciPortsAloneAreScanned) {
  EalPlan plan;
  plan.pci_ports = {"0000:3b:00.0", "0000:3b:00.1"};
  const Arguments arguments = eal_command(plan, kFourCpus).arguments;
  EXPECT_FALSE(holds(arguments, "--no-pci"));
  EXPECT_TRUE(holds(arguments, "0000:3b:00.0"));
  EXPECT_TRUE(holds(arguments, "0000:3b:00.1"));
}

TEST(EalCommand, OurVdevsComeBesideTheUsers) {
  EalPlan plan = with_user({"--vdev=net_ring0"});
  plan.vdevs = {"net_null0"};
  const Arguments arguments = eal_command(plan, kFourCpus).arguments;
  EXPECT_TRUE(holds(arguments, "--vdev=net_null0"));
  EXPECT_TRUE(holds(arguments, "--vdev=net_ring0"));
}

TEST(EalCommand, WorkersTakeCpusOfTheirOwn) {
  EalPlan plan;
  plan.workers = 3;
  const EalCommand command = eal_command(plan, kHugepages);
  EXPECT_EQ(command.arguments[1], "--lcores=0@2,1@3,2@4,3@5");
  EXPECT_EQ(command.control_cpu, 2U);
  EXPECT_TRUE(command.remarks.empty());
}

TEST(EalCommand, WorkersShareCpusWhenTheyMust) {
  EalPlan plan;
  plan.workers = 3;
  EXPECT_EQ(eal_command(plan, {{0, 1}, 1024, true, "p"}).arguments[1], "--lcores=0@0,1@1,2@1,3@1");
  const EalCommand one_cpu = eal_command(plan, {{7}, 1024, true, "p"});
  EXPECT_EQ(one_cpu.arguments[1], "--lcores=0@7,1@7,2@7,3@7");
  ASSERT_EQ(one_cpu.remarks.size(), 1U);
  EXPECT_NE(one_cpu.remarks[0].find("share 1 CPU(s)"), std::string::npos);
}

TEST(HasOption, KnowsBothWaysToWriteOne) {
  EXPECT_TRUE(has_option({"-l", "0"}, "-l"));
  EXPECT_TRUE(has_option({"-l0-3"}, "-l"));
  EXPECT_FALSE(has_option({"--log-level=8"}, "-l"));
  EXPECT_TRUE(has_option({"--file-prefix=a"}, "--file-prefix"));
  EXPECT_TRUE(has_option({"--file-prefix", "a"}, "--file-prefix"));
  EXPECT_FALSE(has_option({"--no-huge-pages"}, "--no-huge"));
}

TEST(VdevNames, AreReadFromTheUsersArguments) {
  EXPECT_EQ(vdev_names({"--vdev=net_pcap0,rx_pcap=x.pcap", "--no-huge", "--vdev", "net_ring0", "--vdev=net_null0"}),
            (Arguments{"net_pcap0", "net_ring0", "net_null0"}));
  EXPECT_TRUE(vdev_names({"--vdev"}).empty());
}

TEST(CommandLine, QuotesWhatAShellWouldChange) {
  EXPECT_EQ(command_line({"weir", "--log-level=*:warning", "it's"}), "weir '--log-level=*:warning' 'it'\\''s'");
}

}  // namespace
}  // namespace weir
