// What a run does when: turns a profile, and those that take its place later, into scenes ahead of time. Builds aside
// and publishes (profile/scene_line.h); workers change over by themselves. One control thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "profile/asked_book.h"
#include "profile/name_book.h"
#include "profile/profile.h"
#include "profile/programme.h"
#include "profile/scene_line.h"

namespace weir {

class Conductor {
 public:
  /// How far ahead of the present scenes are built.
  static constexpr Duration kHorizon = seconds(2);

  /// Of numbers that change all the time the log is told no more often.
  static constexpr Duration kTellEvery = milliseconds(100);

  /// @param tells the log is told what is asked for: asked() has it, and somebody takes it.
  explicit Conductor(const Profile& profile, bool tells = false);

  /// Where workers start.
  [[nodiscard]] const Scene& first() const { return line_.first(); }

  /// Builds what begins until `now` + kHorizon, and frees scenes before the one that every worker has reached.
  void look_ahead(Instant now, std::uint64_t reached);

  /// From `at` on another profile holds, whatever was to come of the one before.
  void replace(const Profile& profile, Instant at);

  /// The scene that holds at an instant; valid until scenes are freed.
  [[nodiscard]] const Scene& at(Instant now) const { return line_.at(now); }
  /// The rules of the newest scene that has begun or is still to begin.
  [[nodiscard]] const Rules& rules() const { return line_.last().rules; }
  /// Whether there is more to come than has been built.
  [[nodiscard]] bool goes_on() const { return next_.has_value(); }
  /// Why the profile's timeline ended before its end; empty: it did not.
  [[nodiscard]] const std::string& fault() const { return fault_; }
  [[nodiscard]] const NameBook& names() const { return names_; }
  /// What scenes ask for; number 1 is that of the start. Null where the log is not told.
  [[nodiscard]] AskedBook* asked() { return tells_ ? &asked_ : nullptr; }
  [[nodiscard]] std::size_t scenes() const { return line_.size(); }

 private:
  [[nodiscard]] bool is_near(Instant now) const;
  void take_next();
  void note_names(const Rules& rules);
  [[nodiscard]] ScenePlan plan_of(ProgrammeStep step);
  [[nodiscard]] std::uint32_t number_of_asked(const ProgrammeStep& step);

  const bool tells_;
  NameBook names_;
  AskedBook asked_;
  std::optional<ProgrammeStep> told_;  // the last step that the log is told of, without its rules
  Programme programme_;
  std::optional<ProgrammeStep> next_;
  std::string fault_;
  SceneLine line_;
};

}  // namespace weir
