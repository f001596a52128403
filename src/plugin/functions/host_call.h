#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "dispatch/wait/served_call.h"
#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

// Describes one call of a function of the host by a script.
struct HostCall {
  std::shared_ptr<const HostFunction> function;
  std::vector<Value> args;
  std::size_t bytes = 0;  // the size of `args`, as CopyBudget counts it
  // Is true for a function of the registry. If it has been unregistered before its turn comes, it
  // is not called, and the call fails with kFunctionNotFound.
  bool is_registered = false;
};

// Runs the function where it asks to run. Turns what it throws into an Error, by the host's table;
// never throws itself. Does not touch Python. REQUIRES: `context` outlives the future, for which
// the calling thread does not wait.
[[nodiscard]] Future<Value> start_host_call(HostCall call, const ScriptContext& context);
// Does the same and waits for the result. REQUIRES: the caller holds no GIL, unless the function
// keeps it.
[[nodiscard]] Result<Value> run_host_call(HostCall call, const ScriptContext& context);

// Returns the error of a call that comes too late, because the gate of its script is closed.
[[nodiscard]] std::unexpected<Error> unloaded(const HostFunction& function);

// Runs sends (HostFunction::is_send), and returns the first error after trying all of them.
// `waiter` is the worker that waits for that, or nullptr. REQUIRES: the host's thread.
[[nodiscard]] Result<Value> run_sends(std::span<const HostCall> sends, const ScriptContext& context,
                                      ScriptThread* waiter);

// Says whether the calling thread is in a function of the host that a script has called. If the
// ScriptHost is destroyed there, the function has called exit().
[[nodiscard]] bool is_in_host_function() noexcept;

}  // namespace hookline::detail
