#pragma once

#include <uv.h>

#include <filesystem>
#include <map>
#include <string>

#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hub/net/uv_handle.h"
#include "hub/scripts/script_events.h"
#include "hub/scripts/script_manager.h"

namespace hookline::hub {

// Watches the files of the scripts. Reloads a script when its file, or a file of its package,
// changes; loads new scripts of the folder, and unloads scripts whose files were removed. Scripts
// that were loaded from elsewhere are only reloaded. The log has the results.
//
// Editors write in several steps, or write another file and rename it. So a change is handled only
// when nothing has happened to the file for kQuiet.
//
// Thread safety: the loop's thread. REQUIRES: the scripts have ended when this is destroyed.
class ScriptWatcher {
 public:
  static constexpr Duration kQuiet = std::chrono::milliseconds(200);

  // The references must outlive this.
  ScriptWatcher(ScriptEvents& scripts, ScriptManager& manager, Clock& clock)
      : scripts_(scripts), manager_(manager), clock_(clock) {}
  ScriptWatcher(const ScriptWatcher&) = delete;
  ScriptWatcher& operator=(const ScriptWatcher&) = delete;
  ~ScriptWatcher() = default;

  // Fails with kBadArguments if the folder cannot be watched.
  [[nodiscard]] Result<void> start(uv_loop_t* loop);
  // Watches the folders that scripts were loaded from. Call it whenever that changes.
  void follow_loaded();
  void close() noexcept;

  // Handles the changes that are due. Call it regularly.
  void tick();

 private:
  // Describes a watched folder: that of the scripts, a package, or a folder elsewhere.
  struct Folder {
    ScriptWatcher* watcher = nullptr;
    std::string name;  // as in a Change; "" for the folder of the scripts
    bool is_package = false;
    UvHandle<uv_fs_event_t> events;
  };
  // Describes a change of one file or package, known by its name in the folder of the scripts, or
  // its path elsewhere.
  struct Change {
    TimePoint due;
    bool is_new = false;   // something has happened since it was last handled
    bool is_busy = false;  // the script is being loaded, unloaded or reloaded
  };

  int watch(const std::string& name, bool is_package);
  void on_event(const Folder& folder, const char* file);
  // Each of these returns false if there is nothing to do.
  [[nodiscard]] bool settle(const std::string& name);
  [[nodiscard]] bool settle_elsewhere(const std::filesystem::path& path);
  void settled(const std::string& name);

  ScriptEvents& scripts_;
  ScriptManager& manager_;
  Clock& clock_;
  uv_loop_t* loop_ = nullptr;
  std::map<std::string, Folder> folders_;  // by name
  std::map<std::string, Change> changes_;
};

}  // namespace hookline::hub
