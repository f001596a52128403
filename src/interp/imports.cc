#include "interp/imports.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <expected>

#include "interp/memory_book.h"
#include "interp/module_definitions.h"
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

// Both call the function that they stand in for, which is their self, unless they can create the
// module without it. They are in C, so that the tracebacks of scripts do not show them.
PyObject* create(PyObject* original, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  PyObject* const spec = count == 1 ? args[0] : nullptr;
  PyObject* module = spec != nullptr ? create_of_definition(spec) : nullptr;
  if (module == nullptr && PyErr_Occurred() == nullptr) {
    module = PyObject_Vectorcall(original, args, static_cast<std::size_t>(count), names);
    if (module != nullptr && spec != nullptr) {
      note_definition(spec, module);
    }
  }
  return module;
}

PyObject* create_dynamic(PyObject* original, PyObject* const* args, Py_ssize_t count,
                         PyObject* names) {
  PyObject* const module = create(original, args, count, names);
  if (module == nullptr) {
    memory_account_here().pin_arenas();
  }
  return module;
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

Result<void> stand_in_for_imports() {
  static auto stand_ins = std::to_array<PyMethodDef>({
      {"create_builtin", as_function(&create), METH_FASTCALL | METH_KEYWORDS, nullptr},
      {"create_dynamic", as_function(&create_dynamic), METH_FASTCALL | METH_KEYWORDS, nullptr},
  });
  const PyRef imp = PyRef::steal(PyImport_ImportModule("_imp"));
  const bool done =
      imp && std::ranges::all_of(stand_ins, [&imp](PyMethodDef& stand_in) {
        const PyRef original = PyRef::steal(PyObject_GetAttrString(imp.get(), stand_in.ml_name));
        const PyRef ours =
            original ? PyRef::steal(PyCFunction_New(&stand_in, original.get())) : PyRef();
        return ours && PyObject_SetAttrString(imp.get(), stand_in.ml_name, ours.get()) == 0;
      });
  return done ? Result<void>() : std::unexpected(take_python_error());
}

}  // namespace hookline::detail
