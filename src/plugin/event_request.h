#pragma once

#include <cstddef>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "dispatch/posting.h"
#include "plugin/hook_arg.h"
#include "plugin/hooks.h"
#include "plugin/subscriptions.h"

namespace hookline {

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

// Puts the arguments of an event into a posting. False: they are too large for that.
[[nodiscard]] inline bool pack(std::initializer_list<HookArg> args, Posting& posting) noexcept {
  posting.set_text_mode(TextMode::kHub);
  for (const HookArg& arg : args) {
    if (!posting.try_add(arg.scalar())) [[unlikely]] {
      return false;
    }
  }
  return true;
}

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
