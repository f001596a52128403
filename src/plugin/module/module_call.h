#pragma once

#include <memory>

#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/resource.h"
#include "plugin/module/module_arguments.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Names what a script calls.
struct Called {
  std::shared_ptr<const HostFunction> function;
  std::shared_ptr<Resource> resource = nullptr;  // set for a method
  // True for a function of the registry, which may be taken back; the others stay.
  bool is_registered = false;
};

// Calls the function. Returns a new reference, or nullptr with an exception set. REQUIRES, for both
// functions: the GIL.
[[nodiscard]] PyObject* call_function(ModuleState& state, const Called& called,
                                      const Arguments& given);

// Converts the result of a function to Python. Returns null with an exception set for an error.
[[nodiscard]] PyRef host_result(const ModuleState& state, const HostFunction& function,
                                Result<Value> result);

}  // namespace hookline::detail
