#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "dispatch/call/queue_slot.h"
#include "hookline/detail/hook_arg.h"
#include "hookline/hook.h"
#include "plugin/event/subscriptions.h"

namespace hookline::detail {

// Whether `args` are in number and kind those of the hook.
[[nodiscard]] inline bool fit(Hook hook, std::initializer_list<HookArg> args) noexcept {
  const std::string_view kinds = hook_row(hook).argument_kinds;
  bool good = args.size() == kinds.size();
  const HookArg* arg = args.begin();
  for (std::size_t i = 0; good && i < kinds.size(); ++i, ++arg) {
    good = arg->kind() == kinds[i];
  }
  return good;
}

// Puts an event into a posting: the hook and its arguments. False: they are too large for that.
[[nodiscard]] inline bool pack(Hook hook, std::initializer_list<HookArg> args,
                               QueueSlot& posting) noexcept {
  posting.set_function(hook_function(hook));
  posting.set_text_mode(TextMode::kHub);
  for (const HookArg& arg : args) {
    if (!posting.try_add(arg.scalar())) [[unlikely]] {
      return false;
    }
  }
  return true;
}

// Posts the packed arguments of an event to one script. They stay as they are, for the next one.
inline void post_small(QueueSlot& small, const Subscriber& subscriber, Call& call) {
  small.set_call(call);
  subscriber.mailbox->post(std::move(small));  // which copies it
}

}  // namespace hookline::detail
