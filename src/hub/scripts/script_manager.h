#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/result.h"
#include "hookline/script_host.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// Loads, unloads and reloads scripts while the hub runs, for chat commands, `hookline ctl` and the
// ScriptWatcher. Scripts that were loaded or unloaded this way stay so at the next start.
//
// Thread safety: the hub's thread. It never waits for a script: the results come later. No results
// come after the scripts have been shut down.
class ScriptManager {
 public:
  // The time that a caller waits for the result. A change that takes longer continues, and the log
  // has its result.
  static constexpr Duration kPatience = std::chrono::seconds(5);
  // Gets a sentence that says what was done, why it was not done, or that it is not done yet.
  using Done = std::function<void(const Result<std::string>&)>;

  // The references must outlive this. Scripts that are named without a path are in the scripts'
  // folder of `config`.
  ScriptManager(ScriptEvents& scripts, ScriptState& state, const HubConfig& config, Clock& clock)
      : scripts_(scripts),
        state_(state),
        config_(config),
        folder_(config.scripts_path()),
        clock_(clock) {}

  // Returns the files that are loaded at the start: the scripts of the folder in name order,
  // without those that an operator unloaded, and then the scripts from elsewhere that an operator
  // loaded.
  [[nodiscard]] std::vector<std::filesystem::path> files_at_start() const;

  // Loads a file or a package by its path, or by its name in the folder, with or without ".py".
  void load(std::string_view path_or_name, Done done);
  // A loaded script is named by its name, or by the path of its file.
  void unload(std::string_view name, Done done);
  void reload(std::string_view name, Done done);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] bool is_in_folder(const std::filesystem::path& file) const;

  // Tells the callers whose change takes longer than kPatience. Call it regularly.
  void tick();

  // `changed` is called when a script has been loaded or unloaded, before the caller is told.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  // A change that is not finished.
  struct Change {
    std::string name;
    std::string_view what;  // "loaded" and the like
    Done done;              // empty once the caller has been told
    TimePoint since;
  };
  using Changes = std::list<Change>;

  [[nodiscard]] std::filesystem::path find_file(std::string_view path_or_name) const;
  [[nodiscard]] Changes::iterator begin(std::string name, std::string_view what, Done done);
  void change(Future<void> ended, Changes::iterator change, std::function<void()> on_success);
  // Stores a decision for the next start.
  void remember(const std::filesystem::path& file, bool is_loaded);
  // Logs the result of a change, and tells the caller.
  void finish(Changes::iterator change, const Result<void>& result);

  ScriptEvents& scripts_;
  ScriptState& state_;
  const HubConfig& config_;
  std::filesystem::path folder_;
  Clock& clock_;
  std::function<void()> changed_ = [] {};
  Changes changes_;
};

}  // namespace hookline::hub
