#pragma once

#include <string_view>

#include "bench/decided_events.h"
#include "bench/event_stream.h"
#include "bench/form.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::bench {

// The vocabulary of a hub, of which bench/scripts/events.py has two hooks.
struct HubHooks {
  static constexpr const char* kSeen = "hooks_seen";

  static void post(ScriptHost& scripts, Form form, std::string_view nick,
                   std::string_view message) {
    if (form == Form::kOneText) {
      scripts.post(verlihub::kOnUserLogin, {nick});
    } else {
      scripts.post(verlihub::kOnParsedMsgChat, {nick, message});
    }
  }
  [[nodiscard]] static Asked decide(ScriptHost& scripts, Form form, std::string_view nick,
                                    DecisionHandler& handler) {
    return form == Form::kOneText
               ? scripts.decide_on_loop(verlihub::kOnUserLogin, {nick}, handler)
               : scripts.decide_on_loop(verlihub::kOnParsedMsgChat, {nick, kMessage}, handler);
  }
};

using EventStream = EventsOf<HubHooks>;
using DecidedEvents = DecidedEventsOf<HubHooks>;

}  // namespace hookline::bench
