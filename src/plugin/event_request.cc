#include "plugin/event_request.h"

#include <algorithm>
#include <string_view>

namespace hookline {

bool fit(Hook hook, std::initializer_list<HookArg> args) noexcept {
  const std::string_view kinds = hook_row(hook).argument_kinds;
  return std::ranges::equal(args, kinds, {}, &HookArg::kind);
}

bool pack(Hook hook, std::initializer_list<HookArg> args, Posting& posting) noexcept {
  posting.set_function(hook_function(hook));
  posting.set_text_mode(TextMode::kHub);
  return std::ranges::all_of(args,
                             [&](const HookArg& arg) { return posting.try_add(arg.scalar()); });
}

}  // namespace hookline
