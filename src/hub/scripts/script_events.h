#pragma once

#include <initializer_list>

#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hub/base/counters.h"

namespace hookline::hub {

// Tells the scripts what happens in the hub, and asks them about it. Counts the events that at
// least one script gets.
//
// Thread safety: the hub's thread.
class ScriptEvents {
 public:
  explicit ScriptEvents(HubCounters& counters) : counters_(counters) {}

  // Must be called once, before the first client. `scripts` must outlive this.
  void attach(ScriptHost& scripts) noexcept { scripts_ = &scripts; }
  // All methods below REQUIRE that attach() was called.
  [[nodiscard]] ScriptHost& host() const noexcept { return *scripts_; }

  [[nodiscard]] bool hooked(Hook hook) const { return scripts_->hooked(hook); }

  // Asks the scripts; `handler` gets their decision later. Returns false, and no decision comes, if
  // no script has this hook.
  [[nodiscard]] bool ask(Hook hook, std::initializer_list<Argument> args,
                         DecisionHandler& handler) {
    return count(scripts_->decide_on_loop(hook, args, handler));
  }

  // Does the same with arguments that were kept.
  [[nodiscard]] bool ask(Hook hook, const List& args, DecisionHandler& handler);

  // Tells the scripts without asking them. Costs nothing if no script has this hook.
  void post(Hook hook, std::initializer_list<Argument> args) {
    if (scripts_->hooked(hook)) {
      counters_.hook_events.add();
      scripts_->post(hook, args);
    }
  }
  // Tells all scripts except `cause`, which has caused the event.
  void post_to_others(ScriptId cause, Hook hook, const List& args) {
    if (!scripts_->hooked(hook)) {
      return;
    }
    counters_.hook_events.add();
    for (const auto script : scripts_->hooked_by(hook)) {
      if (script != cause) {
        scripts_->post(script, hook, args);
      }
    }
  }

 private:
  [[nodiscard]] bool count(Asked asked) {
    if (asked == Asked::kWaiting) {
      counters_.hook_events.add();
    }
    return asked == Asked::kWaiting;
  }

  HubCounters& counters_;
  ScriptHost* scripts_ = nullptr;
};

}  // namespace hookline::hub
