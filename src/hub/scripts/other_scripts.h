#pragma once

#include <functional>
#include <set>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/base/counters.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"
#include "verlihub/query_scripts.h"

namespace hookline::hub {

// Asks the other scripts on behalf of one script: whether it may do something, or what they know.
// Meanwhile the call of the asking script waits, but the hub does not.
//
// Two scripts that ask each other must not wait for each other. So the asking script, and every
// other script that is itself waiting for others, is told about an event but not asked.
//
// Thread safety: the hub's thread.
class OtherScripts {
 public:
  // The references must outlive this.
  OtherScripts(ScriptEvents& scripts, const HubConfig& config, HubCounters& counters)
      : scripts_(scripts), config_(config), counters_(counters) {}

  // Asks the others about an action that `caller` has requested by a call, and performs it unless a
  // script refuses; if one does, the value is False. `act` runs on the hub's thread, and
  // immediately if there is no script to ask. A script that does not answer by the decision's
  // deadline counts as late. Protocol lines are dropped, because there is no connection to send
  // them to. REQUIRES: `args` are those of the hook's row.
  [[nodiscard]] Future<Value> if_others_allow(const Caller& caller, Hook hook, const List& args,
                                              std::move_only_function<Future<Value>()> act);

  // Calls OnScriptQuery of the others (vh.ScriptQuery) and collects their answers. Answers that do
  // not come by the decision's deadline are left out.
  [[nodiscard]] Future<Value> query(const Caller& caller, const verlihub::ScriptQuestion& question);

 private:
  [[nodiscard]] std::vector<ScriptId> tell_the_rest(ScriptId caller, Hook hook, const List& args);
  void add_answer(Hook hook, Result<Value> result, Decision& decision);

  ScriptEvents& scripts_;
  const HubConfig& config_;
  HubCounters& counters_;
  // The scripts whose calls wait for others; a script is in it once for each such call.
  std::multiset<ScriptId> waiting_;
};

}  // namespace hookline::hub
