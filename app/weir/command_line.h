// CLI11 with weir's manners: values are kept as the text that was typed (units are read elsewhere, by one parser), an
// option that is given twice, unknown or without its value is one line of error, with the nearest right spelling.
// Used by options.cc on the main thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
}

namespace weir {

class CommandLine {
 public:
  /// @param usage the line of `help` that shows the command's shape.
  /// @param stray what to say to a word that is no option: "EAL arguments go after --".
  CommandLine(std::string_view summary, std::string_view usage, std::string_view stray);
  ~CommandLine();
  CommandLine(CommandLine&&) noexcept;

  /// Options declared from now on stand under this heading of the help.
  void heading(std::string_view text);

  /// `--name VALUE`, at most once.
  void value(std::string_view name, std::string_view type, std::string_view text, std::optional<std::string>& into);
  /// `--name VALUE`, any number of times, in order.
  void values(std::string_view name, std::string_view type, std::string_view text, std::vector<std::string>& into);
  /// `--name`, at most once.
  void flag(std::string_view name, std::string_view text, bool& into);

  /// Words that are no options, up to `most` of them, in order.
  void words(std::vector<std::string>& into, std::size_t most);

  /// Text behind the options in the help.
  void footer(std::string_view text);

  /// Fills what was declared; throws UsageError.
  void parse(std::span<const std::string> arguments);

  [[nodiscard]] std::string help() const;

 private:
  using Results = std::vector<std::string>;
  void declare(std::string_view name, std::string_view type, std::string_view text,
               std::function<void(const Results&)> accept);
  [[noreturn]] void refuse(const std::string& word) const;

  std::unique_ptr<CLI::App> app_;
  std::string heading_ = "options";
  std::string stray_;
  std::vector<std::string> names_;
  std::vector<std::string>* words_ = nullptr;
  std::size_t most_words_ = 0;
};

}  // namespace weir
