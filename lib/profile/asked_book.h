// What scenes ask for, by numbers that fit a decision record: control notes it before workers can use a number, the
// log's thread takes it when a worker has said that it holds. Numbers count up and are taken in that order, so what was
// passed over is forgotten, and memory stays bounded. Any control thread.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "impair/rules.h"

namespace weir {

class AskedBook {
 public:
  struct Entry {
    std::string phase;  // in force; empty outside of phases
    Rules rules;
  };

  /// Notes it; returns its number, from 1.
  [[nodiscard]] std::uint32_t add(Entry entry);

  /// What a number stands for, once; this one and all before it are forgotten. Nothing where it was taken before.
  [[nodiscard]] std::optional<Entry> take(std::uint32_t number);

  /// Entries that wait to be taken.
  [[nodiscard]] std::size_t size() const;

 private:
  mutable std::mutex mutex_;
  std::deque<Entry> entries_;
  std::uint32_t first_ = 1;  // the number of the first of them
};

}  // namespace weir
