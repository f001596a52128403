#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

// One call of a function of the host by a script.
struct HostCall {
  std::shared_ptr<const HostFunction> function;
  std::vector<Value> args;
  // A method is not in the registry; any other that is not there any more when its turn comes is
  // not called (kFunctionNotFound).
  bool is_method = false;
};

// Runs it where it is to run. What it throws is an error, by the host's table. Never throws itself.
// `context` must outlive the future. Neither touches Python.
[[nodiscard]] Future<Value> start_host_call(HostCall call, const ScriptContext& context);
// The same, and waits. REQUIRES: no GIL is held.
[[nodiscard]] Result<Value> run_host_call(HostCall call, const ScriptContext& context);

}  // namespace hookline::detail
