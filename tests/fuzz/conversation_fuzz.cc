// Whole connections with all that a network does to them: pieces of both ends in any order, bytes missing, sinks that
// come and go. What must hold whatever is said: no response without a request, and no slot that stays behind. Input:
// steps of a number (what happens), a length, and as many bytes.
#include "fuzz/fuzz_input.h"
#include "unit/http/facts_sink.h"

namespace weir::test {
namespace {

class Connection {
 public:
  void step(Input& input) {
    const unsigned what = input.number() % 16;
    const unsigned length = input.number();
    const std::span<const std::byte> said = input.bytes(what < 11 ? length : 0);
    const std::vector<std::byte> piece(said.begin(), said.end());
    switch (what) {
      case 10:
        return note(tracker_.on_client(piece, nullptr, &telling_.store), piece.size());
      case 11:
        return tracker_.miss_client(length);
      case 12:
        return tracker_.miss_server(length * 16);
      case 13:
        return tracker_.lose_client_sync();
      case 14:
        return tracker_.lose_server_sync();
      case 15:
        return tracker_.give_up_facts(telling_.store);
      default:
        note(what % 2 == 0 ? tracker_.on_client(piece, &telling_.sink, &telling_.store) : tracker_.on_server(piece),
             piece.size());
    }
  }
  void join_midway() { tracker_.join_midway(); }

  void end() {
    tracker_.give_up_facts(telling_.store);
    require(telling_.store.in_use() == 0, "all slots were given back");
    require(telling_.sink.told.size() <= requests_ + 1, "nothing is told twice");
  }

 private:
  void note(const Seen& seen, std::size_t size) {
    requests_ += seen.requests;
    responses_ += seen.responses;
    require(responses_ <= requests_, "no response without a request");
    require(size == 0 || (seen.request_at < size && seen.response_at < size), "beginnings lie in the piece");
    require(telling_.store.in_use() <= 1, "one slot a connection");
  }

  Telling telling_{2};
  ExchangeTracker& tracker_ = telling_.tracker;
  std::size_t requests_ = 0;
  std::size_t responses_ = 0;
};

}  // namespace
}  // namespace weir::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::test;
  Input input(data, size);
  Connection connection;
  if (input.number() % 4 == 3) connection.join_midway();
  while (!input.done()) connection.step(input);
  connection.end();
  return 0;
}
