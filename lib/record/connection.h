// Which connection a decision is about, as a key of maps: the log tells connections apart by these. Control threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "flow/flow_key.h"

namespace weir {

struct Connection {
  FlowKey key;
  std::uint32_t k = 0;
  friend bool operator==(const Connection&, const Connection&) = default;
};

struct ConnectionHash {
  std::size_t operator()(const Connection& connection) const {
    const std::string_view bytes(reinterpret_cast<const char*>(&connection.key), sizeof connection.key);
    return std::hash<std::string_view>()(bytes) ^ connection.k;
  }
};

}  // namespace weir
