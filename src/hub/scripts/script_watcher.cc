#include "hub/scripts/script_watcher.h"

#include <spdlog/spdlog.h>

#include <iterator>
#include <string_view>
#include <system_error>

#include "hub/session/hub_core.h"
#include "plugin/types/whole_path.h"

namespace hookline::hub {
namespace {

namespace fs = std::filesystem;

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(is_folder(path) ? path / "__init__.py" : path, ignored);
}

// Not what editors and Python keep for themselves.
bool is_of_interest(std::string_view name) {
  return !name.empty() && !name.starts_with('.') && name != "__pycache__";
}

}  // namespace

int ScriptWatcher::watch(const std::string& name, bool is_package) {
  Folder& folder = folders_[name];
  if (folder.events) {
    return 0;
  }
  folder.watcher = this;
  folder.name = name;
  folder.is_package = is_package;
  int status = folder.events.open(
      [this](uv_fs_event_t* events) { return uv_fs_event_init(loop_, events); }, &folder);
  if (status == 0) {
    const fs::path path = core_.script_manager().folder() / name;
    status = uv_fs_event_start(
        folder.events.get(),
        [](uv_fs_event_t* events, const char* file, int /*events*/, int failed) {
          if (const auto* at = static_cast<const Folder*>(events->data); at && failed == 0) {
            at->watcher->on_event(*at, file != nullptr ? file : "");
          }
        },
        path.c_str(), 0);
  }
  if (status != 0) {
    folders_.erase(name);
  }
  return status;
}

Result<void> ScriptWatcher::start(uv_loop_t* loop) {
  loop_ = loop;
  const fs::path& path = core_.script_manager().folder();
  if (const int status = watch({}, false); status != 0) {
    return fail(ErrorCode::kBadArguments, "the folder " + path.string() + " cannot be watched (" +
                                              uv_strerror(status) +
                                              "); create it, or leave out [scripts] watch");
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(path, ignored)) {
    const std::string name = entry.path().filename().string();
    if (is_of_interest(name) && is_folder(entry.path())) {
      watch(name, true);
    }
  }
  core_.script_manager().on_change([this] { follow_loaded(); });
  return {};
}

void ScriptWatcher::close() noexcept {
  loop_ = nullptr;
  folders_.clear();
}

// A file is watched by its folder: editors put another one in its place.
void ScriptWatcher::follow_loaded() {
  if (loop_ == nullptr) {
    return;
  }
  std::map<std::string, bool> wanted;
  for (const auto& script : core_.scripts().scripts()) {
    const auto path = detail::whole_path(script.path);
    if (!core_.script_manager().is_in_folder(path)) {
      const bool is_package = is_folder(path);
      wanted.emplace((is_package ? path : path.parent_path()).string(), is_package);
    }
  }
  std::erase_if(folders_, [&](const auto& entry) {
    return entry.first.starts_with('/') && !wanted.contains(entry.first);
  });
  for (const auto& [folder, is_package] : wanted) {
    if (const int status = watch(folder, is_package); status != 0) {
      spdlog::warn("the folder {} cannot be watched ({}): reload its scripts yourself", folder,
                   uv_strerror(status));
    }
  }
}

void ScriptWatcher::on_event(const Folder& folder, const char* file) {
  if (!is_of_interest(file)) {
    return;
  }
  const std::string& name = folder.name;
  Change& change = changes_[folder.is_package ? name : (fs::path(name) / file).string()];
  change.due = core_.now() + kQuiet;
  change.is_new = true;
}

void ScriptWatcher::tick() {
  for (auto at = changes_.begin(); at != changes_.end();) {
    auto& [name, change] = *at;
    if (change.is_busy || change.due > core_.now()) {
      ++at;
      continue;
    }
    change.is_new = false;
    change.is_busy = settle(name);
    at = change.is_busy ? std::next(at) : changes_.erase(at);
  }
}

bool ScriptWatcher::settle(const std::string& name) {
  auto& manager = core_.script_manager();
  const fs::path path = manager.folder() / name;
  if (name.starts_with('/')) {
    return settle_elsewhere(path);
  }
  if (is_folder(path)) {
    watch(name, true);
  } else {
    folders_.erase(name);
    if (path.extension() != ".py" && !core_.scripts().find(path.string())) {
      return false;
    }
  }
  const auto done = [this, name](const Result<std::string>& /*result*/) { settled(name); };
  const bool is_loaded = core_.scripts().find(path.string()).has_value();
  if (is_there(path)) {
    if (is_loaded) {
      manager.reload(path.string(), done);
    } else {
      manager.load(path.string(), done);
    }
    return true;
  }
  if (is_loaded) {
    manager.unload(path.string(), done);
  }
  return is_loaded;
}

// Whoever loads a script from there has asked for no other, and one whose file has gone goes on.
bool ScriptWatcher::settle_elsewhere(const fs::path& path) {
  if (!is_there(path) || !core_.scripts().find(path.string())) {
    return false;
  }
  core_.script_manager().reload(
      path.string(),
      [this, name = path.string()](const Result<std::string>& /*result*/) { settled(name); });
  return true;
}

void ScriptWatcher::settled(const std::string& name) {
  const auto found = changes_.find(name);
  if (found == changes_.end()) {
    return;
  }
  found->second.is_busy = false;
  if (!found->second.is_new) {
    changes_.erase(found);
  }
}

}  // namespace hookline::hub
