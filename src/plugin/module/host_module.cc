#include "plugin/module/host_module.h"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dispatch/base/no_memory.h"
#include "hookline/call.h"
#include "hookline/future.h"
#include "interp/host_context.h"
#include "marshal/python.h"
#include "marshal/python_text.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/late_functions.h"
#include "plugin/module/module_batch.h"
#include "plugin/module/module_call.h"
#include "plugin/module/module_function.h"
#include "plugin/module/module_resource.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Keeps the functions that every module has, under the names that the host has given them.
struct CoreMethods {
  explicit CoreMethods(const ModuleData& module);

  // CPython refers to these texts.
  std::vector<std::string> names;
  std::vector<std::string> docs;
  std::vector<PyMethodDef> table;
  std::string introduce_format;  // of PyArg_ParseTupleAndKeywords()
};

namespace {

ModuleState& state_of(PyObject* module) {
  return *static_cast<ModuleState*>(PyModule_GetState(module));
}

PyObject* list_attributes(PyObject* module, PyObject* /*unused*/) {
  PyRef names = PyRef::steal(PyDict_Keys(PyModule_GetDict(module)));
  const ScriptContext& context = *state_of(module).context;
  if (!names) {
    return nullptr;
  }
  for (const std::string& function : context.functions->names(context.caller.id)) {
    const PyRef name = PyRef::steal(PyUnicode_DecodeUTF8(
        function.data(), static_cast<Py_ssize_t>(function.size()), "backslashreplace"));
    if (!name || PyList_Append(names.get(), name.get()) < 0) {
      return nullptr;
    }
  }
  return names.release();
}

PyObject* call_by_name(PyObject* module, PyObject* const* args, Py_ssize_t count,
                       PyObject* keywords) {
  ModuleState& state = state_of(module);
  if (count == 0 || !PyUnicode_Check(args[0])) {
    PyErr_Format(PyExc_TypeError, "%s.%s() needs the name of a function, and its arguments",
                 state.module_name(), state.context->module->core_name("call").c_str());
    return nullptr;
  }
  const Called called = find_function(state, args[0]);
  if (!called.function) {
    if (PyErr_Occurred() == nullptr) {
      PyErr_Format(PyExc_NameError, "%s has no function '%U'", state.module_name(), args[0]);
    }
    return nullptr;
  }
  return call_function(state, called, {args + 1, static_cast<std::size_t>(count - 1), keywords});
}

PyObject* batch(PyObject* module, PyObject* /*unused*/) {
  const ModuleState& state = state_of(module);
  return has_context(state) ? make_batch(state).release() : nullptr;
}

// Tells the host and waits, as every call does, so that a script that sets its name in a loop
// cannot fill the port. Skips a name that the host's encoding does not
// have.
void tell_host_the_name(const ModuleState& state) {
  if (state.context->gate.is_closed()) {
    return;
  }
  const ScriptContext& context = *state.context;
  const MarshalOptions options{.text = TextMode::kHost, .codec = context.codec};
  std::string name;
  std::string version;
  if (!encode_text(state.name, options, name) || !encode_text(state.version, options, version)) {
    PyErr_Clear();
    return;
  }
  const GilReleased released;
  // A failure makes no difference to the script.
  if_memory([&] {
    (void)context.port
        ->run(
            [&context, name = std::move(name), version = std::move(version)](Promise<Value> done) {
              context.host->on_script_named(name, version, context.caller);
              done.set({});
            })
        .get();
  });
}

PyObject* introduce(PyObject* module, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"name", "version", nullptr};
  PyObject* name = nullptr;
  PyObject* version = nullptr;
  ModuleState& state = state_of(module);
  if (PyArg_ParseTupleAndKeywords(args, keywords, state.methods->introduce_format.c_str(),
                                  const_cast<char**>(kNames), &name, &version) == 0) {
    return nullptr;
  }
  if (name != nullptr) {
    Py_XSETREF(state.name, Py_NewRef(name));
  }
  if (version != nullptr) {
    Py_XSETREF(state.version, Py_NewRef(version));
  }
  if (name != nullptr || version != nullptr) {
    tell_host_the_name(state);
  }
  return Py_BuildValue("(OO)", state.name, state.version);
}

