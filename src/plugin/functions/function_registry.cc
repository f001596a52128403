#include "plugin/functions/function_registry.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <utility>

namespace hookline::detail {

Result<void> FunctionRegistry::add(HostFunction function) {
  function.module = module_->name;
  if (auto checked = check_function(function); !checked) {
    return checked;
  }
  // Scripts would never find the function, because what is in the module itself comes first.
  if (module_->has(function.name)) {
    return fail(ErrorCode::kBadArguments, function.full_name() +
                                              " is part of the module: give your function another "
                                              "name");
  }
  auto added = std::make_shared<const HostFunction>(std::move(function));
  const std::scoped_lock lock(mutex_);
  Namesakes& namesakes = functions_[added->name];
  if (std::ranges::find(namesakes, added->script, &HostFunction::script) != namesakes.end()) {
    return fail(ErrorCode::kBadArguments,
                added->full_name() + " is registered already: unregister that function first");
  }
  namesakes.push_back(std::move(added));
  was_used_.store(true);
  return {};
}

bool FunctionRegistry::remove(std::string_view name, std::optional<ScriptId> script) {
  // Destroyed without the lock, because it may run code of the host.
  std::shared_ptr<const HostFunction> removed;
  const std::scoped_lock lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end()) {
    return false;
  }
  Namesakes& namesakes = found->second;
  const auto place = std::ranges::find(namesakes, script, &HostFunction::script);
  if (place == namesakes.end()) {
    return false;
  }
  removed = std::move(*place);
  namesakes.erase(place);
  if (namesakes.empty()) {
    functions_.erase(found);
  }
  return true;
}

// Each is destroyed without the lock.
void FunctionRegistry::remove_all(ScriptId script) noexcept {
  while (take_one_of(script) != nullptr) {
  }
}

std::shared_ptr<const HostFunction> FunctionRegistry::take_one_of(ScriptId script) noexcept {
  const std::scoped_lock lock(mutex_);
  for (auto entry = functions_.begin(); entry != functions_.end(); ++entry) {
    Namesakes& namesakes = entry->second;
    const auto gone = std::ranges::find(namesakes, script, &HostFunction::script);
    if (gone == namesakes.end()) {
      continue;
    }
    std::shared_ptr<const HostFunction> taken = std::move(*gone);
    namesakes.erase(gone);
    if (namesakes.empty()) {
      functions_.erase(entry);
    }
    return taken;
  }
  return nullptr;
}

std::shared_ptr<const HostFunction> FunctionRegistry::find(std::string_view name,
                                                           ScriptId script) const {
  const std::shared_lock lock(mutex_);
  const auto found = functions_.find(name);
  if (found == functions_.end()) {
    return nullptr;
  }
  std::shared_ptr<const HostFunction> for_all;
  for (const auto& function : found->second) {
    if (function->script == script) {
      return function;
    }
    if (!function->script) {
      for_all = function;
    }
  }
  return for_all;
}

bool FunctionRegistry::has(const HostFunction& function) const {
  const std::shared_lock lock(mutex_);
  const auto found = functions_.find(function.name);
  return found != functions_.end() &&
         std::ranges::any_of(found->second,
                             [&function](const auto& other) { return other.get() == &function; });
}

std::vector<std::shared_ptr<const HostFunction>> FunctionRegistry::for_all() const {
  Namesakes found;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [name, namesakes] : functions_) {
      std::ranges::copy_if(namesakes, std::back_inserter(found),
                           [](const auto& function) { return !function->script; });
    }
  }
  std::ranges::sort(found, {},
                    [](const auto& function) { return std::string_view(function->name); });
  return found;
}

std::vector<std::string> FunctionRegistry::names(ScriptId script) const {
  std::vector<std::string> names;
  {
    const std::shared_lock lock(mutex_);
    for (const auto& [name, namesakes] : functions_) {
      if (std::ranges::any_of(namesakes, [script](const auto& function) {
            return !function->script || function->script == script;
          })) {
        names.push_back(name);
      }
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace hookline::detail
