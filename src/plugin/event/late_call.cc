#include "plugin/event/late_call.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"
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

std::string late_notice(const HookRow& hook, Duration deadline, std::uint64_t left_out) {
  std::string notice = fmt::format(
      "{} has not answered within {:g} s: the script is not waited for until that call has ended",
      hook.name, seconds(deadline));
  if (left_out != 0) {
    notice += fmt::format(" (it was late {} more times since the last such line)", left_out);
  }
  return notice;
}

}  // namespace

void note_late(ScriptEntry& script, const HookRow& hook, Duration deadline) noexcept {
  const auto opened =
      script.breaker.note_late({.hook = hook.name, .deadline = deadline}, script.clock.now());
  if (opened && opened->is_told &&
      !if_memory([&] { tell(script, late_notice(hook, deadline, opened->left_out)); })) {
    script.breaker.note_untold();
  }
}

void note_late_end(ScriptEntry& script) noexcept {
  const auto closed = script.breaker.note_end(script.clock.now());
  if (closed && closed->is_told) {
    if_memory([&] {
      tell(script,
           fmt::format("{} has ended after {:.1f} s: the script is waited for again",
                       closed->cause.hook, seconds(closed->cause.deadline + closed->late_for)));
    });
  }
}

}  // namespace hookline::detail
