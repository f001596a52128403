#include "hub/scripts/script_watcher.h"

#include <spdlog/spdlog.h>

#include <iterator>
#include <string_view>
#include <system_error>

#include "hookline/script_info.h"
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

// Returns false for the files of editors and of Python.
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
    const fs::path path = manager_.folder() / name;
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
  const fs::path& path = manager_.folder();
  if (const int status = watch({}, false); status != 0) {
    return fail(ErrorCode::kBadArguments, "the folder " + path.string() + " cannot be watched (" +
                                              uv_strerror(status) +
                                              "); create it, or leave out [scripts] watch");
  }
  std::error_code failure;
  for (fs::directory_iterator entry(path, failure); !failure && entry != fs::directory_iterator();
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (is_of_interest(name) && is_folder(entry->path())) {
      watch(name, true);
    }
  }
  manager_.on_change([this] { follow_loaded(); });
  return {};
}

void ScriptWatcher::close() noexcept {
  loop_ = nullptr;
  folders_.clear();
}

// Watches folders, not files, because editors replace a file by another one.
void ScriptWatcher::follow_loaded() {
  if (loop_ == nullptr) {
    return;
  }
  std::map<std::string, bool> wanted;
  for (const auto& script : scripts_.host().scripts()) {
    const auto path = detail::whole_path(script.path);
    if (!manager_.is_in_folder(path)) {
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
  change.due = clock_.now() + kQuiet;
  change.is_new = true;
}

void ScriptWatcher::tick() {
  for (auto at = changes_.begin(); at != changes_.end();) {
    auto& [name, change] = *at;
    if (change.is_busy || change.due > clock_.now()) {
      ++at;
      continue;
    }
    change.is_new = false;
    change.is_busy = settle(name);
    at = change.is_busy ? std::next(at) : changes_.erase(at);
  }
}

bool ScriptWatcher::settle(const std::string& name) {
  const fs::path path = manager_.folder() / name;
  if (name.starts_with('/')) {
    return settle_elsewhere(path);
  }
  if (is_folder(path)) {
    watch(name, true);
  } else {
    folders_.erase(name);
    if (path.extension() != ".py" && !scripts_.host().find(path.string())) {
      return false;
    }
  }
  const auto done = [this, name](const Result<std::string>& /*result*/) { settled(name); };
  const bool is_loaded = scripts_.host().find(path.string()).has_value();
  if (!is_loaded && manager_.find_loading(path.string())) {
    // Its import may hang, and the change may be what mends it. The name is free immediately.
    manager_.unload(path.string(), [](const Result<std::string>& /*result*/) {});
  }
  if (is_there(path)) {
    if (is_loaded) {
      manager_.reload(path.string(), done);
    } else {
      manager_.load(path.string(), done);
    }
    return true;
  }
  if (is_loaded) {
    manager_.unload(path.string(), done);
  }
  return is_loaded;
}

// Reloads a script that was loaded from elsewhere. Other files there are left alone, and a script
// whose file was removed continues.
bool ScriptWatcher::settle_elsewhere(const fs::path& path) {
  if (!is_there(path) || !scripts_.host().find(path.string())) {
    return false;
  }
  manager_.reload(path.string(), [this, name = path.string()](
                                     const Result<std::string>& /*result*/) { settled(name); });
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
