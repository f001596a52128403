#pragma once

#include <memory>

#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/resource.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Makes the Python type of all resources: a context manager, also for `async with`, whose
// attributes are the methods of its class. Returns null with an exception set on failure. REQUIRES,
// for all functions here: the GIL.
[[nodiscard]] PyRef make_resource_type(PyObject* module);

// Makes the Python object for the C++ object that `value` is a Handle to. The C++ object is
// released at the end of a `with` block, by release(), with the Python object, or when the script
// ends.
[[nodiscard]] PyRef make_resource(const ModuleState& state,
                                  const std::shared_ptr<const ResourceClass>& type, Value value);

}  // namespace hookline::detail
