#include "plugin/event/late_call.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <utility>

#include "hookline/call.h"
#include "plugin/functions/host_port.h"

namespace hookline::detail {
namespace {

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// Logs a notice about a script, and has the host's thread pass it on to the host.
void tell(const ScriptEntry& script, std::string notice) {
  script.log.warn("{}: {}", script.name(), notice);
  if (script.context.port != nullptr) {
    (void)script.context.port->run([&script, notice = std::move(notice)](Promise<Value> told) {
      script.context.host->on_script_notice(script.context.caller, notice);
      told.set({});
    });
  }
}

}  // namespace

void note_late(ScriptEntry& script, const HookRow& hook, Duration deadline) {
  const auto opened =
      script.breaker.note_late({.hook = hook.name, .deadline = deadline}, script.clock.now());
  if (!opened || !opened->is_told) {
    return;
  }
  std::string notice = fmt::format(
      "{} has not answered within {:g} s: the script is not waited for until that call has ended",
      hook.name, seconds(deadline));
  if (opened->left_out != 0) {
    notice +=
        fmt::format(" (it was late {} more times since the last such line)", opened->left_out);
  }
  tell(script, std::move(notice));
}

void note_late_end(ScriptEntry& script) {
  const auto closed = script.breaker.note_end(script.clock.now());
  if (closed && closed->is_told) {
    tell(script,
         fmt::format("{} has ended after {:.1f} s: the script is waited for again",
                     closed->cause.hook, seconds(closed->cause.deadline + closed->late_for)));
  }
}

}  // namespace hookline::detail
