#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/store/store.h"

namespace hookline::hub {

// Remembers for the next start what operators decided about scripts: which scripts of the folder
// are not loaded, which scripts from elsewhere are, and how much is logged.
//
// Thread safety: the hub's thread. Changes are in force immediately; the futures have True once the
// change is durable.
class ScriptState {
 public:
  // `store` must outlive this.
  explicit ScriptState(Store& store) : store_(store) {}
  // Reads the stored decisions. REQUIRES: called once, before anything else.
  [[nodiscard]] Result<void> load();

  // Returns the decisions by the path of the script's file: true if an operator loaded it, false if
  // an operator unloaded it.
  [[nodiscard]] const std::map<std::string, bool, std::less<>>& decisions() const noexcept {
    return decisions_;
  }
  // Returns nullopt if no operator decided anything about this file.
  [[nodiscard]] std::optional<bool> is_loaded(std::string_view path) const;
  [[nodiscard]] Future<Value> set_loaded(std::string path, bool is_loaded);
  // Removes the decision about this file.
  [[nodiscard]] Future<Value> forget(std::string_view path);

  // Returns nullopt if no operator set one.
  [[nodiscard]] const std::optional<std::string>& log_level() const noexcept { return log_level_; }
  [[nodiscard]] Future<Value> set_log_level(std::string_view level);

 private:
  Store& store_;
  std::map<std::string, bool, std::less<>> decisions_;
  std::optional<std::string> log_level_;
};

// Sets the log level (base/log_level.h) for now and for the next start. Thread safety: the hub's
// thread.
[[nodiscard]] Result<void> set_log_level(std::string_view level, ScriptState& state);
// Sets the log level at the start of a hub: `level`, or the stored one if `level` is empty.
[[nodiscard]] Result<void> restore_log_level(const ScriptState& state, std::string_view level);

}  // namespace hookline::hub
