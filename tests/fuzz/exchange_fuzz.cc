// One direction of HTTP/1, cut anywhere: the scanner must find messages where llhttp finds them, whole or in pieces,
// and the tracker must count and tell as the scanner finds. Input: 0 requests or 1 responses, cuts, the stream.
#include "fuzz/fuzz_input.h"
#include "unit/http/facts_sink.h"
#include "unit/http/llhttp_oracle.h"

namespace weir::test {
namespace {

using Kind = MessageScanner::Kind;

/// Streams that prove nothing, because llhttp 8.1 differs on purpose or against the RFC: it takes a CR without LF for
/// the end of a line in some places (against RFC 9112, 2.2) and an LF without CR in fewer than the scanner; a method
/// PRI is to it the HTTP/2 preface, with whatever version.
bool is_disputed(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) return true;
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) return true;
  }
  return text.find("PRI ") != std::string_view::npos;
}

void compare_with_llhttp(Kind kind, const CutStream& stream, const Boundaries& ours) {
  if (is_disputed(stream.text())) return;
  const Boundaries theirs = Oracle(kind).read(stream.text());
  const std::size_t limit = std::min(ours.broke_at, theirs.broke_at);
  require(ours.before(limit).begins == theirs.before(limit).begins, "messages begin where llhttp sees them");
  require(ours.before(limit).ends == theirs.before(limit).ends, "messages end where llhttp sees them");
}

Telling& told_in_pieces(Telling& telling, const CutStream& stream) {
  stream.each_piece([&](std::span<const std::byte> piece) { telling.client(piece); });
  return telling;
}

void compare_requests(const CutStream& stream, const Boundaries& ours) {
  Telling whole;
  Telling cut;
  const unsigned requests = whole.client(stream.bytes).requests;
  told_in_pieces(cut, stream);
  require(cut.lost > 0 || cut.sink.told == whole.sink.told, "the same facts however it is cut");
  const bool broken_hello = whole.tracker.protocol() == Protocol::kTls;
  require(whole.lost == 0 || broken_hello, "nothing is lost of what lies in one piece");
  whole.tracker.give_up_facts(whole.store);
  cut.tracker.give_up_facts(cut.store);
  require(whole.store.in_use() == 0 && cut.store.in_use() == 0, "all slots were given back");
  const bool is_plain = whole.tracker.reads_messages() && ours.broke_at == SIZE_MAX;
  require(!is_plain || requests == ours.begins.size(), "the tracker counts each request");
}

}  // namespace
}  // namespace weir::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace weir::test;
  Input input(data, size);
  const Kind kind = input.number() % 2 == 0 ? Kind::kRequests : Kind::kResponses;
  const CutStream stream(input);
  const Boundaries whole = scan_in_pieces(kind, stream.text(), {});
  const Boundaries cut = scan_in_pieces(kind, stream.text(), stream.cuts);
  require(whole.begins == cut.begins && whole.ends == cut.ends && whole.broke_at == cut.broke_at,
          "the same messages however it is cut");
  compare_with_llhttp(kind, stream, cut);
  if (kind == Kind::kRequests) compare_requests(stream, whole);
  return 0;
}
