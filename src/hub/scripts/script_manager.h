#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// Is a script file that the hub has begun to load as it started, or the reason why it is not
// loaded.
struct LoadedFile {
  std::filesystem::path path;
  Result<ScriptId> id;
  bool is_loading = false;  // it may be loaded later; `id` is an error
};

// Loads, unloads and reloads scripts while the hub runs, for chat commands, `hookline ctl` and the
// ScriptWatcher. Scripts that were loaded or unloaded this way stay so at the next start.
//
// Thread safety: the hub's thread. It never waits for a script: the results come later. No results
// come after the scripts have been shut down.
class ScriptManager {
 public:
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

  // Loads the scripts of the folder in name order, without those that an operator unloaded, and
  // then the scripts from elsewhere that an operator loaded. Waits for them, in real time, no
  // longer than the configuration's load_patience; those that take longer go on loading.
  [[nodiscard]] std::vector<LoadedFile> load_at_start();

  // Loads a file or a package by its path, or by its name in the folder, with or without ".py".
  void load(std::string_view path_or_name, Done done);
  // A script is named by its name, or by the path of its file. Unloading one that is still being
  // loaded ends the load immediately.
  void unload(std::string_view name, Done done);
  void reload(std::string_view name, Done done);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] bool is_in_folder(const std::filesystem::path& file) const;

  // Returns the script of that name or path that is being loaded, if there is one.
  [[nodiscard]] std::optional<ScriptId> find_loading(std::string_view name) const;

  // Tells the callers, and the operators, of changes that take longer than load_patience. Such a
  // change continues; the operators are told how it ends. Call it regularly.
  void tick();
  // `tell` is called with a sentence for the operators.
  void on_news(std::function<void(std::string_view)> tell) { tell_operators_ = std::move(tell); }

  // `changed` is called when a script has been loaded or unloaded, before the caller is told.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  // Is a change that is not finished.
  struct Change {
    std::string name;
    std::string_view what;  // "loaded" and the like
    Done done;              // empty once the caller has been told
    TimePoint since;
    bool is_late = false;  // the operators have been told that it takes long
  };
  using Changes = std::list<Change>;

  [[nodiscard]] std::vector<std::filesystem::path> files_at_start() const;
  void follow_load(const std::filesystem::path& file, Future<ScriptId> loading,
                   Changes::iterator change);
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
  std::function<void(std::string_view)> tell_operators_ = [](std::string_view) {};
  Changes changes_;
};

}  // namespace hookline::hub
