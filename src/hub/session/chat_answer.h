#pragma once

#include <string>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

namespace hookline::hub {

class HubCore;
class Session;

// Tells the user what came of a chat command when it is known: `done` for True, `not_done` for
// anything else, or the error. Nothing to one who has left. Hub's thread.
void answer_later(HubCore& core, Session& user, Future<Value> outcome, std::string done,
                  std::string not_done);

}  // namespace hookline::hub
