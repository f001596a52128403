#pragma once

#include <cstddef>

#include "marshal/py_ref.h"
#include "plugin/functions/script_context.h"

namespace hookline::detail {

// Keeps the state of the `vh` module of one interpreter. Its types find it by
// PyType_GetModuleState().
struct VhState {
  const ScriptContext* context = nullptr;  // nullptr in an interpreter without a script
  // The two parts of the result of name_and_version().
  PyObject* name = nullptr;
  PyObject* version = nullptr;
  // Heap types: vh_function.h, vh_resource.h, vh_batch.h.
  PyObject* function_type = nullptr;
  PyObject* resource_type = nullptr;
  PyObject* batch_type = nullptr;
  // A ContextVar: the batch that the running thread or task is inside of.
  PyObject* current_batch = nullptr;
  std::size_t open_batches = 0;
  // The Python part of vh_awaitable.cc, made when it is first needed.
  PyObject* awaitables = nullptr;
};

// Returns false with an exception set if the script has ended, or if the interpreter has no script,
// where the module exists for tools that only inspect it.
[[nodiscard]] inline bool has_context(const VhState& state) {
  if (state.context == nullptr || state.context->is_ended) [[unlikely]] {
    PyErr_SetString(PyExc_RuntimeError, state.context == nullptr
                                            ? "vh: this interpreter has no hub to talk to"
                                            : "vh: the script has been unloaded");
    return false;
  }
  return true;
}

// Returns the state of the module that the type of `object` belongs to.
[[nodiscard]] inline VhState& vh_state_of(PyObject* object) {
  return *static_cast<VhState*>(PyType_GetModuleState(Py_TYPE(object)));
}

}  // namespace hookline::detail
