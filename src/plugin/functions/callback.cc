#include <span>

#include "dispatch/wait/served_call.h"
#include "hookline/function.h"
#include "interp/host_context.h"
#include "interp/memory_account.h"
#include "interp/producer_objects.h"
#include "interp/python_call.h"
#include "marshal/python.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/script_context.h"

namespace hookline {

Result<Value> Callback::run(const List& args) const {
  // Calls that the callback makes are not made for this function.
  const detail::ServingNobody script_runs;
  const detail::GilRegained regained;
  detail::HandleOpener* handles = regained ? detail::ProducerObjects::current() : nullptr;
  const detail::PyRef callable = handles != nullptr ? handles->open(callable_) : detail::PyRef();
  if (!callable) {
    return fail(ErrorCode::kWouldDeadlock,
                "a callback is called on the thread of its script, during the call that it was "
                "passed to: anywhere else, use ScriptHost::call with its handle()");
  }
  const auto* context = static_cast<const detail::ScriptContext*>(detail::host_context());
  return detail::call_with_values(callable.get(), std::span<const Value>(args),
                                  {.text = TextMode::kHost,
                                   .codec = context->codec,
                                   .handles = handles,
                                   .max_bytes = context->max_value_bytes,
                                   .may_take = &detail::MemoryTotal::leaves_reserve});
}

}  // namespace hookline
