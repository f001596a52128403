#include "hub/vh/vh_decision.h"

#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hub/session/hub_core.h"
#include "plugin/event/answer.h"
#include "plugin/functions/ask_scripts.h"

namespace hookline::hub {
namespace {

// What one script has answered. One that has not in time is stood in for, as in any verdict.
void add_answer(HubCore& core, Hook hook, Result<Value> result, Verdict& verdict) {
  if (!result && result.error().code == ErrorCode::kDeadlineExceeded) {
    core.counters().late_verdicts.add();
    verdict.allowed = verdict.allowed && core.config().late_verdict_allows;
    return;
  }
  detail::merge(verdict, detail::read_answer(hook, std::move(result)));
}

// Those that can answer, in load order. The others are told.
std::vector<ScriptId> tell_the_rest(HubCore& core, ScriptId caller, Hook hook, const List& args) {
  std::vector<ScriptId> asked;
  for (const auto script : core.scripts().hooked_by(hook)) {
    core.counters().hook_events.add();
    if (script == caller || core.waiting_scripts().contains(script)) {
      core.scripts().post(script, hook, args);
    } else {
      asked.push_back(script);
    }
  }
  return asked;
}

}  // namespace

Future<Value> if_others_allow(HubCore& core, const Caller& caller, Hook hook, const List& args,
                              std::move_only_function<Future<Value>()> act) {
  const auto asked = tell_the_rest(core, caller.id, hook, args);
  if (asked.empty()) {
    return act();
  }
  const auto waiting = core.waiting_scripts().insert(caller.id);
  return detail::ask_scripts(core.scripts(), asked, hook, args, core.config().verdict_deadline)
      .then(core.scripts().host_executor(),
            [&core, waiting, hook, act = std::move(act)](
                Result<std::vector<Result<Value>>> results) mutable -> Future<Value> {
              core.waiting_scripts().erase(waiting);
              if (!results) {
                return make_ready_future<Value>(std::unexpected(std::move(results.error())));
              }
              Verdict verdict;
              for (auto& result : *results) {
                add_answer(core, hook, std::move(result), verdict);
              }
              return verdict.allowed ? act() : make_ready_future<Value>(false);
            });
}

}  // namespace hookline::hub
