#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/host.h"
#include "wrapper/lateness.h"
#include "wrapper/settings.h"

namespace hookline::wrapper {

// The ids that the C interface gives to scripts, and what is loaded under them.
//
// Thread safety: all methods from any thread.
class ScriptTable {
 public:
  struct Loaded {
    ScriptId script{};
    std::shared_ptr<const Settings> settings;
    std::shared_ptr<Lateness> lateness;
  };

  // Takes the smallest free id, from 0.
  [[nodiscard]] int reserve();
  // A script is about to be loaded under the id. False: one is there already, or the id is
  // negative.
  [[nodiscard]] bool begin_load(int id, const std::filesystem::path& path,
                                std::shared_ptr<const Settings> settings);
  void end_load(int id, ScriptId script);
  // The id is free again. Returns the script that was loaded under it.
  std::optional<Loaded> release(int id);

  // The id is free again if it was only reserved.
  void cancel(int id);

  [[nodiscard]] bool is_taken(int id) const;
  [[nodiscard]] std::optional<Loaded> find(int id) const;
  // By the path that it was loaded from, or its name: the file's, without the ending.
  [[nodiscard]] std::optional<int> find(std::string_view path_or_name) const;
  // Of a script that is loaded, or is just being loaded; else the default.
  [[nodiscard]] std::shared_ptr<const Settings> settings(int id) const;
  // How long the most patient of all scripts that were ever here may take to end.
  [[nodiscard]] Duration patience() const;

 private:
  struct Row {
    std::filesystem::path path;
    std::shared_ptr<const Settings> settings;  // null: only reserved
    std::optional<ScriptId> script;            // nothing: not there yet
    std::shared_ptr<Lateness> lateness;

    // REQUIRES: there is a script.
    [[nodiscard]] Loaded loaded() const {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
      return {.script = *script, .settings = settings, .lateness = lateness};
    }
  };

  mutable std::mutex mutex_;
  std::map<int, Row> rows_;
  Duration patience_{};
};

}  // namespace hookline::wrapper
