#pragma once

#include <string>
#include <string_view>

#include "hookline/script_info.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "hub/scripts/script_manager.h"
#include "hub/scripts/script_names.h"
#include "hub/session/session.h"
#include "hub/store/script_state.h"

namespace hookline::hub {

// Runs the chat commands about scripts. Each returns its answer, which is empty if it comes later.
//
// Thread safety: the hub's thread.
class ScriptCommands {
 public:
  // The references must outlive this.
  ScriptCommands(ScriptEvents& scripts, ScriptManager& manager, const ScriptNames& names,
                 ScriptState& state, const HubConfig& config, Clock& clock)
      : scripts_(scripts),
        manager_(manager),
        names_(names),
        state_(state),
        config_(config),
        clock_(clock) {}

  // The answers of these three come when the change is done; an error includes the end of its
  // traceback.
  [[nodiscard]] std::string pyload(Session& sender, std::string_view path_or_name);
  [[nodiscard]] std::string pyunload(Session& sender, std::string_view name);
  [[nodiscard]] std::string pyreload(Session& sender, std::string_view name);

  [[nodiscard]] std::string pylog(Session& sender, std::string_view level);
  // Lists the scripts that are loaded, one line each.
  [[nodiscard]] std::string pylist(Session& sender, std::string_view args);
  // Shows the figures of one script, or of all; docs/metrics.md explains them. It takes some
  // microseconds for each script.
  [[nodiscard]] std::string pystats(Session& sender, std::string_view name);

 private:
  [[nodiscard]] std::string in_chat(std::string_view text) const;
  [[nodiscard]] std::string last_lines(std::string_view text) const;
  [[nodiscard]] ScriptManager::Done answer_to(Session& sender) const;
  void append_stats(const ScriptInfo& script, std::string& out) const;

  ScriptEvents& scripts_;
  ScriptManager& manager_;
  const ScriptNames& names_;
  ScriptState& state_;
  const HubConfig& config_;
  Clock& clock_;
};

}  // namespace hookline::hub
