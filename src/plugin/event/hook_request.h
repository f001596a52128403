#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "dispatch/call/queue_slot.h"
#include "hookline/hook.h"
#include "hookline/value.h"

namespace hookline::detail {

// Is a set of hooks, by number.
using HookSet = std::vector<bool>;

// Returns the Request::function of a hook. The number is the same in all scripts, also in one that
// is reloaded while events wait for it.
[[nodiscard]] constexpr std::uint32_t hook_function(Hook hook) noexcept {
  return static_cast<std::uint32_t>(hook);
}

// Returns whether `args` match the hook's arguments in number and kind.
[[nodiscard]] inline bool fit(const HookRow& hook, std::span<const Argument> args) noexcept {
  const std::string_view kinds = hook.kinds;
  bool good = args.size() == kinds.size();
  for (std::size_t i = 0; good && i < kinds.size(); ++i) {
    good = static_cast<char>(args[i].kind()) == kinds[i] ||
           kinds[i] == static_cast<char>(ArgKind::kAny);
  }
  return good;
}

// Puts an event, which is the hook and its arguments, into a queue slot. Returns false if the
// arguments are too large for that.
[[nodiscard]] inline bool pack(Hook hook, std::span<const Argument> args,
                               QueueSlot& slot) noexcept {
  slot.set_function(hook_function(hook));
  slot.set_text_mode(TextMode::kHost);
  for (const Argument& arg : args) {
    if (!slot.try_add(arg)) [[unlikely]] {
      return false;
    }
  }
  return true;
}

}  // namespace hookline::detail
