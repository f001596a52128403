#pragma once

#include <algorithm>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "dispatch/call/queue_slot.h"
#include "hookline/hook.h"
#include "marshal/packed_scalars.h"

namespace hookline::detail {

// A set of hooks, by number.
using HookSet = std::bitset<kHookCount>;

// An event keeps its arguments as PackedScalars.
static_assert(std::ranges::all_of(kHooks, [](const HookRow& row) {
  return row.argument_kinds.size() <= PackedScalars::kMost;
}));

// Returns the Request::function of a hook. The number is the same in all scripts, also in one that
// is reloaded while events wait for it.
[[nodiscard]] constexpr std::uint32_t hook_function(Hook hook) noexcept {
  return static_cast<std::uint32_t>(hook);
}

// Returns whether `args` match the hook's arguments in number and kind.
[[nodiscard]] inline bool fit(Hook hook, std::initializer_list<HookArg> args) noexcept {
  const std::string_view kinds = hook_row(hook).argument_kinds;
  bool good = args.size() == kinds.size();
  const HookArg* arg = args.begin();
  for (std::size_t i = 0; good && i < kinds.size(); ++i, ++arg) {
    good = arg->kind() == kinds[i];
  }
  return good;
}

// Puts an event, which is the hook and its arguments, into a queue slot. Returns false if the
// arguments are too large for that.
[[nodiscard]] inline bool pack(Hook hook, std::initializer_list<HookArg> args,
                               QueueSlot& slot) noexcept {
  slot.set_function(hook_function(hook));
  slot.set_text_mode(TextMode::kHub);
  for (const HookArg& arg : args) {
    if (!slot.try_add(arg.scalar())) [[unlikely]] {
      return false;
    }
  }
  return true;
}

}  // namespace hookline::detail
