#pragma once

#include "plugin/event/answer.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Logs what is wrong with an answer, if anything, with the script's name.
//
// A script that fails at every event of a busy server must not fill the disk. So each script has,
// for each kind of problem, a budget of lines that refills with time. The next line that is written
// comes with the number of lines that were left out.
//
// Thread safety: any thread.
void log_answer(ScriptEntry& script, const ScriptAnswer& answer);

}  // namespace hookline::detail
