// What selection costs: candidates of a new connection and the choice for an exchange, without named rules, with ten
// rules by client CIDR and with ten rules by host; the facts match the last rule, so all are compared. Figures are
// nanoseconds a call.
#include <benchmark/benchmark.h>

#include <string>

#include "impair/select.h"

namespace {

using namespace weir;

constexpr unsigned kRules = 10;

IpAddress client_of(unsigned net) {
  return IpAddress::v4({std::byte{10}, std::byte(net), std::byte{0}, std::byte{1}});
}

std::string host_of(unsigned n) {
  return "service-" + std::to_string(n) + ".example.org";
}

Rules by_cidr() {
  Rules rules;
  for (unsigned n = 0; n < kRules; ++n) {
    Match match;
    match.clients = {{client_of(n), 112}};
    rules.rules.push_back({"net", match, {}});
  }
  return rules;
}

Rules by_host() {
  Rules rules;
  for (unsigned n = 0; n < kRules; ++n) {
    Match match;
    match.hosts = {{host_of(n)}};
    rules.rules.push_back({"host", match, {}});
  }
  return rules;
}

Rules by_glob() {
  Rules rules;
  for (unsigned n = 0; n < kRules; ++n) {
    Match match;
    match.paths = {{"/v" + std::to_string(n) + "/*/items/*.json", PathPattern::Kind::kGlob}};
    rules.rules.push_back({"path", match, {}});
  }
  return rules;
}

ConnectionFacts connection() {
  ConnectionFacts facts;
  facts.client = client_of(kRules - 1);
  facts.server_port = 80;
  return facts;
}

void candidates(benchmark::State& state, const Rules& rules) {
  const Selector selector(rules);
  ConnectionFacts facts = connection();
  for (auto _ : state) {
    benchmark::DoNotOptimize(facts);
    benchmark::DoNotOptimize(selector.candidates(facts));
  }
}

void choose(benchmark::State& state, const Rules& rules) {
  const Selector selector(rules);
  RuleSet set = selector.narrow_to_traffic(selector.candidates(connection()), traffic::kHttp1);
  const std::string host = host_of(kRules - 1);
  ExchangeFacts exchange{"GET", "/v9/customers/12345678/items/list.json", host, 0};
  for (auto _ : state) {
    benchmark::DoNotOptimize(set);
    benchmark::DoNotOptimize(exchange);
    benchmark::DoNotOptimize(selector.choose(set, exchange));
  }
}

BENCHMARK_CAPTURE(candidates, no_named_rules, Rules{});
BENCHMARK_CAPTURE(candidates, ten_cidr_rules, by_cidr());
BENCHMARK_CAPTURE(candidates, ten_host_rules, by_host());
BENCHMARK_CAPTURE(choose, no_named_rules, Rules{});
BENCHMARK_CAPTURE(choose, ten_cidr_rules, by_cidr());
BENCHMARK_CAPTURE(choose, ten_host_rules, by_host());
BENCHMARK_CAPTURE(choose, ten_glob_rules, by_glob());

}  // namespace

BENCHMARK_MAIN();
