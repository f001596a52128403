#pragma once

#include <uv.h>

#include <filesystem>
#include <map>
#include <string>

#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hub/net/uv_handle.h"

namespace hookline::hub {

class HubCore;

// Keeps the scripts as the files in their folder are: reloads a script whose file changes, or a
// package any of whose own files does; loads a new one, and unloads one whose file has gone. Of
// scripts that were loaded from elsewhere it only follows the changes.
//
// An editor writes in several steps, or writes another file and renames it: what counts is how
// things are when nothing has happened for kQuiet. How it went is in the log.
//
// Thread safety: the loop's thread. REQUIRES: the core's scripts have ended when this does.
class ScriptWatcher {
 public:
  static constexpr Duration kQuiet = std::chrono::milliseconds(200);

  explicit ScriptWatcher(HubCore& core) : core_(core) {}
  ScriptWatcher(const ScriptWatcher&) = delete;
  ScriptWatcher& operator=(const ScriptWatcher&) = delete;
  ~ScriptWatcher() = default;

  // kBadArguments if the folder cannot be watched.
  [[nodiscard]] Result<void> start(uv_loop_t* loop);
  // Watches where the scripts have been loaded from. Whenever that changes.
  void follow_loaded();
  void close() noexcept;

  // Does what is due by the hub's clock.
  void tick();

 private:
  // What is watched: the folder of the scripts, a package, or a folder elsewhere.
  struct Folder {
    ScriptWatcher* watcher = nullptr;
    std::string name;  // as Change; "" is the folder of the scripts
    bool is_package = false;
    UvHandle<uv_fs_event_t> events;
  };
  // Of one file or package, by its name in the folder of the scripts, or its path elsewhere.
  struct Change {
    TimePoint due;
    bool is_new = false;   // something has happened since it was last dealt with
    bool is_busy = false;  // it is being loaded, or the like
  };

  int watch(const std::string& name, bool is_package);
  void on_event(const Folder& folder, const char* file);
  // False: there is nothing to do.
  [[nodiscard]] bool settle(const std::string& name);
  [[nodiscard]] bool settle_elsewhere(const std::filesystem::path& path);
  void settled(const std::string& name);

  HubCore& core_;
  uv_loop_t* loop_ = nullptr;
  std::map<std::string, Folder> folders_;  // by name
  std::map<std::string, Change> changes_;
};

}  // namespace hookline::hub
