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

// Puts the arguments of an event into a posting. False: they are too large for that.
[[nodiscard]] bool pack(std::initializer_list<HookArg> args, Posting& posting) noexcept;

// Posts packed arguments to one script. They stay as they are, for the next one.
inline void post_small(Posting& small, const Subscriber& subscriber, Call& call) {
  small.set_call(call);
  small.set_function(subscriber.target.function);
  if (small.argument_count() <= subscriber.target.arguments) [[likely]] {
    subscriber.mailbox->post(std::move(small));  // which copies it
  } else {
    Posting fewer(small);
    fewer.keep_arguments(subscriber.target.arguments);
    subscriber.mailbox->post(std::move(fewer));
  }
}

}  // namespace hookline
