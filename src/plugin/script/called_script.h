#pragma once

#include <optional>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/script_host.h"
#include "plugin/event/subscriptions.h"
#include "plugin/script/script_registry.h"

namespace hookline::detail {

// Returns the script that a call goes to, or nullptr if it is not loaded.
[[nodiscard]] inline const Subscriptions::Loaded* find_script(const Subscriptions& subscriptions,
                                                              const ScriptRef& script) {
  const std::optional<ScriptId> id = script.id();
  return id ? subscriptions.find(*id) : subscriptions.find(script.name());
}

// Returns the error of a call for which find_script() has found none.
[[nodiscard, gnu::cold]] Error no_such_script(const ScriptRef& script);

// Returns a copy of what find_script() finds, or an error. Also refuses a call of an empty handle.
[[nodiscard]] Result<Subscriptions::Loaded> find_loaded(const ScriptRegistry& registry,
                                                        const ScriptRef& script,
                                                        const ScriptCall& call);

}  // namespace hookline::detail
