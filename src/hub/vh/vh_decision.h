#pragma once

#include <functional>
#include <set>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

namespace hookline::hub {

class HubCore;

// The scripts whose calls wait until others have decided or answered (vh.ScriptQuery), each as
// often as it has such calls. Hub's thread.
using WaitingScripts = std::multiset<ScriptId>;

// Asks the scripts about what one of them is about to do by a call, and does it unless they refuse:
// then the call answers False. `act` runs on the hub's thread, at once if there is nobody to ask.
//
// The calling script is told and not asked: it waits. So is any other that waits for others itself:
// of two scripts that call each other, neither waits for the other. What else keeps a script from
// answering ends with the verdict's deadline. There is no connection that a protocol line could go
// to.
//
// Hub's thread. REQUIRES: `args` are those of the hook's row.
[[nodiscard]] Future<Value> if_others_allow(HubCore& core, const Caller& caller, Hook hook,
                                            const List& args,
                                            std::move_only_function<Future<Value>()> act);

}  // namespace hookline::hub
