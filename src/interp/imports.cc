#include "interp/imports.h"

#include "interp/memory_book.h"
#include "interp/py_error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

constexpr const char* kDefinitionName = "hookline.module_definition";

// `capsule` has the definition of the module.
PyModuleDef* definition_of(PyObject* capsule) {
  return static_cast<PyModuleDef*>(PyCapsule_GetPointer(capsule, kDefinitionName));
}

// This and exec_module() are the methods of a loader that importlib calls.
PyObject* create_module(PyObject* capsule, PyObject* spec) {
  PyModuleDef* const definition = definition_of(capsule);
  return definition == nullptr ? nullptr : PyModule_FromDefAndSpec(definition, spec);
}

PyObject* exec_module(PyObject* capsule, PyObject* module) {
  PyModuleDef* const definition = definition_of(capsule);
  if (definition == nullptr || PyModule_ExecDef(module, definition) != 0) {
    return nullptr;
  }
  Py_RETURN_NONE;
}

// Calls the function that it stands in for, which is its self. It is in C, so that the tracebacks
// of scripts do not show it.
PyObject* create_dynamic(PyObject* original, PyObject* const* args, Py_ssize_t count,
                         PyObject* names) {
  PyObject* const module =
      PyObject_Vectorcall(original, args, static_cast<std::size_t>(count), names);
  if (module == nullptr) {
    memory_account_here().pin_arenas();
  }
  return module;
}

PyMethodDef watched_method = {
    .ml_name = "create_dynamic",
    // The type of the pointer depends on the flags.
    // NOLINTNEXTLINE(bugprone-casting-through-void)
    .ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&create_dynamic)),
    .ml_flags = METH_FASTCALL | METH_KEYWORDS,
    .ml_doc = nullptr};

}  // namespace

Result<void> offer_host_module(const Helpers& helpers, const HostModule& module) {
  if (module.definition == nullptr) {
    return {};
  }
  static PyMethodDef create = {"create_module", &create_module, METH_O, nullptr};
  static PyMethodDef execute = {"exec_module", &exec_module, METH_O, nullptr};
  const PyRef capsule = PyRef::steal(PyCapsule_New(module.definition, kDefinitionName, nullptr));
  const PyRef created = PyRef::steal(capsule ? PyCFunction_New(&create, capsule.get()) : nullptr);
  const PyRef executed = PyRef::steal(capsule ? PyCFunction_New(&execute, capsule.get()) : nullptr);
  if (!created || !executed ||
      !helpers.call("offer_host_module", "(sOO)", module.name.c_str(), created.get(),
                    executed.get())) {
    return std::unexpected(take_python_error());
  }
  return {};
}

Result<void> watch_for_import_refusals() {
  const PyRef imp = PyRef::steal(PyImport_ImportModule("_imp"));
  const PyRef original =
      imp ? PyRef::steal(PyObject_GetAttrString(imp.get(), watched_method.ml_name)) : PyRef();
  const PyRef watched =
      original ? PyRef::steal(PyCFunction_New(&watched_method, original.get())) : PyRef();
  if (!watched || PyObject_SetAttrString(imp.get(), watched_method.ml_name, watched.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return {};
}

}  // namespace hookline::detail
