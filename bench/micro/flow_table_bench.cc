// What finding a flow costs, its first line touched: bursts of 64 random keys of a full table, with the hash in hand
// (table_find) and with hashing (table_hash_find), one key at a time (table_find_one), and in std::unordered_map with
// the same hash and the same flows; all on hugepages and on 4 KiB pages. Figures are nanoseconds a lookup: "Time" is
// the mean, "median" is that of all bursts, which other programs on the same core can't spoil.
// --flows=N leaves out what is larger (10 M take 3.3 GB).
#include <benchmark/benchmark.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <memory_resource>
#include <string>
#include <unordered_map>
#include <vector>

#include "flow/flow_table.h"

namespace {

using weir::Flow;
using weir::FlowKey;
using weir::FlowTable;

constexpr std::size_t kBurst = 64;       // keys a burst
constexpr std::size_t kBursts = 20'000;  // timed bursts a benchmark

enum class Pages { kHuge, kSmall };

/// Anonymous memory on the kind of page that was asked for; given back at the end of its life.
class Region {
 public:
  Region(std::size_t bytes, Pages pages) : bytes_(bytes + kHugePage), start_(map(bytes_)) {
    ::madvise(start_, bytes_, pages == Pages::kHuge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
  }
  ~Region() { ::munmap(start_, bytes_); }
  Region(const Region&) = delete;
  Region& operator=(const Region&) = delete;

  /// Begins on a hugepage.
  [[nodiscard]] std::span<std::byte> span() const {
    void* start = start_;
    std::size_t room = bytes_;
    std::align(kHugePage, bytes_ - kHugePage, start, room);
    return {static_cast<std::byte*>(start), bytes_ - kHugePage};
  }

 private:
  static constexpr std::size_t kHugePage = std::size_t{2} << 20U;

  static void* map(std::size_t bytes) {
    void* start = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
      std::perror("mmap");
      std::exit(1);
    }
    return start;
  }

  std::size_t bytes_;
  void* start_;
};

/// The n-th connection: 16 clients, 65536 ports each, then the next 16.
FlowKey key_of(std::uint32_t n) {
  const auto client = static_cast<std::byte>(n & 15U);
  const auto net = static_cast<std::byte>(n >> 20U);
  FlowKey key;
  key.address_a = weir::IpAddress::v4({std::byte{10}, net, std::byte{0}, client});
  key.address_b = weir::IpAddress::v4({std::byte{10}, std::byte{255}, std::byte{0}, std::byte{2}});
  key.port_a = static_cast<std::uint16_t>(n >> 4U);
  key.port_b = 80;
  return key;
}

struct KeyHash {
  std::size_t operator()(const FlowKey& key) const { return weir::hash_of(key); }
};
using Map = std::pmr::unordered_map<FlowKey, Flow*, KeyHash>;

/// A full table, and a map of its flows in memory of the same kind.
struct Contents {
  Contents(std::uint32_t flow_count, Pages kind)
      : flows(flow_count),
        pages(kind),
        table_region(FlowTable::bytes_for(flow_count), kind),
        table(table_region.span(), flow_count),
        map_region(std::size_t{96} * flow_count + (std::size_t{1} << 20U), kind),
        map_memory(map_region.span().data(), map_region.span().size()),
        map(&map_memory) {
    map.reserve(flow_count);
    for (std::uint32_t n = 0; n < flow_count; ++n) {
      const FlowKey key = key_of(n);
      Flow* flow = table.insert(key, weir::hash_of(key));
      flow->k = n;
      map.emplace(key, flow);
    }
  }

  std::uint32_t flows;
  Pages pages;
  Region table_region;
  FlowTable table;
  Region map_region;
  std::pmr::monotonic_buffer_resource map_memory;
  Map map;
};

/// The one Contents in memory: built when a benchmark asks for another one than its predecessor.
class Shelf {
 public:
  Contents& take(std::uint32_t flows, Pages pages) {
    if (!contents_ || contents_->flows != flows || contents_->pages != pages) {
      contents_.reset();
      contents_ = std::make_unique<Contents>(flows, pages);
    }
    return *contents_;
  }

 private:
  std::unique_ptr<Contents> contents_;
};

/// Numbers of random flows (Marsaglia's xorshift, scaled); the order is the same for all benchmarks.
class RandomFlows {
 public:
  explicit RandomFlows(std::uint32_t flows) : flows_(flows) {}
  std::uint32_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 7U;
    state_ ^= state_ << 17U;
    return static_cast<std::uint32_t>(((state_ >> 32U) * flows_) >> 32U);
  }

 private:
  std::uint64_t state_ = 88172645463325252;
  std::uint64_t flows_;
};

using Burst = std::array<FlowTable::Probe, kBurst>;

