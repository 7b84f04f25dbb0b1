#include "weir/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "profile/errors.h"
#include "profile/spelling.h"

namespace weir {
namespace {

constexpr std::size_t kTextColumn = 24;

/// CLI11's layout without its blank lines and its idea of a usage line.
class HelpLayout : public CLI::Formatter {
 public:
  explicit HelpLayout(std::string_view usage) : usage_(usage) { column_width(kTextColumn); }

  std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
    return fmt::format("\nusage: {}\n\n", usage_);
  }

  std::string make_group(std::string group, bool /*is_positional*/,
                         std::vector<const CLI::Option*> options) const override {
    std::string text = group + ":\n";
    for (const CLI::Option* option : options) text += make_option(option, false);
    return text;
  }

 private:
  std::string usage_;
};

}  // namespace

CommandLine::CommandLine(std::string_view summary, std::string_view usage, std::string_view stray)
    : app_(std::make_unique<CLI::App>(std::string(summary))), stray_(stray) {
  app_->formatter(std::make_shared<HelpLayout>(usage));
  app_->set_help_flag();
  app_->allow_extras();
}

CommandLine::~CommandLine() = default;
CommandLine::CommandLine(CommandLine&&) noexcept = default;

void CommandLine::heading(std::string_view text) {
  heading_ = text;
}
void CommandLine::footer(std::string_view text) {
  app_->footer(std::string(text));
}
std::string CommandLine::help() const {
  return app_->help();
}

void CommandLine::declare(std::string_view name, std::string_view type, std::string_view text,
                          std::function<void(const Results&)> accept) {
  names_.emplace_back(name);
  const auto callback = [name = std::string(name), accept = std::move(accept)](const CLI::results_t& results) {
    const bool swallowed_an_option =
        std::ranges::any_of(results, [](const std::string& r) { return r.starts_with("--"); });
    if (swallowed_an_option) throw UsageError(fmt::format("{} needs a value", name));
    accept(results);
    return true;
  };
  app_->add_option(std::string(name), callback, std::string(text))
      ->type_name(std::string(type))
      ->group(heading_)
      ->take_all();
}

void CommandLine::value(std::string_view name, std::string_view type, std::string_view text,
                        std::optional<std::string>& into) {
  declare(name, type, text, [name = std::string(name), &into](const Results& results) {
    if (results.size() > 1) throw UsageError(fmt::format("{} is given twice", name));
    into = results.front();
  });
}

void CommandLine::values(std::string_view name, std::string_view type, std::string_view text,
                         std::vector<std::string>& into) {
  declare(name, type, text, [&into](const Results& results) { into = results; });
}

void CommandLine::flag(std::string_view name, std::string_view text, bool& into) {
  names_.emplace_back(name);
  const auto callback = [name = std::string(name), &into](const CLI::results_t& results) {
    if (results.size() > 1) throw UsageError(fmt::format("{} is given twice", name));
    if (results.front() != "true") throw UsageError(fmt::format("{} takes no value", name));
    into = true;
    return true;
  };
  app_->add_option(std::string(name), callback, std::string(text))
      ->type_size(0)
      ->expected(0)
      ->group(heading_)
      ->take_all();
}

void CommandLine::words(std::vector<std::string>& into, std::size_t most) {
  words_ = &into;
  most_words_ = most;
}

void CommandLine::refuse(const std::string& word) const {
  const bool is_option = word.size() > 1 && word[0] == '-';
  if (!is_option) throw UsageError(fmt::format("unexpected argument \"{}\" ({})", word, stray_));
  const std::string name = word.substr(0, word.find('='));
  const std::vector<std::string_view> known(names_.begin(), names_.end());
  throw UsageError(fmt::format("unknown option {}{}", name, did_you_mean(name, known)));
}

void CommandLine::parse(std::span<const std::string> arguments) {
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // CLI11 takes them from the back
  try {
    app_->parse(std::move(reversed));
  } catch (const CLI::ArgumentMismatch& error) {
    const std::string_view message = error.what();  // "--name: 1 required TYPE missing"
    throw UsageError(fmt::format("{} needs a value", message.substr(0, message.find(':'))));
  } catch (const CLI::ParseError& error) {
    throw UsageError(error.what());
  }
  for (const std::string& word : app_->remaining()) {
    const bool is_option = word.size() > 1 && word[0] == '-';
    if (is_option || words_ == nullptr || words_->size() == most_words_) refuse(word);
    words_->push_back(word);
  }
}

}  // namespace weir
