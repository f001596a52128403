#pragma once

#include <filesystem>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hub/config/config.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// Loads, unloads and reloads scripts for operators, while the hub runs: whoever asks, in chat, by
// `hookline ctl` or by changing a file, comes by here.
//
// Thread safety: the hub's thread, which never waits for a script: what came of it is told there
// later. Nothing is told any more once the scripts are shut down.
//
// What is loaded stays loaded at the next start, and what is unloaded stays away, until somebody
// wants it otherwise.
class ScriptManager {
 public:
  // How long whoever asked is kept waiting; a change that takes longer goes on, and the log says
  // what has come of it.
  static constexpr Duration kPatience = std::chrono::seconds(5);
  // Gets a sentence that says what was done, or why not, or not yet.
  using Done = std::function<void(const Result<std::string>&)>;

  // The references must outlive this. What is named without a path is looked for in the
  // scripts' folder of `config`.
  ScriptManager(ScriptHost& scripts, ScriptState& state, const HubConfig& config, Clock& clock)
      : scripts_(scripts),
        state_(state),
        config_(config),
        folder_(config.scripts_path()),
        clock_(clock) {}

  // What a start loads: the scripts of the folder in name order, but for those that have been
  // unloaded, and then those that have been loaded from elsewhere.
  [[nodiscard]] std::vector<std::filesystem::path> files_at_start() const;

  // The path of a file or package; or its name in the folder, with or without ".py".
  void load(std::string_view path_or_name, Done done);
  // The name of a script that is loaded, or the path of its file.
  void unload(std::string_view name, Done done);
  void reload(std::string_view name, Done done);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] bool is_in_folder(const std::filesystem::path& file) const;

  // Tells those who have waited too long; to be called now and then.
  void tick();

  // Called when a script has been loaded or unloaded, before whoever asked is told.
  void on_change(std::function<void()> changed) { changed_ = std::move(changed); }

 private:
  // One that is under way.
  struct Change {
    std::string name;
    std::string_view what;  // "loaded" or the like
    Done done;              // nothing: has been told already
    TimePoint since;
  };
  using Changes = std::list<Change>;

  [[nodiscard]] std::filesystem::path find_file(std::string_view path_or_name) const;
  [[nodiscard]] Changes::iterator begin(std::string name, std::string_view what, Done done);
  void change(Future<void> ended, Changes::iterator change, std::function<void()> on_success);
  // For the next start.
  void remember(const std::filesystem::path& file, bool is_loaded);
  // What a change has come to: logs it, and tells who asked.
  void finish(Changes::iterator change, const Result<void>& result);

  ScriptHost& scripts_;
  ScriptState& state_;
  const HubConfig& config_;
  std::filesystem::path folder_;
  Clock& clock_;
  std::function<void()> changed_ = [] {};
  Changes changes_;
};

}  // namespace hookline::hub
