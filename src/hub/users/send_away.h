#pragma once

#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hub/store/bans.h"

namespace hookline::hub {

class HubCore;
class Session;

// Three ways to send a user away, if the scripts allow it. Whoever has left by then is left alone.
//
// A kick disconnects the user, tells him why and everybody that it was done, and keeps the nick
// away for a while: `kick` needs no nick and no address. A drop tells the user alone.
//
// Hub's thread. REQUIRES: the operator's command is just being processed (Session::if_allowed).
void kick_by(HubCore& core, Session& op, Session& victim, std::string_view reason);
void drop_by(HubCore& core, Session& op, Session& victim, std::string_view reason);
// For a script: the future is ready, from any thread, when the kick is stored; False: the scripts
// refuse, or the user has left. The notes are told to the user and to the operators.
[[nodiscard]] Future<Value> kick_for(HubCore& core, const Caller& script, Session& victim,
                                     Kick kick);

}  // namespace hookline::hub
