#include "plugin/functions/function_registry.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <mutex>
#include <utility>

#include "hookline/vh_table.h"
#include "plugin/types/vh_constants.h"

namespace hookline::detail {

namespace {

// The names that `vh` has besides its table and its constants.
constexpr auto kOwnNames = std::to_array<std::string_view>({
    "CallDynamicFunction",
    "Decode",
    "Encode",
    "basedir",
    "batch",
    "botname",
    "config_name",
    "decode",
    "encode",
    "myid",
    "name",
    "name_and_version",
    "opchatname",
    "path",
    "starttime",
});

// Scripts would never find a function of such a name, because the module's own names come first.
bool is_name_of_vh(std::string_view name) {
  return std::ranges::find(kOwnNames, name) != kOwnNames.end() ||
         std::ranges::find(kVhFunctions, name, &VhRow::name) != kVhFunctions.end() ||
         std::ranges::find(kVhConstants, name, &VhConstant::name) != kVhConstants.end();
}

Result<void> check(const HostFunction& function) {
  const std::string& name = function.name;
  // Python itself looks up such names in modules (__path__) and acts on what it finds.
  if (name.empty() || name.starts_with("__")) {
    return fail(ErrorCode::kBadArguments, "a function cannot be called '" + name +
                                              "': give it a name that does not begin with '__'");
  }
  if (is_name_of_vh(name)) {
    return fail(ErrorCode::kBadArguments,
                "vh." + name + " is part of every hub: give your function another name");
  }
  if (static_cast<bool>(function.call) == static_cast<bool>(function.start)) {
    return fail(ErrorCode::kBadArguments,
                "vh." + name + " needs either 'call' or 'start', and has both or neither");
  }
  return check_parameters(function);
}

// Checks that `name` is a Python identifier, so that the argument can be passed by name. Accepts
// all non-ASCII characters.
bool can_be_named(std::string_view name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; };
  return !name.empty() && std::ranges::all_of(name, fits) &&
         std::isdigit(static_cast<unsigned char>(name.front())) == 0;
}

}  // namespace

Result<void> check_parameters(const HostFunction& function) {
  const auto wrong = [&function](const Parameter& parameter, std::string_view why) {
    return fail(ErrorCode::kBadArguments,
                "vh." + function.full_name() + "(): '" + parameter.name + "' " + std::string(why));
  };
  if (!function.parameters) {
    return {};
  }
  const std::vector<Parameter>& parameters = *function.parameters;
  const Parameter* optional = nullptr;
  for (const Parameter& parameter : parameters) {
    if (!can_be_named(parameter.name)) {
      return wrong(parameter, "is no name of a parameter");
    }
    if (std::ranges::count(parameters, parameter.name, &Parameter::name) > 1) {
      return wrong(parameter, "is the name of two parameters");
    }
    if (optional != nullptr && !parameter.fallback) {
      return wrong(parameter, "needs a default, since '" + optional->name + "' before it has one");
    }
    optional = parameter.fallback ? &parameter : optional;
  }
  return {};
}

Result<void> FunctionRegistry::add(HostFunction function) {
  if (auto checked = check(function); !checked) {
    return checked;
  }
  auto added = std::make_shared<const HostFunction>(std::move(function));
  const std::scoped_lock lock(mutex_);
  Namesakes& namesakes = functions_[added->name];
  if (std::ranges::find(namesakes, added->script, &HostFunction::script) != namesakes.end()) {
    return fail(ErrorCode::kBadArguments,
                "vh." + added->name + " is registered already: unregister that function first");
  }
  namesakes.push_back(std::move(added));
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

void FunctionRegistry::remove_all(ScriptId script) {
  Namesakes removed;  // destroyed without the lock
  const std::scoped_lock lock(mutex_);
  for (auto entry = functions_.begin(); entry != functions_.end();) {
    Namesakes& namesakes = entry->second;
    const auto gone = std::ranges::find(namesakes, script, &HostFunction::script);
    if (gone != namesakes.end()) {
      removed.push_back(std::move(*gone));
      namesakes.erase(gone);
    }
    entry = namesakes.empty() ? functions_.erase(entry) : std::next(entry);
  }
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
