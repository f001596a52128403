#include "plugin/module/late_functions.h"

#include <string_view>
#include <utility>

#include "plugin/module/host_module.h"
#include "plugin/module/module_call.h"
#include "plugin/module/module_function.h"

namespace hookline::detail {

namespace {

// Python calls this for names that are not in the module itself.
PyObject* get_attribute(PyObject* module, PyObject* name) {
  ModuleState& state = *static_cast<ModuleState*>(PyModule_GetState(module));
  Called found = find_function(state, name);
  if (!found.is_registered) {
    if (PyErr_Occurred() == nullptr) {
      PyErr_Format(PyExc_AttributeError, "module '%s' has no attribute '%U'", state.module_name(),
                   name);
    }
    return nullptr;
  }
  return make_registered_function(state, std::move(found.function)).release();
}

PyMethodDef& finder() {
  static PyMethodDef method = {"__getattr__", &get_attribute, METH_O,
                               "Finds functions that the host has added later."};
  return method;
}

}  // namespace

void add_attribute_finder(ModuleState& state) {
  const PyRef function = PyRef::steal(PyCFunction_New(&finder(), state.module));
  if (!function ||
      PyDict_SetItemString(PyModule_GetDict(state.module), finder().ml_name, function.get()) < 0) {
    PyErr_Clear();
    return;
  }
  state.finds_late_functions = true;
}

void offer_late_functions(const ScriptContext& context) {
  const std::string& name = context.module->name;
  const PyRef text =
      PyRef::steal(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
  const PyRef module = text ? PyRef::steal(PyImport_GetModule(text.get())) : PyRef();
  if (!module) {
    PyErr_Clear();  // it is not imported yet
    return;
  }
  if (ModuleState* state = state_of_host_module(module.get())) {
    offer_late_functions(*state);
  }
}

Called find_function(const ModuleState& state, PyObject* name) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(name, &size);
  if (text == nullptr) {
    return {};
  }
  const std::string_view wanted(text, static_cast<std::size_t>(size));
  const ScriptContext& context = *state.context;
  if (auto registered = context.functions->find(wanted, context.caller.id)) {
    return {.function = std::move(registered), .is_registered = true};
  }
  return {.function = context.module->find(wanted)};
}

}  // namespace hookline::detail
