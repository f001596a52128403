#pragma once

#include <functional>
#include <memory>

#include "hookline/future.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_call.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Starts the call and returns the asyncio future of its result, which belongs to the loop that runs
// on the calling thread. Returns null with an exception set on failure: RuntimeError if there is no
// loop, ValueError if the calls of the script that are under way in this way would take more than
// ScriptContext::max_value_bytes. No thread waits meanwhile. REQUIRES: the GIL.
[[nodiscard]] PyRef start_awaitable(ModuleState& state, HostCall call);

// Does the same for the future that `start` returns. Calls `start` immediately, without the GIL,
// and converts the result as one of `function`.
[[nodiscard]] PyRef start_awaitable(ModuleState& state,
                                    std::shared_ptr<const HostFunction> function,
                                    const std::function<Future<Value>()>& start);

// Returns an awaitable that gives `result` immediately.
[[nodiscard]] PyRef ready_awaitable(ModuleState& state, PyObject* result);

}  // namespace hookline::detail
