#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "hookline/hook.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// One script that has a hook, with everything that sending an event to it needs.
struct Subscriber {
  Mailbox* mailbox = nullptr;  // the mailbox of the script's lane
  ScriptEntry* script = nullptr;
  HookCall* call = nullptr;  // the script's call for events that no sender awaits
};

// Posts the packed arguments of an event to one script. `small` keeps its arguments for the next
// script.
inline void post_small(QueueSlot& small, const Subscriber& subscriber, Call& call) {
  small.set_call(call);
  subscriber.mailbox->post(std::move(small));  // the mailbox copies it
}

// Lists the subscribers of each hook and the lane of each script. A new one is made whenever a
// script is loaded, reloaded or unloaded, and it never changes, so any thread reads it without a
// lock.
struct Subscriptions {
  std::array<std::vector<Subscriber>, kHookCount> hooks;  // in load order
  struct Loaded {
    ScriptEntry* script = nullptr;
    std::shared_ptr<Lane> lane;
    HookSet hooks;
  };
  std::vector<Loaded> scripts;  // in load order

  [[nodiscard]] const std::vector<Subscriber>& of(Hook hook) const {
    return hooks.at(static_cast<std::size_t>(hook));
  }
  // Returns nullptr if no such script is loaded, or if it does not have the hook.
  [[nodiscard]] const Subscriber* find(ScriptId id, Hook hook) const {
    const auto& subscribers = of(hook);
    const auto found = std::ranges::find_if(
        subscribers, [id](const Subscriber& each) { return each.script->id() == id; });
    return found != subscribers.end() ? &*found : nullptr;
  }
  // Returns nullptr if no such script is loaded.
  [[nodiscard]] const Loaded* find(ScriptId id) const {
    const auto found = std::ranges::find_if(
        scripts, [id](const Loaded& loaded) { return loaded.script->id() == id; });
    return found != scripts.end() ? &*found : nullptr;
  }
};

}  // namespace hookline::detail
