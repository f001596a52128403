#include "interp/host_module_loader.h"

#include "interp/py_error.h"

namespace hookline::detail {

namespace {

constexpr const char* kDefinitionName = "hookline.module_definition";

// `capsule` has the definition. These two are the methods of a loader that importlib calls.
PyModuleDef* definition_of(PyObject* capsule) {
  return static_cast<PyModuleDef*>(PyCapsule_GetPointer(capsule, kDefinitionName));
}

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

}  // namespace hookline::detail
