#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "hookline/hook.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/script_entry.h"
#include "plugin/types/text_map.h"

namespace hookline::detail {

// Is one script that has a hook, with everything that sending an event to it needs.
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

// Does the same for an event that nobody awaits, unless the hook runs one at a time and is under
// way.
inline void post_unawaited(QueueSlot& small, const Subscriber& subscriber) {
  if (subscriber.call->try_begin()) {
    post_small(small, subscriber, *subscriber.call);
  }
}

// Lists the subscribers of each hook and the lane of each script. A new one is made whenever a
// script is loaded, reloaded or unloaded, and it never changes, so any thread reads it without a
// lock.
struct Subscriptions {
  std::vector<std::vector<Subscriber>> hooks;  // by hook; each in load order
  struct Loaded {
    ScriptId id{};
    ScriptEntry* script = nullptr;
    std::shared_ptr<Lane> lane;
    HookSet hooks;
  };
  std::vector<Loaded> scripts;   // in load order
  TextMap<std::size_t> by_name;  // the places in `scripts`, by the scripts' names

  [[nodiscard]] const std::vector<Subscriber>& of(Hook hook) const {
    static const std::vector<Subscriber> kNone;  // before the first script is loaded
    const auto index = static_cast<std::size_t>(hook);
    return index < hooks.size() ? hooks[index] : kNone;
  }
  // Returns nullptr if no such script is loaded, or if it does not have the hook.
  [[nodiscard]] const Subscriber* find(ScriptId id, Hook hook) const {
    const auto& subscribers = of(hook);
    const auto found = std::ranges::find_if(
        subscribers, [id](const Subscriber& each) { return each.script->id() == id; });
    return found != subscribers.end() ? &*found : nullptr;
  }
  // Both return nullptr if no such script is loaded. The scripts are in the order of their ids.
  [[nodiscard]] const Loaded* find(ScriptId id) const {
    const auto found = std::ranges::lower_bound(scripts, id, {}, &Loaded::id);
    return found != scripts.end() && found->id == id ? &*found : nullptr;
  }
  // Finds a script by its name or by the path of its file.
  [[nodiscard]] const Loaded* find(std::string_view name) const;
};

}  // namespace hookline::detail
