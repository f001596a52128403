#include "hub/scripts/script_manager.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <system_error>
#include <utility>

#include "hookline/detail/deadline.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "plugin/types/whole_path.h"

namespace hookline::hub {
namespace {

std::unexpected<Error> no_such_script(std::string_view name) {
  return fail(ErrorCode::kScriptNotFound, "There is no script '" + std::string(name) +
                                              "'; list the scripts to see which there are.");
}

// Removes ".py": load() needs it in a name with a dot, so the other commands accept it too.
std::string_view without_suffix(std::string_view name) {
  constexpr std::string_view kSuffix = ".py";
  const bool has_suffix = name.ends_with(kSuffix) && !name.contains('/');
  return has_suffix ? name.substr(0, name.size() - kSuffix.size()) : name;
}

// Returns the key of a file in the stored state.
std::string key_of(const std::filesystem::path& file) { return detail::whole_path(file).string(); }

std::filesystem::path path_of(const ScriptHost& scripts, ScriptId id) {
  const auto infos = scripts.scripts();
  const auto found = std::ranges::find(infos, id, &ScriptInfo::id);
  if (found != infos.end()) {
    return found->path;
  }
  const auto unfinished = scripts.unfinished();
  const auto loading = std::ranges::find(unfinished, id, &UnfinishedScript::id);
  return loading != unfinished.end() ? loading->path : std::filesystem::path();
}

void log_load(const LoadedFile& file) {
  if (file.id) {
    spdlog::info("loaded {}", file.path.string());
  } else {
    spdlog::error("{} was not loaded: {}\n{}", file.path.string(), file.id.error().to_string(),
                  file.id.error().traceback);
  }
}

}  // namespace

std::vector<std::filesystem::path> ScriptManager::files_at_start() const {
  auto files = script_files(folder_);
  std::erase_if(files, [this](const std::filesystem::path& file) {
    const bool is_out = state_.is_loaded(key_of(file)) == false;
    if (is_out) {
      spdlog::info("{} is left out, since an operator has unloaded it", file.string());
    }
    return is_out;
  });
  for (const auto& [file, is_loaded] : state_.decisions()) {
    if (is_loaded) {
      files.emplace_back(file);
    }
  }
  return files;
}

bool ScriptManager::is_in_folder(const std::filesystem::path& file) const {
  return detail::whole_path(file).parent_path() == detail::whole_path(folder_);
}

void ScriptManager::remember(const std::filesystem::path& file, bool is_loaded) {
  std::error_code ignored;
  const std::string key = key_of(file);
  const bool is_usual = is_loaded == is_in_folder(file);
  // Removing a file does not decide about another file that takes its place later.
  const bool is_gone = !is_loaded && !std::filesystem::exists(file, ignored);
  if (!is_usual && !is_gone) {
    static_cast<void>(state_.set_loaded(key, is_loaded));
  } else if (state_.is_loaded(key)) {
    static_cast<void>(state_.forget(key));
  }
}

std::filesystem::path ScriptManager::find_file(std::string_view path_or_name) const {
  std::filesystem::path path = folder_ / path_or_name;  // an absolute path stays as it is
  std::error_code ignored;
  if (path.extension() != ".py" && !std::filesystem::exists(path, ignored)) {
    return path.string() + ".py";
  }
  return path;
}

ScriptManager::Changes::iterator ScriptManager::begin(std::string name, std::string_view what,
                                                      Done done) {
  return changes_.insert(
      changes_.end(),
      {.name = std::move(name), .what = what, .done = std::move(done), .since = clock_.now()});
}

void ScriptManager::finish(Changes::iterator change, const Result<void>& result) {
  const Change ended = std::move(*change);
  changes_.erase(change);
  const auto& [name, what, done, since, is_late] = ended;
  if (is_late) {
    const std::string not_done = result ? "" : "not ";
    const std::string why = result ? "" : ": " + result.error().to_string();
    tell_operators_("'" + name + "' was " + not_done + std::string(what) + why);
  }
  if (result) {
    spdlog::info("{} {}", what, name);
  } else {
    spdlog::error("{} was not {}: {}\n{}", name, what, result.error().to_string(),
                  result.error().traceback);
  }
  if (!done) {
    return;
  }
  if (result) {
    done("'" + name + "' is " + std::string(what) + ".");
    return;
  }
  Error error = result.error();
  error.message = "'" + name + "' was not " + std::string(what) + ": " + error.to_string();
  done(std::unexpected(std::move(error)));
}

void ScriptManager::tick() {
  const auto now = clock_.now();
  for (Change& change : changes_) {
    if (change.is_late || now - change.since < config_.load_patience) {
      continue;
    }
    change.is_late = true;
    const std::string message =
        "'" + change.name + "' is not " + std::string(change.what) +
        " yet, since its code has not returned; the log will say how it ends";
    spdlog::warn("{}", message);
    if (const Done done = std::exchange(change.done, nullptr)) {
      done(fail(ErrorCode::kDeadlineExceeded, message));
    }
    tell_operators_(message);
  }
}

std::vector<LoadedFile> ScriptManager::load_at_start() {
  const auto files = files_at_start();
  std::vector<std::pair<Future<ScriptId>, Changes::iterator>> loading;
  loading.reserve(files.size());
  for (const auto& file : files) {
    const auto change = begin(file.stem().string(), "loaded", nullptr);
    loading.emplace_back(scripts_.host().load(file, config_.load_options(file)), change);
  }
  std::vector<LoadedFile> results;
  results.reserve(files.size());
  const auto deadline = detail::deadline_after(Clock::system(), config_.load_patience);
  for (std::size_t i = 0; i < files.size(); ++i) {
    auto& [id, change] = loading[i];
    if (id.wait_for(detail::time_left(deadline))) {
      results.push_back({.path = files[i], .id = id.get()});
      log_load(results.back());
      changes_.erase(change);
      continue;
    }
    results.push_back({.path = files[i],
                       .id = fail(ErrorCode::kDeadlineExceeded, "it is still being loaded"),
                       .is_loading = true});
    spdlog::warn("{} is still being loaded: the hub serves without it meanwhile",
                 files[i].string());
    follow_load(files[i], std::move(id), change);
  }
  changed_();
  return results;
}

void ScriptManager::follow_load(const std::filesystem::path& file, Future<ScriptId> loading,
                                Changes::iterator change) {
  loading.deliver_to(scripts_.host().host_executor(),
                     [this, file, change](const Result<ScriptId>& id) {
                       if (id) {
                         changed_();
                       }
                       finish(change, id ? Result<void>() : std::unexpected(id.error()));
                     });
}

void ScriptManager::load(std::string_view path_or_name, Done done) {
  const auto file = find_file(path_or_name);
  const auto change = begin(file.stem().string(), "loaded", std::move(done));
  follow_load(file,
              scripts_.host()
                  .load(file, config_.load_options(file))
                  .then(scripts_.host().host_executor(),
                        [this, file](Result<ScriptId> id) {
                          if (id) {
                            remember(file, true);
                          }
                          return id;
                        }),
              change);
}

std::optional<ScriptId> ScriptManager::find_loading(std::string_view name) const {
  const auto wanted = detail::whole_path(name);
  for (const UnfinishedScript& script : scripts_.host().unfinished()) {
    if (script.is_loading && (script.name == name || detail::whole_path(script.path) == wanted)) {
      return script.id;
    }
  }
  return std::nullopt;
}

void ScriptManager::unload(std::string_view name, Done done) {
  name = without_suffix(name);
  const auto id = scripts_.host().find(name);
  if (id) {
    const auto file = path_of(scripts_.host(), *id);
    change(scripts_.host().unload(*id), begin(std::string(name), "unloaded", std::move(done)),
           [this, file] {
             remember(file, false);
             changed_();
           });
  } else if (const auto loading = find_loading(name)) {
    const auto file = path_of(scripts_.host(), *loading);
    change(scripts_.host().unload(*loading), begin(std::string(name), "unloaded", std::move(done)),
           [this, file] { remember(file, false); });
  } else if (const auto file = find_file(name); state_.is_loaded(key_of(file)) == true) {
    remember(file, false);
    done("'" + file.stem().string() + "' will not be loaded any more.");
  } else {
    done(no_such_script(name));
  }
}

void ScriptManager::reload(std::string_view name, Done done) {
  name = without_suffix(name);
  if (const auto id = scripts_.host().find(name); id) {
    change(scripts_.host().reload(*id), begin(std::string(name), "reloaded", std::move(done)),
           [] {});
  } else if (find_loading(name)) {
    done(fail(ErrorCode::kScriptNotFound,
              "'" + std::string(name) + "' is still being loaded: unload it first."));
  } else {
    done(no_such_script(name));
  }
}

void ScriptManager::change(Future<void> ended, Changes::iterator change,
                           std::function<void()> on_success) {
  std::move(ended).deliver_to(
      scripts_.host().host_executor(),
      [this, change, on_success = std::move(on_success)](const Result<void>& result) {
        if (result) {
          on_success();
        }
        finish(change, result);
      });
}

}  // namespace hookline::hub
