#include "bench/script_lane.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include "bench/python.h"
#include "dispatch/function_call.h"
#include "plugin/script_runner.h"

namespace hookline::bench {

struct ScriptLane::Targets {
  HookTargets hooks;
};

ScriptLane::ScriptLane() : targets_(std::make_unique<Targets>()) {
  auto runner = std::make_unique<ScriptRunner>(
      python(), ScriptRunnerOptions{.path = events_script(), .hooks = &targets_->hooks});
  auto lane = pool_.add("events", std::move(runner)).get();
  if (!lane) {
    std::fprintf(stderr, "%s\n", lane.error().to_string().c_str());
    std::exit(1);
  }
  lane_ = *std::move(lane);
}

ScriptLane::~ScriptLane() { pool_.shutdown(Drain::kRun); }

std::uint32_t ScriptLane::function(Form form) const {
  const Hook hook = form == Form::kOneText ? Hook::kOnUserLogin : Hook::kOnParsedMsgChat;
  const auto& target = targets_->hooks.targets.at(static_cast<std::size_t>(hook));
  return target ? target->function : Request::kByName;
}

void ScriptLane::drain() {
  call_function(lane_->mailbox(), [](Runner&) -> Result<Value> { return Value(); }).wait();
}

}  // namespace hookline::bench
