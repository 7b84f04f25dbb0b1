// A ClientHello, cut anywhere: its names are told the same whole or in pieces, once, and never reach outside it.
// Input: cuts, the TLS records.
#include <array>

#include "fuzz/fuzz_input.h"
#include "http/client_hello.h"
#include "unit/http/facts_sink.h"

namespace weir::test {
namespace {

void read_by_itself(std::span<const std::byte> bytes) {
  std::array<std::string_view, kMostAlpns> room;
  const std::vector<std::byte> message(bytes.begin(), bytes.end());
  const HelloFacts facts = read_client_hello(message, room);
  std::size_t named = facts.server_name.size();
  for (const std::string_view alpn : facts.alpns) named += alpn.size();
  require(named <= message.size(), "names lie in the message");
  std::vector<std::byte> records(bytes.begin(), bytes.end());
  static_cast<void>(measure_client_hello(records));
  require(within_first_record(records).size() <= records.size(), "a record lies in the bytes");
  require(strip_record_headers(records) <= records.size(), "stripping makes it no longer");
}

}  // namespace
}  // namespace weir::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::test;
  Input input(data, size);
  const CutStream stream(input);
  read_by_itself(stream.bytes);
  Telling whole;
  Telling cut;
  whole.client(stream.bytes);
  stream.each_piece([&](std::span<const std::byte> piece) { cut.client(piece); });
  require(whole.tracker.protocol() == cut.tracker.protocol(), "the same protocol however it is cut");
  const bool comparable = whole.lost == 0 && cut.lost == 0;
  require(!comparable || whole.sink.told == cut.sink.told, "the same names however it is cut");
  whole.tracker.give_up_facts(whole.store);
  cut.tracker.give_up_facts(cut.store);
  require(whole.store.in_use() == 0 && cut.store.in_use() == 0, "all slots were given back");
  return 0;
}
