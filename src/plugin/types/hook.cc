#include "hookline/hook.h"

#include <algorithm>

namespace hookline {

std::optional<Hook> find_hook(std::string_view name) noexcept {
  const auto* row = std::ranges::find(kHooks, name, &HookRow::name);
  if (row == kHooks.end()) {
    return std::nullopt;
  }
  return static_cast<Hook>(row - kHooks.begin());
}

}  // namespace hookline
