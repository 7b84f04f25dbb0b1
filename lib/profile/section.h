// A table of a profile, read by the keys that it may have. Every fault becomes a problem with its place, and reading
// goes on: a value with a fault counts as given, and is not there when it is asked for. Control threads.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "profile/document.h"
#include "profile/errors.h"
#include "profile/keys.h"
#include "profile/problems.h"
#include "profile/words.h"

namespace weir {

/// The table that a node stands for: itself, or one whose `key` is the node (a quantity in short form).
[[nodiscard]] Node as_table(Node node, std::string_view key);

class Section {
 public:
  /// Notes unknown keys, keys that are refused, and values of the wrong kind.
  /// @param called what messages call its values, if it is the short form of a key; else empty.
  Section(Node table, const Keys& keys, Problems& problems, std::string_view called = "");

  /// Whether the key is given, rightly or wrongly.
  [[nodiscard]] bool has(std::string_view key) const;

  /// The scalar behind a key as `parse(key, text)` reads it, which may throw UsageError.
  template <typename Parse>
  [[nodiscard]] auto one(std::string_view key, Parse parse) const {
    const Node* const node = value(key);
    return node ? read(key, *node, parse) : Result<Parse>();
  }

  /// The same, written to `into` if it is there.
  template <typename Value, typename Parse>
  void take(std::string_view key, Value& into, Parse parse) const {
    if (const auto result = one(key, parse)) into = *result;
  }

  /// The scalars of a list, or of one scalar in its place.
  template <typename Parse>
  [[nodiscard]] auto each(std::string_view key, Parse parse) const {
    std::vector<typename Result<Parse>::value_type> all;
    for (const Node& node : items(key)) {
      if (const auto result = read(key, node, parse)) all.push_back(*result);
    }
    return all;
  }

  /// The meaning of the word behind a key, written to `into` if it is there.
  template <typename Meaning, std::size_t kCount>
  void take_word(std::string_view key, const std::array<Word<Meaning>, kCount>& words, Meaning& into) const {
    const Node* const node = value(key);
    const auto* const word = node ? find_word(key, *node, words) : nullptr;
    if (word) into = word->meaning;
  }

  /// The meanings of a list of words, or of one word in its place.
  template <typename Meaning, std::size_t kCount>
  [[nodiscard]] std::vector<Meaning> words(std::string_view key, const std::array<Word<Meaning>, kCount>& words) const {
    std::vector<Meaning> all;
    for (const Node& node : items(key)) {
      if (const auto* const word = find_word(key, node, words)) all.push_back(word->meaning);
    }
    return all;
  }

  [[nodiscard]] bool is_empty_list(std::string_view key) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view key) const;
  [[nodiscard]] std::optional<Section> section(std::string_view key) const;
  [[nodiscard]] std::vector<Section> sections(std::string_view key) const;

  /// What `make()` returns, or nothing and a problem at `key` if it throws UsageError.
  template <typename Make>
  [[nodiscard]] auto attempt(std::string_view key, Make make) const -> std::optional<decltype(make())> {
    try {
      return make();
    } catch (const UsageError& error) {
      refuse(key, error.what());
      return std::nullopt;
    }
  }

  /// Notes a problem at the value of `key`, or at the table if it has none.
  void refuse(std::string_view key, std::string_view message) const;
  /// Notes a problem if the key is not given; returns whether it is.
  bool require(std::string_view key, std::string_view question) const;

  /// The folder where paths in this section begin.
  [[nodiscard]] const std::string& folder() const { return problems_->folder_of(table_.place); }

 private:
  template <typename Parse>
  using Result = std::optional<std::invoke_result_t<Parse, std::string_view, std::string_view>>;

  [[nodiscard]] const Node* value(std::string_view key) const;
  [[nodiscard]] std::vector<Node> items(std::string_view key) const;
  [[nodiscard]] std::string_view expected(std::string_view key) const;
  void check(const Entry& entry);
  void note_unknown(const Entry& entry);
  void note_unknown_word(std::string_view key, const Node& node, std::span<const std::string_view> words) const;

  template <typename Parse>
  Result<Parse> read(std::string_view key, const Node& node, Parse parse) const {
    try {
      return parse(called_.empty() ? key : std::string_view(called_), std::string_view(node.text));
    } catch (const ErrorInText& error) {
      problems_->add(problems_->inside(node.place, node.text, error.at()), error.what());
      return std::nullopt;
    } catch (const UsageError& error) {
      problems_->add(node.place, error.what(), expected(key));
      return std::nullopt;
    }
  }

  template <typename Meaning, std::size_t kCount>
  const Word<Meaning>* find_word(std::string_view key, const Node& node,
                                 const std::array<Word<Meaning>, kCount>& words) const {
    const auto found = std::ranges::find(words, node.text, &Word<Meaning>::text);
    if (found != words.end()) return &*found;
    note_unknown_word(key, node, texts_of(words));
    return nullptr;
  }

  Node table_;
  const Keys* keys_;
  Problems* problems_;
  std::string called_;
  std::vector<std::string> faulty_;
};

}  // namespace weir
