#include "http/client_hello.h"

#include <algorithm>
#include <cstring>

#include "wire/byte_order.h"

namespace weir {
namespace {

using Bytes = std::span<const std::byte>;

constexpr std::byte kHandshake{22};            // RFC 8446, 5.1
constexpr std::byte kClientHello{1};           // RFC 8446, 4
constexpr std::size_t kRecordHeader = 5;       // type, version, length
constexpr std::size_t kHandshakeHeader = 4;    // type, length
constexpr std::size_t kVersionAndRandom = 34;  // RFC 8446, 4.1.2
constexpr std::uint16_t kServerName = 0;       // RFC 6066, 3
constexpr std::uint16_t kAlpn = 16;            // RFC 7301, 3.1
constexpr std::byte kHostName{0};              // RFC 6066, 3: the only type of name

/// Takes fields off the front of some bytes. What isn't there any more is empty, and ends the reading.
class Reader {
 public:
  explicit Reader(Bytes bytes) : rest_(bytes) {}

  [[nodiscard]] bool done() const { return rest_.empty(); }

  /// So many bytes, or none if there are fewer.
  Bytes take(std::size_t count) {
    if (count > rest_.size()) {
      rest_ = {};
      return {};
    }
    const Bytes taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }
  /// As take(), but what is there if there are fewer: for what encloses fields that lie before a cut.
  Bytes take_up_to(std::size_t count) { return take(std::min(count, rest_.size())); }

  /// A number of so many bytes; 0 if they aren't there.
  std::size_t number(std::size_t bytes) {
    std::size_t value = 0;
    for (const std::byte byte : take(bytes)) value = value << 8U | std::to_integer<std::size_t>(byte);
    return value;
  }

 private:
  Bytes rest_;
};

[[nodiscard]] std::string_view text_of(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// ServerNameList (RFC 6066, 3): the first host name in it; there is at most one.
[[nodiscard]] std::string_view read_server_name(Bytes extension) {
  Reader outer(extension);
  Reader names(outer.take(outer.number(2)));
  while (!names.done()) {
    const Bytes type = names.take(1);
    const Bytes name = names.take(names.number(2));
    if (!type.empty() && type.front() == kHostName) return text_of(name);
  }
  return {};
}

// ProtocolNameList (RFC 7301, 3.1).
[[nodiscard]] std::size_t read_alpns(Bytes extension, std::span<std::string_view, kMostAlpns> into) {
  Reader outer(extension);
  Reader names(outer.take(outer.number(2)));
  std::size_t count = 0;
  while (!names.done() && count < into.size()) {
    const Bytes name = names.take(names.number(1));
    if (!name.empty()) into[count++] = text_of(name);
  }
  return count;
}

}  // namespace

HelloExtent measure_client_hello(Bytes records) {
  std::size_t wanted = kHandshakeHeader;  // bytes of the message, as far as they are known
  std::size_t got = 0;
  std::byte header[kHandshakeHeader]{};
  for (int record = 0; records.size() >= kRecordHeader; ++record) {
    if (records.front() != kHandshake) return HelloExtent::kNone;
    const std::size_t length = load_big_u16(records.data() + 3);
    if (length == 0) return HelloExtent::kNone;  // a handshake record is never empty (RFC 8446, 5.1)
    const Bytes part = records.subspan(kRecordHeader).first(std::min(length, records.size() - kRecordHeader));
    for (std::size_t i = 0; i < part.size() && got + i < kHandshakeHeader; ++i) header[got + i] = part[i];
    got += part.size();
    if (got > 0 && header[0] != kClientHello) return HelloExtent::kNone;
    if (got >= kHandshakeHeader) wanted = kHandshakeHeader + (load_big_u32(header) & 0xff'ffffU);
    if (got >= wanted) return record == 0 ? HelloExtent::kInRecord : HelloExtent::kSpread;
    records = records.subspan(kRecordHeader + part.size());
  }
  return HelloExtent::kPartial;
}

std::size_t strip_record_headers(std::span<std::byte> records) {
  std::size_t got = 0;
  for (std::size_t at = 0; records.size() - at > kRecordHeader;) {
    const std::size_t length = load_big_u16(records.data() + at + 3);
    const std::size_t part = std::min(length, records.size() - at - kRecordHeader);
    std::memmove(records.data() + got, records.data() + at + kRecordHeader, part);
    got += part;
    at += kRecordHeader + part;
  }
  return got;
}

Bytes within_first_record(Bytes records) {
  Reader reader(records);
  static_cast<void>(reader.take(kRecordHeader - 2));
  return reader.take_up_to(reader.number(2));
}

HelloFacts read_client_hello(Bytes message, std::span<std::string_view, kMostAlpns> alpns) {
  HelloFacts facts;
  Reader all(message);
  static_cast<void>(all.take(1));
  Reader hello(all.take_up_to(all.number(3)));
  static_cast<void>(hello.take(kVersionAndRandom));
  static_cast<void>(hello.take(hello.number(1)));  // session id
  static_cast<void>(hello.take(hello.number(2)));  // cipher suites
  static_cast<void>(hello.take(hello.number(1)));  // compression methods
  Reader extensions(hello.take_up_to(hello.number(2)));
  while (!extensions.done()) {
    const std::size_t type = extensions.number(2);
    const std::size_t length = extensions.number(2);
    const Bytes extension = extensions.take(length);
    if (type == kServerName && facts.server_name.empty()) facts.server_name = read_server_name(extension);
    if (type == kAlpn && facts.alpns.empty()) facts.alpns = alpns.first(read_alpns(extension, alpns));
  }
  return facts;
}

}  // namespace weir
