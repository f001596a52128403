#include "plugin/module/vh_module.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/vh_table.h"
#include "interp/interpreter.h"
#include "marshal/python.h"
#include "marshal/python_text.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/vh_batch.h"
#include "plugin/module/vh_call.h"
#include "plugin/module/vh_function.h"
#include "plugin/module/vh_read.h"
#include "plugin/module/vh_resource.h"
#include "plugin/module/vh_state.h"
#include "plugin/module/vh_text.h"
#include "plugin/types/vh_constants.h"
#include "plugin/types/vh_signature.h"

namespace hookline::detail {

namespace {

constexpr const char* kVersion = "2.0.0 (hookline)";

VhState& state_of(PyObject* module) { return *static_cast<VhState*>(PyModule_GetState(module)); }

template <Vh Function>
PyObject* entry(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  VhState& state = state_of(module);
  if (!has_context(state)) {
    return nullptr;
  }
  const VhArguments given{args, static_cast<std::size_t>(count), keywords};
  if constexpr (vh_signature(Function).is_text_read) {
    return run_vh_read(Function, given, *state.context);
  }
  if (vh_row(Function).runs_on == RunsOn::kHost && state.open_batches > 0) {
    return run_in_batch(state, Function, given);
  }
  return run_vh_function(Function, given, *state.context);
}

// Returns the function that the host has registered under this name, or null with NameError or
// `otherwise` set.
std::shared_ptr<const HostFunction> find_function(const VhState& state, PyObject* name,
                                                  PyObject* otherwise) {
  Py_ssize_t size = 0;
  const char* text = PyUnicode_AsUTF8AndSize(name, &size);
  if (text == nullptr) {
    return nullptr;
  }
  std::shared_ptr<const HostFunction> function;
  if (state.context != nullptr) {
    function = state.context->functions->find({text, static_cast<std::size_t>(size)},
                                              state.context->caller.id);
  }
  if (!function) {
    PyErr_Format(otherwise,
                 otherwise == PyExc_NameError ? "the hub has no function '%U'"
                                              : "module 'vh' has no attribute '%U'",
                 name);
  }
  return function;
}

// Python calls this for names that are not in the module itself.
PyObject* get_attribute(PyObject* module, PyObject* name) {
  if (PyModule_GetState(module) == nullptr) {  // while it is being imported
    PyErr_SetObject(PyExc_AttributeError, name);
    return nullptr;
  }
  auto function = find_function(state_of(module), name, PyExc_AttributeError);
  return function ? make_vh_function(state_of(module), std::move(function)).release() : nullptr;
}

PyObject* list_attributes(PyObject* module, PyObject* /*unused*/) {
  PyRef names = PyRef::steal(PyDict_Keys(PyModule_GetDict(module)));
  const ScriptContext* context = state_of(module).context;
  if (!names || context == nullptr) {
    return names.release();
  }
  for (const std::string& function : context->functions->names(context->caller.id)) {
    const PyRef name = PyRef::steal(PyUnicode_DecodeUTF8(
        function.data(), static_cast<Py_ssize_t>(function.size()), "backslashreplace"));
    if (!name || PyList_Append(names.get(), name.get()) < 0) {
      return nullptr;
    }
  }
  return names.release();
}

PyObject* call_dynamic_function(PyObject* module, PyObject* const* args, Py_ssize_t count,
                                PyObject* keywords) {
  VhState& state = state_of(module);
  if (count == 0 || !PyUnicode_Check(args[0])) {
    PyErr_SetString(PyExc_TypeError,
                    "vh.CallDynamicFunction() needs the name of a function, and its arguments");
    return nullptr;
  }
  const auto function = find_function(state, args[0], PyExc_NameError);
  if (!function) {
    return nullptr;
  }
  const VhArguments given{args + 1, static_cast<std::size_t>(count - 1), keywords};
  return call_vh_function(state, function, nullptr, given);
}

PyObject* batch(PyObject* module, PyObject* /*unused*/) {
  const VhState& state = state_of(module);
  return has_context(state) ? make_vh_batch(state).release() : nullptr;
}

using Transform = std::string (*)(std::string_view);

// Applies a function from text to text that does not need the host.
template <Transform Apply>
PyObject* transform_entry(PyObject* /*module*/, PyObject* text) {
  if (!PyUnicode_Check(text)) {
    PyErr_Format(PyExc_TypeError, "the argument must be str, not %s", Py_TYPE(text)->tp_name);
    return nullptr;
  }
  const PyRef exact = PyRef::steal(PyUnicode_FromObject(text));
  Result<Value> value = from_python(exact.get(), "argument");
  if (!value) {
    raise_in_python(value.error());
    return nullptr;
  }
  Result<PyRef> result = to_python(Apply(*value->as<std::string>()), "result");
  if (!result) {
    raise_in_python(result.error());
    return nullptr;
  }
  return result->release();
}

// Tells the host and waits, as every call does, so that a script that sets its name in a loop
// cannot fill the port. Skips a name that the hub's encoding does not have.
void tell_host_the_name(const VhState& state) {
  if (state.context == nullptr || state.context->is_ended) {
    return;
  }
  const ScriptContext& context = *state.context;
  const MarshalOptions options{.text = TextMode::kHub, .codec = context.codec};
  std::string name;
  std::string version;
  if (!encode_text(state.name, options, name) || !encode_text(state.version, options, version)) {
    PyErr_Clear();
    return;
  }
  const GilReleased released;
  // A failure makes no difference to the script.
  [[maybe_unused]] const Result<Value> heard =
      context.port
          ->run([&context, name = std::move(name),
                 version = std::move(version)](Promise<Value> done) {
            context.host->on_script_named(name, version, context.caller);
            done.set({});
          })
          .get();
}

PyObject* name_and_version(PyObject* module, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"name", "version", nullptr};
  PyObject* name = nullptr;
  PyObject* version = nullptr;
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|UU:name_and_version",
                                  const_cast<char**>(kNames), &name, &version) == 0) {
    return nullptr;
  }
  VhState& state = state_of(module);
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

