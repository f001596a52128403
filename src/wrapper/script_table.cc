#include "wrapper/script_table.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace hookline::wrapper {

int ScriptTable::reserve() {
  const std::scoped_lock lock(mutex_);
  int id = 0;
  for (const auto& [taken, row] : rows_) {
    if (taken != id) {
      break;
    }
    ++id;
  }
  rows_.emplace(id, Row{});
  return id;
}

bool ScriptTable::begin_load(int id, const std::filesystem::path& path,
                             std::shared_ptr<const Settings> settings) {
  const std::scoped_lock lock(mutex_);
  if (id < 0 || rows_[id].settings != nullptr) {
    return false;
  }
  patience_ = std::max(patience_, settings->load_deadline);
  rows_[id] = {.path = path, .settings = std::move(settings), .script = {}};
  return true;
}

void ScriptTable::end_load(int id, ScriptId script) {
  const std::scoped_lock lock(mutex_);
  rows_.at(id).script = script;
}

std::optional<ScriptTable::Loaded> ScriptTable::release(int id) {
  const std::scoped_lock lock(mutex_);
  const auto row = rows_.extract(id);
  if (!row || !row.mapped().script) {
    return std::nullopt;
  }
  return row.mapped().loaded();
}

void ScriptTable::cancel(int id) {
  const std::scoped_lock lock(mutex_);
  if (const auto row = rows_.find(id); row != rows_.end() && row->second.settings == nullptr) {
    rows_.erase(row);
  }
}

bool ScriptTable::is_taken(int id) const {
  const std::scoped_lock lock(mutex_);
  return rows_.contains(id);
}

std::optional<ScriptTable::Loaded> ScriptTable::find(int id) const {
  const std::scoped_lock lock(mutex_);
  const auto row = rows_.find(id);
  if (row == rows_.end() || !row->second.script) {
    return std::nullopt;
  }
  return row->second.loaded();
}

std::optional<int> ScriptTable::find(std::string_view path_or_name) const {
  const std::scoped_lock lock(mutex_);
  const std::filesystem::path wanted(path_or_name);
  for (const auto& [id, row] : rows_) {
    std::error_code missing;  // a file that is gone by now is only found by the text of its path
    if (row.script && (row.path == wanted || row.path.stem() == wanted ||
                       std::filesystem::equivalent(row.path, wanted, missing))) {
      return id;
    }
  }
  return std::nullopt;
}

std::shared_ptr<const Settings> ScriptTable::settings(int id) const {
  const std::scoped_lock lock(mutex_);
  const auto row = rows_.find(id);
  return row != rows_.end() && row->second.settings ? row->second.settings
                                                    : std::make_shared<const Settings>();
}

Duration ScriptTable::patience() const {
  const std::scoped_lock lock(mutex_);
  return patience_;
}

}  // namespace hookline::wrapper