// The table is static because CPython keeps pointers into it for as long as the process lives.
PyMethodDef* methods() {
  static auto table = std::to_array<PyMethodDef>({
      {"__dir__", &list_attributes, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  });
  return table.data();
}

// Describes a function that every module has.
struct CoreMethod {
  std::string_view means;
  PyCFunction function;
  int flags;
  std::string_view doc;  // without the name
};

std::span<const CoreMethod> core_methods() {
  static const auto kTable = std::to_array<CoreMethod>({
      {"introduce", as_function(&introduce), METH_VARARGS | METH_KEYWORDS,
       "(name, version) -> (str, str)\n\n"
       "What the script calls itself, after setting what was given."},
      {"call", as_function(&call_by_name), METH_FASTCALL | METH_KEYWORDS,
       "(name, *args) -> any\n\n"
       "Calls a function of the host; NameError if there is none of that name."},
      {"batch", &batch, METH_NOARGS,
       "() -> context manager\n\n"
       "What is sent inside of the block reaches the host together, at its end."},
  });
  return kTable;
}

int add_value(PyObject* module, const std::string& name, const Value& value,
              const TextCodec* codec) {
  const MarshalOptions options{.text = TextMode::kHost, .codec = codec};
  Result<PyRef> object = to_python(value, name, options);
  if (!object) {
    raise_in_python(object.error());
    return -1;
  }
  return PyModule_AddObjectRef(module, name.c_str(), object->get());
}

int add_values(PyObject* module, const std::vector<Attribute>& values, const TextCodec* codec) {
  for (const Attribute& value : values) {
    if (add_value(module, value.name, value.value, codec) < 0) {
      return -1;
    }
  }
  return 0;
}

int add_functions(PyObject* module, ModuleState& state) {
  for (const auto& function : state.context->module->functions) {
    const PyRef object = make_module_function(state, function);
    if (!object || PyModule_AddObjectRef(module, function->name.c_str(), object.get()) < 0) {
      return -1;
    }
  }
  return 0;
}

int add_content(PyObject* module, ModuleState& state) {
  const ScriptContext& context = *state.context;
  const ModuleData& data = *context.module;
  const auto add_core = [&](std::string_view means, const Value& value) {
    return add_value(module, data.core_name(means), value, context.codec) == 0;
  };
  const bool done = PyModule_SetDocString(module, data.doc.c_str()) == 0 &&
                    add_values(module, data.constants, context.codec) == 0 &&
                    add_values(module, data.attributes, context.codec) == 0 &&
                    add_values(module, *context.attributes, context.codec) == 0 &&
                    add_core("name", context.caller.name) && add_core("path", context.path) &&
                    add_core("script_id", context.caller.number) &&
                    add_functions(module, state) == 0;
  return done ? 0 : -1;
}

// The functions keep pointers into the table, and the module alive, and with it the table.
bool add_core_methods(PyObject* module, ModuleState& state) {
  state.methods = new CoreMethods(*state.context->module);
  return PyModule_AddFunctions(module, state.methods->table.data()) == 0;
}

bool make_types(PyObject* module, ModuleState& state) {
  state.function_type = make_function_type(module).release();
  state.resource_type = make_resource_type(module).release();
  state.batch_type = make_batch_type(module).release();
  state.current_batch = PyContextVar_New("batch", Py_None);
  return state.function_type != nullptr && state.resource_type != nullptr &&
         state.batch_type != nullptr && state.current_batch != nullptr;
}

int set_up(PyObject* module) {
  ModuleState& state = state_of(module);
  state.context = static_cast<const ScriptContext*>(host_context());
  state.module = module;
  const std::string& name = state.context->caller.name;
  state.name = PyUnicode_DecodeFSDefaultAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
  state.version = PyUnicode_FromString("");
  if (state.name == nullptr || state.version == nullptr || !add_core_methods(module, state) ||
      !make_types(module, state) || add_content(module, state) < 0) {
    return -1;
  }
  offer_late_functions(state);
  return 0;
}

// Lists all references of a state.
auto references(ModuleState& state) {
  return std::to_array<PyObject**>({&state.name, &state.version, &state.function_type,
                                    &state.resource_type, &state.batch_type, &state.current_batch,
                                    &state.awaitables});
}

int traverse(PyObject* module, visitproc visit, void* arg) {
  for (PyObject** object : references(state_of(module))) {
    Py_VISIT(*object);
  }
  return 0;
}

int clear(PyObject* module) {
  for (PyObject** object : references(state_of(module))) {
    Py_CLEAR(*object);
  }
  return 0;
}

void release(void* module) {
  clear(static_cast<PyObject*>(module));
  delete std::exchange(state_of(static_cast<PyObject*>(module)).methods, nullptr);
}

PyModuleDef_Slot* slots() {
  static auto table = std::to_array<PyModuleDef_Slot>({
      {Py_mod_exec, reinterpret_cast<void*>(&set_up)},
      {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
      {Py_mod_gil, Py_MOD_GIL_USED},
      {0, nullptr},
  });
  return table.data();
}

PyModuleDef& definition() {
  static PyModuleDef definition = {
      .m_base = PyModuleDef_HEAD_INIT,
      .m_name = "hookline.host",  // each module gets the name of its spec
      .m_doc = nullptr,
      .m_size = sizeof(ModuleState),
      .m_methods = methods(),
      .m_slots = slots(),
      .m_traverse = &traverse,
      .m_clear = &clear,
      .m_free = &release,
  };
  return definition;
}

}  // namespace

CoreMethods::CoreMethods(const ModuleData& module)
    : introduce_format("|UU:" + module.core_name("introduce")) {
  const std::span<const CoreMethod> all = core_methods();
  names.reserve(all.size());
  docs.reserve(all.size());
  for (const CoreMethod& method : all) {
    names.push_back(module.core_name(method.means));
    docs.push_back(names.back() + std::string(method.doc));
    table.push_back({names.back().c_str(), method.function, method.flags, docs.back().c_str()});
  }
  table.push_back({nullptr, nullptr, 0, nullptr});
}

PyModuleDef* host_module_definition() {
  // All interpreters share the definition, so it is readied once.
  static auto* const kReady = reinterpret_cast<PyModuleDef*>(PyModuleDef_Init(&definition()));
  return kReady;
}

ModuleState* state_of_host_module(PyObject* module) {
  const bool is_ours = PyModule_Check(module) && PyModule_GetDef(module) == &definition();
  return is_ours ? static_cast<ModuleState*>(PyModule_GetState(module)) : nullptr;
}

}  // namespace hookline::detail
