#pragma once

#include <memory>

#include "marshal/py_ref.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/resource.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Makes the Python type of functions of the host, such as `game.give_gold`. They have a name, a
// docstring, a signature, and `awaitable`. Returns null with an exception set on failure. REQUIRES,
// for all functions here: the GIL.
[[nodiscard]] PyRef make_function_type(PyObject* module);

// Makes an object of that type for a function of the registry, which is looked up again at each
// call.
[[nodiscard]] PyRef make_registered_function(ModuleState& state,
                                             std::shared_ptr<const HostFunction> function);
// Makes one for a method. It holds `self`, the resource's object, and so keeps its resource alive.
[[nodiscard]] PyRef make_method(ModuleState& state, std::shared_ptr<const HostFunction> function,
                                std::shared_ptr<Resource> resource, PyRef self);
// Makes the object for a function of the module. It is a builtin function if HostFunction::read is
// set: CPython calls these most quickly. These have no `awaitable`, because they do not wait.
[[nodiscard]] PyRef make_module_function(ModuleState& state,
                                         std::shared_ptr<const HostFunction> function);

}  // namespace hookline::detail
