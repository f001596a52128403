#pragma once

#include <functional>
#include <memory>

#include "hookline/future.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_call.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// Starts the call and returns the asyncio future of its result, which belongs to the loop that runs
// on the calling thread. Null with an exception set if there is none (RuntimeError). No thread
// waits meanwhile. REQUIRES: the GIL.
[[nodiscard]] PyRef start_awaitable(VhState& state, HostCall call);

// The same for whatever `start` begins, which is called at once, without the GIL. What it gives is
// a result of `function`.
[[nodiscard]] PyRef start_awaitable(VhState& state, std::shared_ptr<const HostFunction> function,
                                    const std::function<Future<Value>()>& start);

// Something to await that is `result` at once.
[[nodiscard]] PyRef ready_awaitable(VhState& state, PyObject* result);

}  // namespace hookline::detail
