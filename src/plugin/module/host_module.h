#pragma once

#include "marshal/py_ref.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Returns the definition of the module that scripts import, for InterpreterOptions::module. Its
// content is the ScriptContext::module of the interpreter.
[[nodiscard]] PyModuleDef* host_module_definition();

// Returns the state of a module with that definition, or nullptr for any other module.
[[nodiscard]] ModuleState* state_of_host_module(PyObject* module);

}  // namespace hookline::detail
