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

// What operators have decided about scripts, for the next start: which are loaded although they lie
// elsewhere, which are not although they lie in the scripts' folder, and how much is logged.
//
// Thread safety: the hub's thread. Changes are in force at once; the futures are ready, with True,
// when they are durable.
class ScriptState {
 public:
  // `store` must outlive this.
  explicit ScriptState(Store& store) : store_(store) {}
  // Reads what is stored. Once, before anything else.
  [[nodiscard]] Result<void> load();

  // By the path of the script's file: true, an operator has loaded it; false, has unloaded it.
  [[nodiscard]] const std::map<std::string, bool, std::less<>>& decisions() const noexcept {
    return decisions_;
  }
  // nullopt: nobody has decided anything.
  [[nodiscard]] std::optional<bool> is_loaded(std::string_view path) const;
  [[nodiscard]] Future<Value> set_loaded(std::string path, bool is_loaded);
  // As if nobody had ever decided anything about it.
  [[nodiscard]] Future<Value> forget(std::string_view path);

  // nullopt: none has been set.
  [[nodiscard]] const std::optional<std::string>& log_level() const noexcept { return log_level_; }
  [[nodiscard]] Future<Value> set_log_level(std::string_view level);

 private:
  Store& store_;
  std::map<std::string, bool, std::less<>> decisions_;
  std::optional<std::string> log_level_;
};

}  // namespace hookline::hub
