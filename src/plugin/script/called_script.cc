#include "plugin/script/called_script.h"

#include <string>

namespace hookline::detail {

Error no_such_script(const ScriptRef& script) {
  return {.code = ErrorCode::kScriptNotFound,
          .message = script.id()
                         ? "no script with this id is loaded"
                         : "no script named '" + std::string(script.name()) + "' is loaded"};
}

Result<Subscriptions::Loaded> find_loaded(const ScriptRegistry& registry, const ScriptRef& script,
                                          const ScriptCall& call) {
  const Handle* const object = call.callee.object();
  if (object != nullptr && !object->object()) {
    return fail(ErrorCode::kBadArguments, "the handle to call is empty: no call has given it");
  }
  const auto subscriptions = registry.read();
  const Subscriptions::Loaded* const found = find_script(*subscriptions, script);
  return found != nullptr ? Result<Subscriptions::Loaded>(*found)
                          : std::unexpected(no_such_script(script));
}

}  // namespace hookline::detail