/// The middle one of the bursts' times, in nanoseconds a lookup.
double median_of(std::vector<std::int64_t>& nanoseconds) {
  const auto middle = nanoseconds.begin() + static_cast<std::ptrdiff_t>(nanoseconds.size() / 2);
  std::nth_element(nanoseconds.begin(), middle, nanoseconds.end());
  return static_cast<double>(*middle) / kBurst;
}

/// Times `lookup` on one burst after the other; drawing the keys is not timed, reading the clock is (under 1 ns).
template <typename Lookup>
void time_bursts(benchmark::State& state, std::uint32_t flows, Lookup lookup) {
  RandomFlows random(flows);
  Burst burst;
  std::vector<std::int64_t> times;
  times.reserve(kBursts);
  bool all_right = true;
  for (auto _ : state) {
    std::array<std::uint32_t, kBurst> asked;
    for (std::size_t i = 0; i < kBurst; ++i) {
      burst[i].key = key_of(asked[i] = random.next());
      burst[i].hash = weir::hash_of(burst[i].key);
    }
    benchmark::ClobberMemory();
    const auto begun_at = std::chrono::steady_clock::now();
    lookup(burst);
    benchmark::ClobberMemory();
    const std::chrono::nanoseconds taken = std::chrono::steady_clock::now() - begun_at;
    times.push_back(taken.count());
    state.SetIterationTime(std::chrono::duration<double>(taken).count() / kBurst);
    for (std::size_t i = 0; i < kBurst; ++i) all_right &= burst[i].found != nullptr && burst[i].found->k == asked[i];
  }
  state.counters["median"] = median_of(times);
  if (!all_right) state.SkipWithError("a lookup found the wrong flow");
}

void table_find(Contents& contents, benchmark::State& state) {
  time_bursts(state, contents.flows, [&](Burst& burst) { contents.table.find(burst); });
}

void table_hash_find(Contents& contents, benchmark::State& state) {
  time_bursts(state, contents.flows, [&](Burst& burst) {
    for (auto& probe : burst) probe.hash = weir::hash_of(probe.key);
    contents.table.find(burst);
  });
}

void table_find_one(Contents& contents, benchmark::State& state) {
  time_bursts(state, contents.flows, [&](Burst& burst) {
    for (auto& probe : burst) probe.found = contents.table.find_one(probe.key, weir::hash_of(probe.key));
  });
}

void map_find(Contents& contents, benchmark::State& state) {
  time_bursts(state, contents.flows, [&](Burst& burst) {
    for (auto& probe : burst) {
      probe.found = contents.map.find(probe.key)->second;
      benchmark::DoNotOptimize(probe.found->draw_key);  // touches the flow's first line, as the table does
    }
  });
}

void hash_only(benchmark::State& state) {
  std::array<FlowKey, kBurst> keys;
  for (std::uint32_t n = 0; n < kBurst; ++n) keys[n] = key_of(n);
  std::size_t n = 0;
  for (auto _ : state) benchmark::DoNotOptimize(weir::hash_of(keys[n++ % kBurst]));
}

struct Lookup {
  const char* name;
  void (*time)(Contents&, benchmark::State&);
};
constexpr std::array kLookups{Lookup{"table_find", table_find}, Lookup{"table_hash_find", table_hash_find},
                              Lookup{"table_find_one", table_find_one}, Lookup{"unordered_map", map_find}};

std::string name_of(const char* what, std::uint32_t flows, Pages pages) {
  return std::string(what) + '/' + std::to_string(flows) + (pages == Pages::kHuge ? "/huge" : "/4k");
}

/// What `--flows=N` says, taken out of the arguments; 10 million without it.
std::uint32_t largest_asked(int& argc, char** argv) {
  const std::string flag = "--flows=";
  for (int i = 1; i < argc; ++i) {
    if (std::string(argv[i]).rfind(flag, 0) != 0) continue;
    const unsigned long flows = std::strtoul(argv[i] + flag.size(), nullptr, 10);
    std::copy(argv + i + 1, argv + argc, argv + i);
    --argc;
    return static_cast<std::uint32_t>(flows);
  }
  return 10'000'000;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint32_t largest = largest_asked(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RegisterBenchmark("hash_of", hash_only);

  Shelf shelf;
  for (const std::uint32_t flows : {10'000U, 1'000'000U, 10'000'000U}) {
    for (const Pages pages : {Pages::kHuge, Pages::kSmall}) {
      if (flows > largest) continue;
      for (const Lookup& lookup : kLookups) {
        const auto run = [&shelf, flows, pages, lookup](benchmark::State& state) {
          lookup.time(shelf.take(flows, pages), state);
        };
        benchmark::RegisterBenchmark(name_of(lookup.name, flows, pages).c_str(), run)
            ->UseManualTime()
            ->Iterations(kBursts);
      }
    }
  }
  benchmark::RunSpecifiedBenchmarks();
}
