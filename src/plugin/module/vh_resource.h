#pragma once

#include <memory>

#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "plugin/functions/resource.h"
#include "plugin/module/vh_state.h"

namespace hookline::detail {

// The Python type of all resources: a context manager, for `async with` too, whose attributes are
// the methods of its class. Null with an exception set on failure. All here REQUIRES the GIL.
[[nodiscard]] PyRef make_vh_resource_type(PyObject* module);

// The Python side of the object that `value` is a Handle to. It is released when it leaves a `with`
// block, by its release(), when Python has no use for it any more, or with the script.
[[nodiscard]] PyRef make_vh_resource(const VhState& state,
                                     const std::shared_ptr<const ResourceClass>& type, Value value);

}  // namespace hookline::detail
