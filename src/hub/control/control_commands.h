#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "hub/scripts/script_events.h"
#include "hub/scripts/script_manager.h"
#include "hub/scripts/script_names.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// Runs the requests of `hookline ctl`. docs/cli.md has the protocol.
//
// Thread safety: the hub's thread.
class ControlCommands {
 public:
  using Reply = std::function<void(std::string)>;

  // The references must outlive this.
  ControlCommands(ScriptEvents& scripts, ScriptManager& manager, const ScriptNames& names,
                  ScriptState& state, Clock& clock)
      : scripts_(scripts), manager_(manager), names_(names), state_(state), clock_(clock) {}

  // Runs one request and passes its answer to `reply`, now or later. Both are one line of JSON
  // without its newline. No replies come after the scripts have been shut down.
  void run(std::string_view request, const Reply& reply);

 private:
  struct Row;

  void list(const std::string& argument, const Reply& reply);
  void stats(const std::string& name, const Reply& reply);
  void log(const std::string& level, const Reply& reply);
  template <void (ScriptManager::*Change)(std::string_view, ScriptManager::Done)>
  void change(const std::string& script, const Reply& reply);
  [[nodiscard]] Value describe(const ScriptInfo& script) const;
  [[nodiscard]] Value describe(const UnfinishedScript& script) const;
  [[nodiscard]] Value figures(const ScriptInfo& script) const;
  [[nodiscard]] Value last_error(const ScriptInfo& script) const;

  ScriptEvents& scripts_;
  ScriptManager& manager_;
  const ScriptNames& names_;
  ScriptState& state_;
  Clock& clock_;
};

}  // namespace hookline::hub
