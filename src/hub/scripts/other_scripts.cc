#include "hub/scripts/other_scripts.h"

#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/event/answer.h"
#include "plugin/script/ask_scripts.h"

namespace hookline::hub {

// Merges the answer of one script, and counts it if it is late.
void OtherScripts::add_answer(Hook hook, Result<Value> result, Decision& decision) {
  if (!result && result.error().code == ErrorCode::kDeadlineExceeded) {
    counters_.late_decisions.add();
    ++decision.late;
    return;
  }
  const HookRow& row = verlihub::hook_row(hook);
  detail::merge(decision, row, detail::read_answer(row, std::move(result)));
}

// Tells the scripts that cannot answer, and returns the others in load order.
std::vector<ScriptId> OtherScripts::tell_the_rest(ScriptId caller, Hook hook, const List& args) {
  std::vector<ScriptId> asked;
  for (const auto script : scripts_.host().hooked_by(hook)) {
    counters_.hook_events.add();
    if (script == caller || waiting_.contains(script)) {
      scripts_.host().post(script, hook, args);
    } else {
      asked.push_back(script);
    }
  }
  return asked;
}

Future<Value> OtherScripts::if_others_allow(const Caller& caller, Hook hook, const List& args,
                                            std::move_only_function<Future<Value>()> act) {
  const auto asked = tell_the_rest(caller.id, hook, args);
  if (asked.empty()) {
    return act();
  }
  const auto waiting = waiting_.insert(caller.id);
  return detail::ask_scripts(scripts_.host(), asked, hook, args, config_.decision_deadline)
      .then(scripts_.host().host_executor(),
            [this, waiting, hook, act = std::move(act)](
                Result<std::vector<Result<Value>>> results) mutable -> Future<Value> {
              waiting_.erase(waiting);
              if (!results) {
                return make_ready_future<Value>(std::unexpected(std::move(results.error())));
              }
              Decision decision;
              for (auto& result : *results) {
                add_answer(hook, std::move(result), decision);
              }
              detail::apply_default(decision, config_.late_answer_allows);
              return decision.allowed ? act() : make_ready_future<Value>(false);
            });
}

Future<Value> OtherScripts::query(const Caller& caller, const verlihub::ScriptQuestion& question) {
  const auto waiting = waiting_.insert(caller.id);
  auto asking =
      verlihub::query_scripts(scripts_.host(), question, caller, config_.decision_deadline);
  return asking.then(scripts_.host().host_executor(), [this, waiting](Result<Value> result) {
    waiting_.erase(waiting);
    return result;
  });
}

}  // namespace hookline::hub
