#include "bench/script_lane.h"

#include <utility>

#include "bench/or_die.h"
#include "bench/python.h"
#include "plugin/script_runner.h"

namespace hookline::bench {

struct ScriptLane::Targets {
  HookTargets hooks;
};

ScriptLane::ScriptLane(MailboxOptions mailbox) : targets_(std::make_unique<Targets>()) {
  auto runner = std::make_unique<ScriptRunner>(
      python(), ScriptRunnerOptions{.path = events_script(), .hooks = &targets_->hooks});
  lane_ = or_die(pool_.add("events", std::move(runner), mailbox).get());
}

ScriptLane::~ScriptLane() { pool_.shutdown(Drain::kRun); }

std::uint32_t ScriptLane::function(Form form) const {
  const Hook hook = form == Form::kOneText ? Hook::kOnUserLogin : Hook::kOnParsedMsgChat;
  const auto& target = targets_->hooks.targets.at(static_cast<std::size_t>(hook));
  return target ? target->function : Request::kByName;
}

}  // namespace hookline::bench
