#pragma once

#include <atomic>

#include "plugin/functions/script_context.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Lets a module find the functions of the registry, which are not in its dict, by adding a
// `__getattr__`. It does so only once there is such a function, because CPython 3.13 does not
// specialize the attribute look-ups of a module that has a `__getattr__`: each would take longer.
//
// It is called when the module is set up, before calls of the script (ScriptRunner), and
// after each call of a function of the host. Failures are ignored: the next time it is tried again.
// REQUIRES, for all functions here: the GIL.
void add_attribute_finder(ModuleState& state);
inline void offer_late_functions(ModuleState& state) {
  if (!state.finds_late_functions &&
      state.context->functions->was_used().load(std::memory_order_relaxed)) [[unlikely]] {
    add_attribute_finder(state);
  }
}

// Does the same for the module of the attached interpreter, if its script has imported it.
void offer_late_functions(const ScriptContext& context);

// Returns the function that the script finds under this name: one of the registry or of the module.
// Returns one without a function if there is none, with an exception set if `name` is no text.
struct Called;
[[nodiscard]] Called find_function(const ModuleState& state, PyObject* name);

}  // namespace hookline::detail
