#pragma once

#include <memory>

#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/resource.h"
#include "plugin/module/vh_arguments.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// The Python type of a function of the host: what `vh.get_stats` is. It has a name, a docstring and
// a signature. Null with an exception set on failure. All here REQUIRES the GIL.
[[nodiscard]] PyRef make_vh_function_type(PyObject* module);

// An object of that type. As a method it holds `self`, the resource's object, and so what it is a
// method of.
[[nodiscard]] PyRef make_vh_function(const VhState& state,
                                     std::shared_ptr<const HostFunction> function,
                                     std::shared_ptr<Resource> resource = nullptr, PyRef self = {});

// Calls it, without the GIL while C++ runs. A new reference, or nullptr with an exception set.
[[nodiscard]] PyObject* call_vh_function(VhState& state,
                                         const std::shared_ptr<const HostFunction>& function,
                                         const std::shared_ptr<Resource>& resource,
                                         const VhArguments& given);

// What a function answered, as Python sees it; null with an exception set for an error.
[[nodiscard]] PyRef host_result(const VhState& state, const HostFunction& function,
                                Result<Value> result);

}  // namespace hookline::detail
