#pragma once

#include <memory>

#include "hookline/error.h"
#include "hookline/hook.h"
#include "hookline/value.h"
#include "plugin/event/answer.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Logs what is wrong with an answer, if anything, with the script's name.
//
// A script that fails at every event of a busy server must not fill the disk. So each script has,
// for each kind of problem, a budget of lines that refills with time. The next line that is written
// comes with the number of lines that were left out.
//
// If memory runs out, nothing is logged.
//
// Thread safety: any thread.
void log_answer(ScriptEntry& script, const ScriptAnswer& answer) noexcept;
// Reads the result of a hook, or the error of a call that nobody awaits, and does the same.
void log_result(ScriptEntry& script, const HookRow& hook, Result<Value> result) noexcept;
void log_failed_call(ScriptEntry& script, const Error& error) noexcept;
// Reads the result of a hook, logs and returns it; nullptr if there is no memory.
[[nodiscard]] std::unique_ptr<ScriptAnswer> keep_answer(ScriptEntry& script, const HookRow& hook,
                                                        Result<Value> result) noexcept;

}  // namespace hookline::detail