PyCFunction as_function(PyObject* (*function)(PyObject*, PyObject* const*, Py_ssize_t, PyObject*)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

PyCFunction as_function(PyObject* (*function)(PyObject*, PyObject*, PyObject*)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

constexpr int kFast = METH_FASTCALL | METH_KEYWORDS;

// The table is static because CPython keeps pointers into it for as long as the process lives.
PyMethodDef* methods() {
  static auto table = std::to_array<PyMethodDef>({
#define HOOKLINE_METHOD(name, kinds, names, where, returns, help) \
  {#name, as_function(&entry<Vh::k##name>), kFast, #name "(" names ") -> " returns "\n\n" help},
      HOOKLINE_VH_FUNCTIONS(HOOKLINE_METHOD)
#undef HOOKLINE_METHOD
          {"encode", &transform_entry<&vh_encode>, METH_O,
           "encode(text) -> str\n\nEscapes what NMDC gives a meaning to: $ | ` ~ and byte 5."},
      {"Encode", &transform_entry<&vh_encode>, METH_O, "The same as encode()."},
      {"decode", &transform_entry<&vh_decode>, METH_O,
       "decode(text) -> str\n\nThe reverse of encode()."},
      {"Decode", &transform_entry<&vh_decode>, METH_O, "The same as decode()."},
      {"name_and_version", as_function(&name_and_version), METH_VARARGS | METH_KEYWORDS,
       "name_and_version(name, version) -> (str, str)\n\n"
       "What the script calls itself, after setting what was given."},
      {"CallDynamicFunction", as_function(&call_dynamic_function), kFast,
       "CallDynamicFunction(name, *args) -> any\n\n"
       "Calls a function that the hub has registered; NameError if there is none of that name."},
      {"batch", &batch, METH_NOARGS,
       "batch() -> context manager\n\n"
       "What is sent inside of the block reaches the hub together, at its end."},
      {"__getattr__", &get_attribute, METH_O, "Finds what the hub has registered."},
      {"__dir__", &list_attributes, METH_NOARGS, nullptr},
      {nullptr, nullptr, 0, nullptr},
  });
  return table.data();
}

int add_text(PyObject* module, const char* name, std::string_view text, const TextCodec* codec) {
  const MarshalOptions options{.text = TextMode::kHub, .codec = codec};
  Result<PyRef> object = to_python(text, name, options);
  if (!object) {
    raise_in_python(object.error());
    return -1;
  }
  return PyModule_AddObjectRef(module, name, object->get());
}

int add_constants(PyObject* module) {
  for (const VhConstant& constant : kVhConstants) {
    if (PyModule_AddIntConstant(module, constant.name, constant.value) < 0) {
      return -1;
    }
  }
  return 0;
}

int add_attributes(PyObject* module, const ScriptContext& context) {
  const HostIdentity& identity = *context.identity;
  struct Attribute {
    const char* name;
    std::string_view text;
  };
  const auto attributes = std::to_array<Attribute>({
      {"botname", identity.bot_name},
      {"opchatname", identity.op_chat_name},
      {"name", context.caller.name},
      {"path", context.path},
      {"config_name", identity.config_name},
      {"basedir", identity.base_dir},
  });
  for (const Attribute& attribute : attributes) {
    if (add_text(module, attribute.name, attribute.text, context.codec) < 0) {
      return -1;
    }
  }
  if (PyModule_AddIntConstant(module, "myid", context.caller.number) < 0) {
    return -1;
  }
  return PyModule_AddIntConstant(module, "starttime", identity.start_time);
}

bool make_types(PyObject* module, VhState& state) {
  state.function_type = make_vh_function_type(module).release();
  state.resource_type = make_vh_resource_type(module).release();
  state.batch_type = make_vh_batch_type(module).release();
  state.current_batch = PyContextVar_New("vh.batch", Py_None);
  return state.function_type != nullptr && state.resource_type != nullptr &&
         state.batch_type != nullptr && state.current_batch != nullptr;
}

int set_up(PyObject* module) {
  VhState& state = state_of(module);
  state.context = static_cast<const ScriptContext*>(Interpreter::host_context());
  const std::string name = state.context == nullptr ? "" : state.context->caller.name;
  state.name = PyUnicode_DecodeFSDefaultAndSize(name.data(), static_cast<Py_ssize_t>(name.size()));
  state.version = PyUnicode_FromString("");
  if (state.name == nullptr || state.version == nullptr || !make_types(module, state)) {
    return -1;
  }
  if (add_constants(module) < 0 ||
      PyModule_AddStringConstant(module, "__version_string__", kVersion) < 0) {
    return -1;
  }
  return state.context == nullptr ? 0 : add_attributes(module, *state.context);
}

// Lists all references of a state.
auto references(VhState& state) {
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

void release(void* module) { clear(static_cast<PyObject*>(module)); }

PyModuleDef_Slot* slots() {
  static auto table = std::to_array<PyModuleDef_Slot>({
      {Py_mod_exec, reinterpret_cast<void*>(&set_up)},
      {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
      {Py_mod_gil, Py_MOD_GIL_USED},
      {0, nullptr},
  });
  return table.data();
}

PyObject* init() {
  static PyModuleDef definition = {
      .m_base = PyModuleDef_HEAD_INIT,
      .m_name = "vh",
      .m_doc = "The hub that this script runs in.",
      .m_size = sizeof(VhState),
      .m_methods = methods(),
      .m_slots = slots(),
      .m_traverse = &traverse,
      .m_clear = &clear,
      .m_free = &release,
  };
  return PyModuleDef_Init(&definition);
}

}  // namespace

BuiltinModule vh_module() { return {.name = "vh", .init = &init}; }

}  // namespace hookline::detail
