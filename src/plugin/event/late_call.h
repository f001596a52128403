#pragma once

#include "hookline/clock.h"
#include "hookline/hook.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Counts a call of a script whose deadline has passed, so that nobody waits for the script until
// note_late_end() is called for that call. If this opens the script's breaker, it is logged and the
// host is told, within the budget of the log. `deadline` is how long the sender has waited.
//
// If memory runs out, the call is counted, and nobody is told.
//
// Thread safety, of both functions: any thread.
void note_late(ScriptEntry& script, const HookRow& hook, Duration deadline) noexcept;

// Counts the end of such a call. Logs, and tells the host, when the script is not late any more, if
// it was told that the script is late.
void note_late_end(ScriptEntry& script) noexcept;

}  // namespace hookline::detail
