#include "bench/script_lane.h"

#include <utility>

#include "bench/cost.h"
#include "bench/python.h"
#include "plugin/event/hook_request.h"
#include "plugin/script/script_runner.h"

namespace hookline::bench {

using namespace detail;

ScriptLane::ScriptLane(MailboxOptions mailbox) {
  auto runner =
      std::make_unique<ScriptRunner>(python(), ScriptRunnerOptions{.path = events_script()});
  lane_ = or_die(pool_.add("events", std::move(runner), mailbox).get());
}

ScriptLane::~ScriptLane() { pool_.shutdown(Drain::kRun); }

std::uint32_t ScriptLane::function(Form form) {
  const Hook hook = form == Form::kOneText ? Hook::kOnUserLogin : Hook::kOnParsedMsgChat;
  return hook_function(hook);
}

}  // namespace hookline::bench
