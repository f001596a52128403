#pragma once

#include <memory>

#include "hookline/result.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/resource.h"
#include "plugin/module/vh_arguments.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// Makes the Python type of functions of the host, such as `vh.get_stats`. They have a name, a
// docstring and a signature. Returns null with an exception set on failure. REQUIRES, for all
// functions here: the GIL.
[[nodiscard]] PyRef make_vh_function_type(PyObject* module);

// Makes an object of that type. A method holds `self`, the resource's object, and so keeps its
// resource alive.
[[nodiscard]] PyRef make_vh_function(const VhState& state,
                                     std::shared_ptr<const HostFunction> function,
                                     std::shared_ptr<Resource> resource = nullptr, PyRef self = {});

// Calls the function, without the GIL while C++ runs. Returns a new reference, or nullptr with an
// exception set.
[[nodiscard]] PyObject* call_vh_function(VhState& state,
                                         const std::shared_ptr<const HostFunction>& function,
                                         const std::shared_ptr<Resource>& resource,
                                         const VhArguments& given);

// Converts the result of a function to Python. Returns null with an exception set for an error.
[[nodiscard]] PyRef host_result(const VhState& state, const HostFunction& function,
                                Result<Value> result);

}  // namespace hookline::detail
