#pragma once

#include <initializer_list>
#include <utility>

#include "dispatch/posting.h"
#include "plugin/hook_arg.h"
#include "plugin/hooks.h"
#include "plugin/subscriptions.h"

namespace hookline {

// Whether `args` are in number and kind those of the hook.
[[nodiscard]] bool fit(Hook hook, std::initializer_list<HookArg> args) noexcept;

// Puts an event into a posting: the hook and its arguments. False: they are too large for that.
[[nodiscard]] bool pack(Hook hook, std::initializer_list<HookArg> args, Posting& posting) noexcept;

// Posts the packed arguments of an event to one script. They stay as they are, for the next one.
inline void post_small(Posting& small, const Subscriber& subscriber, Call& call) {
  small.set_call(call);
  subscriber.mailbox->post(std::move(small));  // which copies it
}

}  // namespace hookline
