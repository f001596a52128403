#include "plugin/script/function_names.h"

namespace hookline::detail {

FunctionNames::FunctionNames(const HookTable& hooks) : hooks_(hooks) {
  static_assert(HookTable::kMost <= kMost);
  for (const HookRow& hook : hooks.rows()) {
    (void)add(hook.name);
  }
}

std::optional<std::uint32_t> FunctionNames::add(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  const Place place = place_of(name);  // the mutex keeps it
  if (place.entry != nullptr) {
    return place.entry->number;  // another thread was quicker
  }
  if (entries_.size() == kMost) {
    return std::nullopt;
  }
  const auto number = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({.name = std::string(name), .ends = Ends(name), .number = number});
  place.slot->store(&entries_.back(), std::memory_order_release);
  return number;
}

std::string_view FunctionNames::name(std::uint32_t number) const {
  const std::scoped_lock lock(mutex_);
  return number < entries_.size() ? std::string_view(entries_[number].name) : std::string_view();
}

}  // namespace hookline::detail
