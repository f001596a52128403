#pragma once

#include "plugin/event/answer.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Writes to the log what is wrong with an answer, if anything is, in the name of the script.
//
// A script that fails at every line of a busy hub must not fill the disk: of each kind of trouble
// a script has a budget of lines that refills with time, and what was left out is counted in the
// next line that is written.
//
// Thread safety: from any thread.
void log_answer(ScriptEntry& script, const Answer& answer);

}  // namespace hookline::detail
