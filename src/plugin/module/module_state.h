#pragma once

#include <cstddef>
#include <string>

#include "marshal/py_ref.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

struct CoreMethods;  // host_module.cc

// Keeps the state of the host's module of one interpreter. Its types find it by
// PyType_GetModuleState().
struct ModuleState {
  const ScriptContext* context = nullptr;
  PyObject* module = nullptr;  // borrowed: the state is a part of it
  // The two parts of the result of introduce().
  PyObject* name = nullptr;
  PyObject* version = nullptr;
  // Heap types: module_function.h, module_resource.h, module_batch.h.
  PyObject* function_type = nullptr;
  PyObject* resource_type = nullptr;
  PyObject* batch_type = nullptr;
  // A ContextVar: the batch that the running thread or task is inside of.
  PyObject* current_batch = nullptr;
  std::size_t open_batches = 0;
  bool finds_late_functions = false;  // see late_functions.h
  // The Python part of module_awaitable.cc, made when it is first needed.
  PyObject* awaitables = nullptr;
  CoreMethods* methods = nullptr;  // owned

  [[nodiscard]] const char* module_name() const noexcept { return context->module->name.c_str(); }
};

// Returns false with an exception set if the script has ended.
[[nodiscard]] inline bool has_context(const ModuleState& state) {
  if (state.context->gate.is_closed()) [[unlikely]] {
    PyErr_Format(PyExc_RuntimeError,
                 "%s: the script has been unloaded, or the host is shutting down",
                 state.module_name());
    return false;
  }
  return true;
}

// Returns the state of the module that the type of `object` belongs to.
[[nodiscard]] inline ModuleState& module_state_of(PyObject* object) {
  return *static_cast<ModuleState*>(PyType_GetModuleState(Py_TYPE(object)));
}

// Makes a heap type of the module, "<module>.<name of the spec>". Returns null with an exception
// set on failure.
[[nodiscard]] inline PyRef make_type(PyObject* module, PyType_Spec spec) {
  const std::string name = std::string(PyModule_GetName(module)) + "." + spec.name;
  spec.name = name.c_str();  // Python copies it
  return PyRef::steal(PyType_FromModuleAndSpec(module, &spec, nullptr));
}

}  // namespace hookline::detail
