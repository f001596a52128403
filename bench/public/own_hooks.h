#pragma once

#include <string>
#include <string_view>

#include "bench/decided_events.h"
#include "bench/event_stream.h"
#include "bench/form.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"

namespace hookline::bench {

inline constexpr auto kOnLogin = hook<std::string>("on_login", {"player"}, veto);
inline constexpr auto kOnChat =
    hook<std::string, std::string>("on_chat", {"player", "text"}, last_replacement);

// A vocabulary of the host's own, whose hooks bench/scripts/own.py has.
struct OwnHooks {
  static constexpr const char* kSeen = "seen";

  static void post(ScriptHost& scripts, Form form, std::string_view nick,
                   std::string_view message) {
    if (form == Form::kOneText) {
      scripts.post(kOnLogin(nick));
    } else {
      scripts.post(kOnChat(nick, message));
    }
  }
  [[nodiscard]] static Asked decide(ScriptHost& scripts, Form form, std::string_view nick,
                                    DecisionHandler& handler) {
    return form == Form::kOneText ? scripts.decide_on_loop(kOnLogin(nick), handler)
                                  : scripts.decide_on_loop(kOnChat(nick, kMessage), handler);
  }
};

using OwnEvents = EventsOf<OwnHooks>;
using OwnDecisions = DecidedEventsOf<OwnHooks>;

}  // namespace hookline::bench
