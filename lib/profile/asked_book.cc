#include "profile/asked_book.h"

#include <utility>

namespace weir {

std::uint32_t AskedBook::add(Entry entry) {
  const std::scoped_lock lock(mutex_);
  entries_.push_back(std::move(entry));
  return first_ + static_cast<std::uint32_t>(entries_.size()) - 1;
}

std::optional<AskedBook::Entry> AskedBook::take(std::uint32_t number) {
  const std::scoped_lock lock(mutex_);
  std::optional<Entry> entry;
  for (; !entries_.empty() && first_ <= number; ++first_) {
    if (first_ == number) entry = std::move(entries_.front());
    entries_.pop_front();
  }
  return entry;
}

std::size_t AskedBook::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

}  // namespace weir
