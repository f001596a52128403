#include "hub/vh_decision.h"

#include <utility>
#include <vector>

#include "dispatch/when_all.h"
#include "hub/hub_core.h"

namespace hookline {
namespace {

// What one script has answered. One that has not in time is stood in for, as in any verdict.
void add_answer(HubCore& core, Hook hook, Result<Value> result, Verdict& verdict) {
  if (!result && result.error().code == ErrorCode::kDeadlineExceeded) {
    core.counters().late_verdicts.add();
    verdict.allowed = verdict.allowed && core.config().late_verdict_allows;
    return;
  }
  merge(verdict, read_answer(hook, std::move(result)));
}

// In load order, of those that can answer.
std::vector<Future<Value>> ask_others(HubCore& core, ScriptId caller, Hook hook, const List& args) {
  auto& scripts = core.scripts();
  const auto deadline = core.now() + core.config().verdict_deadline;
  std::vector<Future<Value>> answers;
  for (const auto script : scripts.hooked_by(hook)) {
    core.counters().hook_events.add();
    if (script == caller || core.waiting_scripts().contains(script)) {
      scripts.post(script, hook, args);
    } else {
      answers.push_back(scripts.ask(script, hook, args, deadline));
    }
  }
  return answers;
}

}  // namespace

Future<Value> if_others_allow(HubCore& core, const Caller& caller, Hook hook, const List& args,
                              std::move_only_function<Future<Value>()> act) {
  auto answers = ask_others(core, caller.id, hook, args);
  if (answers.empty()) {
    return act();
  }
  const auto waiting = core.waiting_scripts().insert(caller.id);
  return when_all(std::move(answers))
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

}  // namespace hookline
