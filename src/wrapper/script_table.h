#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/call.h"
#include "hookline/clock.h"
#include "wrapper/settings.h"

namespace hookline::wrapper {

// Maps the script ids of the C interface to loaded scripts and their settings.
//
// Thread safety: all methods from any thread.
class ScriptTable {
 public:
  struct Loaded {
    ScriptId script{};
    std::shared_ptr<const Settings> settings;
  };

  // Takes the smallest free id, counted from 0.
  [[nodiscard]] int reserve();
  // Marks the id as loading. Returns false if a script has this id already, or the id is negative.
  [[nodiscard]] bool begin_load(int id, const std::filesystem::path& path,
                                std::shared_ptr<const Settings> settings);
  void end_load(int id, ScriptId script);
  // Frees the id, and returns the script that was loaded under it.
  std::optional<Loaded> release(int id);
  // Frees the id if it was only reserved.
  void cancel(int id);

  [[nodiscard]] bool is_taken(int id) const;
  [[nodiscard]] std::optional<Loaded> find(int id) const;
  // Finds a script by the path that it was loaded from, or by its name: the file name without its
  // extension.
  [[nodiscard]] std::optional<int> find(std::string_view path_or_name) const;
  // Returns the settings of a script that is loaded or loading; for other scripts, the defaults.
  [[nodiscard]] std::shared_ptr<const Settings> settings(int id) const;
  // Returns the longest load_deadline of all scripts that were ever loaded.
  [[nodiscard]] Duration patience() const;

 private:
  struct Row {
    std::filesystem::path path;
    std::shared_ptr<const Settings> settings;  // null while the id is only reserved
    std::optional<ScriptId> script;            // empty until the script is loaded

    // REQUIRES: there is a script.
    [[nodiscard]] Loaded loaded() const {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
      return {.script = *script, .settings = settings};
    }
  };

  mutable std::mutex mutex_;
  std::map<int, Row> rows_;
  Duration patience_{};
};

}  // namespace hookline::wrapper
