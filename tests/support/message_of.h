// The message of the error that something throws, so that a test can state it word for word.
#pragma once

#include <string>

namespace weir {

/// What `act` threw as an Error, or "(nothing thrown)".
template <typename Error, typename Act>
std::string message_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "(nothing thrown)";
}

}  // namespace weir
