#pragma once

#include <string_view>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/script_host.h"

namespace hookline::detail {

// What a script asks the others: `vh.ScriptQuery`. In the hub's encoding.
struct ScriptQuestion {
  std::string_view command;
  std::string_view data;
  std::string_view recipient;  // the name or path of one script; "" for all
  bool with_names = false;     // each answer is (name of the script, answer)
};

// Calls OnScriptQuery(command, data, recipient, sender) of all scripts but the one that asks, and
// gives the list of their answers, in load order. Who has no such function, returns None, fails, or
// has not answered in time is not in it; failures are logged.
//
// Thread safety: any thread.
[[nodiscard]] Future<Value> query_scripts(ScriptHost& scripts, const ScriptQuestion& question,
                                          const Caller& sender, Duration timeout);

}  // namespace hookline::detail
