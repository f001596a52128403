#include "hub/script_manager.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <system_error>
#include <utility>

namespace hookline {
namespace {

std::unexpected<Error> no_such_script(std::string_view name) {
  return fail(ErrorCode::kScriptNotFound, "There is no script '" + std::string(name) +
                                              "'; list the scripts to see which there are.");
}

}  // namespace

std::filesystem::path ScriptManager::find_file(std::string_view path_or_name) const {
  std::filesystem::path path = folder_ / path_or_name;  // an absolute one stays what it is
  std::error_code ignored;
  if (path.extension() != ".py" && !std::filesystem::exists(path, ignored)) {
    return path.string() + ".py";
  }
  return path;
}

void ScriptManager::finish(const std::string& name, std::string_view what,
                           const Result<void>& result, const Done& done) {
  if (result) {
    spdlog::info("{} {}", what, name);
    done("'" + name + "' is " + std::string(what) + ".");
    return;
  }
  Error error = result.error();
  spdlog::error("{} was not {}: {}\n{}", name, what, error.to_string(), error.traceback);
  error.message = "'" + name + "' was not " + std::string(what) + ": " + error.to_string();
  done(std::unexpected(std::move(error)));
}

void ScriptManager::load(std::string_view path_or_name, Done done) {
  const auto file = find_file(path_or_name);
  scripts_.load(file).deliver_to(
      scripts_.host_executor(),
      [name = file.stem().string(), done = std::move(done)](const Result<ScriptId>& id) {
        finish(name, "loaded", id ? Result<void>() : std::unexpected(id.error()), done);
      });
}

void ScriptManager::unload(std::string_view name, Done done) {
  change(name, "unloaded", &ScriptHost::unload, std::move(done));
}

void ScriptManager::reload(std::string_view name, Done done) {
  change(name, "reloaded", &ScriptHost::reload, std::move(done));
}

void ScriptManager::change(std::string_view name, std::string_view what,
                           Future<void> (ScriptHost::*how)(ScriptId), Done done) {
  const auto id = scripts_.find(name);
  if (!id) {
    done(no_such_script(name));
    return;
  }
  (scripts_.*how)(*id).deliver_to(
      scripts_.host_executor(),
      [name = std::string(name), what, done = std::move(done)](const Result<void>& result) {
        finish(name, what, result, done);
      });
}

}  // namespace hookline
