// A rule's choice in words: which of its conditions held, and of what. For `weir explain`. Pure; control threads.
#pragma once

#include <cstdint>
#include <string>

#include "impair/select.h"

namespace weir {

/// The conditions of a rule that matches, each with what fulfilled it:
///     protocol http1, host "*.example.org" matched "a.example.org", path "/api" matched "/api/list"
[[nodiscard]] std::string why_selected(const Match& match, const Facts& facts);

/// A rule's conditions before anything is known: `HTTP with host "*.example.org", path "/api"`.
[[nodiscard]] std::string traffic_in_words(const Match& match);

/// The word of one kind of traffic, a bit of weir::traffic: "http1".
[[nodiscard]] std::string_view word_of_traffic(std::uint8_t kind);

}  // namespace weir
