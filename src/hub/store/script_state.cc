#include "hub/store/script_state.h"

#include <utility>

#include "hookline/future.h"
#include "hub/base/log_level.h"

namespace hookline::hub {
namespace {

constexpr const char* kRead = "SELECT path, is_loaded FROM hub_scripts";
constexpr const char* kReadLevel = "SELECT level FROM hub_script_log";
constexpr const char* kSet = "INSERT OR REPLACE INTO hub_scripts(path, is_loaded) VALUES(?, ?)";
constexpr const char* kForget = "DELETE FROM hub_scripts WHERE path = ?";
constexpr const char* kSetLevel = "INSERT OR REPLACE INTO hub_script_log(id, level) VALUES(1, ?)";

}  // namespace

Result<void> ScriptState::load() {
  auto done = store_.read(
      kRead, [this](const Statement& row) { decisions_.emplace(row.text(0), row.number(1) != 0); });
  if (!done) {
    return done;
  }
  return store_.read(kReadLevel, [this](const Statement& row) { log_level_ = row.text(0); });
}

std::optional<bool> ScriptState::is_loaded(std::string_view path) const {
  const auto found = decisions_.find(path);
  return found == decisions_.end() ? std::nullopt : std::optional(found->second);
}

Future<Value> ScriptState::set_loaded(std::string path, bool is_loaded) {
  auto written = store_.write({{kSet, {path, is_loaded}}});
  decisions_.insert_or_assign(std::move(path), is_loaded);
  return written;
}

Future<Value> ScriptState::forget(std::string_view path) {
  if (const auto found = decisions_.find(path); found != decisions_.end()) {
    decisions_.erase(found);
  }
  return store_.write({{kForget, {path}}});
}

Future<Value> ScriptState::set_log_level(std::string_view level) {
  log_level_ = level;
  return store_.write({{kSetLevel, {level}}});
}

Result<void> set_log_level(std::string_view level, ScriptState& state) {
  auto set = set_log_level(level);
  if (set) {
    static_cast<void>(state.set_log_level(log_level_name(level)));
  }
  return set;
}

Result<void> restore_log_level(const ScriptState& state, std::string_view level) {
  if (!level.empty()) {
    return set_log_level(level);
  }
  const std::optional<std::string>& stored = state.log_level();
  return stored ? set_log_level(*stored) : Result<void>();
}

}  // namespace hookline::hub
