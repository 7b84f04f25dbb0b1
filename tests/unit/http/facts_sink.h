// A sink that keeps what it is told, and a tracker that tells it.
#pragma once

#include <string>
#include <vector>

#include "http/exchange_tracker.h"
#include "http/fact_store.h"

namespace weir::test {

/// Keeps facts as text: "GET /a b.example", "hello a.example h2 http/1.1".
class KeepingSink final : public FactSink {
 public:
  void on_request(const RequestFacts& facts) override {
    std::string text(facts.method);
    told.push_back(text.append(" ").append(facts.path).append(" ").append(facts.host));
  }
  void on_hello(const HelloFacts& facts) override {
    std::string text = "hello ";
    text.append(facts.server_name);
    for (const std::string_view alpn : facts.alpns) text.append(" ").append(alpn);
    told.push_back(text);
  }

  std::vector<std::string> told;
};

/// A connection with a sink and a store of its own.
struct Telling {
  explicit Telling(std::size_t slots = 1) : memory(FactStore::bytes_for(slots)), store(memory) {}
  Telling(const Telling&) = delete;
  Telling& operator=(const Telling&) = delete;

  Seen client(std::span<const std::byte> bytes) {
    const Seen seen = tracker.on_client(bytes, &sink, &store);
    lost += seen.facts_lost ? 1 : 0;
    return seen;
  }
  Seen client(std::string_view text) { return client(std::as_bytes(std::span(text))); }
  Seen server(std::string_view text) { return tracker.on_server(std::as_bytes(std::span(text))); }

  std::vector<std::byte> memory;
  FactStore store;
  KeepingSink sink;
  ExchangeTracker tracker;
  int lost = 0;
};

using Told = std::vector<std::string>;

}  // namespace weir::test
