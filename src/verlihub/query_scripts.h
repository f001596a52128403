#pragma once

#include <string_view>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"

namespace hookline::verlihub {

// Is a question of one script to others (`vh.ScriptQuery`), in the hub's encoding.
struct ScriptQuestion {
  std::string_view command;
  std::string_view data;
  std::string_view recipient;  // the name or path of one script; "" for all
  bool with_names = false;     // each answer is (name of the script, answer)
};

// Calls OnScriptQuery(command, data, recipient, sender) of the recipients, except the script that
// asks, and returns the list of their answers, in load order. The list omits scripts that have no
// such function, return None, fail, or do not answer in time. Failures are logged.
//
// Thread safety: any thread.
[[nodiscard]] Future<Value> query_scripts(ScriptHost& scripts, const ScriptQuestion& question,
                                          const Caller& sender, Duration timeout);

}  // namespace hookline::verlihub
