#include "plugin/module/vh_function.h"

#include <structmember.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "hookline/host.h"
#include "interp/producer_objects.h"
#include "marshal/python.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/host_call.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/module/vh_awaitable.h"
#include "plugin/module/vh_batch.h"
#include "plugin/module/vh_resource.h"

namespace hookline::detail {

namespace {

// Is the C++ part of a function object.
struct Content {
  std::shared_ptr<const HostFunction> function;
  std::shared_ptr<Resource> resource;  // set for a method
  PyRef self;                          // set for a method: the resource's object
};

struct FunctionObject {
  PyObject base;
  vectorcallfunc vectorcall;
  Content* content;
};

Content& content_of(PyObject* self) { return *reinterpret_cast<FunctionObject*>(self)->content; }

// Returns "(nick, limit=10)", or the form with types and defaults that help() shows.
std::string signature_text(const HostFunction& function, bool with_types) {
  if (!function.parameters) {
    return "(*args)";
  }
  std::string text = "(";
  for (const Parameter& parameter : *function.parameters) {
    const bool typed = with_types && !parameter.type.empty();
    text += (text.size() > 1 ? ", " : "") + parameter.name;
    text += typed ? ": " + parameter.type : "";
    if (parameter.fallback) {
      text += (typed ? " = " : "=") + parameter.fallback->repr();
    }
  }
  return text + ")";
}

PyObject* to_str(const std::string& text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()),
                              "backslashreplace");
}

PyObject* get_name(PyObject* self, void* /*closure*/) {
  return to_str(content_of(self).function->name);
}

PyObject* get_module(PyObject* /*self*/, void* /*closure*/) { return PyUnicode_FromString("vh"); }

// Returns an inspect.Signature, taken from a function with the same arguments, because inspect
// accepts text only until CPython 3.13.
PyObject* get_signature(PyObject* self, void* /*closure*/) {
  const std::string parameters = signature_text(*content_of(self).function, false);
  const std::string source =
      "lambda " + parameters.substr(1, parameters.size() - 2) + ": None";  // without the brackets
  const PyRef code = PyRef::steal(Py_CompileString(source.c_str(), "<vh>", Py_eval_input));
  const PyRef globals = PyRef::steal(PyDict_New());
  if (!code || !globals) {
    return nullptr;
  }
  const PyRef function = PyRef::steal(PyEval_EvalCode(code.get(), globals.get(), globals.get()));
  const PyRef inspect = PyRef::steal(function ? PyImport_ImportModule("inspect") : nullptr);
  return inspect ? PyObject_CallMethod(inspect.get(), "signature", "O", function.get()) : nullptr;
}

PyObject* get_doc(PyObject* self, void* /*closure*/) {
  const HostFunction& function = *content_of(self).function;
  std::string text = function.name + signature_text(function, true);
  text += function.returns.empty() ? "" : " -> " + function.returns;
  text += function.doc.empty() ? "" : "\n\n" + function.doc;
  return to_str(text);
}

PyObject* represent(PyObject* self) {
  return to_str("<function vh." + content_of(self).function->name + ">");
}

// Looks the name up again, because functions come and go while scripts keep the object. Returns
// null with a NameError set if it has been unregistered.
std::shared_ptr<const HostFunction> current(const VhState& state, const Content& content) {
  if (content.resource) {
    return content.function;
  }
  auto function = state.context->functions->find(content.function->name, state.context->caller.id);
  if (!function) {
    PyErr_Format(PyExc_NameError, "vh.%s has been unregistered", content.function->name.c_str());
  }
  return function;
}

PyObject* call_object(PyObject* self, PyObject* const* args, std::size_t flagged_count,
                      PyObject* keywords) {
  VhState& state = vh_state_of(self);
  // This is a copy, because the object may be destroyed during the call.
  const Content content = content_of(self);
  auto function = current(state, content);
  if (!function) {
    return nullptr;
  }
  const VhArguments given{args, static_cast<std::size_t>(PyVectorcall_NARGS(flagged_count)),
                          keywords};
  return call_vh_function(state, function, content.resource, given);
}

// Counts a call of the host's code as under way. The end of the ScriptHost waits for such calls,
// because that code may use what is destroyed with it.
class UnderWay {
 public:
  explicit UnderWay(const ScriptContext& context) : calls_(context.calls_under_way) { ++calls_; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() { --calls_; }

 private:
  std::size_t& calls_;
};

// Prepares a call, and first delivers what a batch holds back. Returns nullopt with an exception
// set on failure.
std::optional<HostCall> prepare_call(VhState& state, std::shared_ptr<const HostFunction> function,
                                     const std::shared_ptr<Resource>& resource,
                                     const VhArguments& given) {
  if (!has_context(state)) {
    return std::nullopt;
  }
  auto args = read_arguments(*function, given, *state.context);
  if (!args) {
    return std::nullopt;
  }
  if (resource) {
    Handle object = resource->object();
    if (object == Handle()) {
      PyErr_Format(PyExc_ValueError, "vh.%s(): the vh.%s has been released",
                   function->full_name().c_str(), resource->type().name().c_str());
      return std::nullopt;
    }
    args->insert(args->begin(), std::move(object));
  }
  if (function->runs_on == RunsOn::kHost && !flush_batch(state)) {
    return std::nullopt;
  }
  return HostCall{
      .function = std::move(function), .args = *std::move(args), .is_method = resource != nullptr};
}

PyObject* awaitable(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  VhState& state = vh_state_of(self);
  const Content content = content_of(self);
  auto function = current(state, content);
  if (!function) {
    return nullptr;
  }
  auto call = prepare_call(state, std::move(function), content.resource,
                           {args, static_cast<std::size_t>(count), keywords});
  if (!call) {
    return nullptr;
  }
  const UnderWay under_way(*state.context);
  return start_awaitable(state, *std::move(call)).release();
}

void destroy(PyObject* self) {
  const std::unique_ptr<Content> content(reinterpret_cast<FunctionObject*>(self)->content);
  PyTypeObject* type = Py_TYPE(self);
  type->tp_free(self);
  (void)PyRef::steal(reinterpret_cast<PyObject*>(type));
}

PyType_Spec& spec() {
  static auto getters = std::to_array<PyGetSetDef>({
      {"__name__", &get_name, nullptr, nullptr, nullptr},
      {"__qualname__", &get_name, nullptr, nullptr, nullptr},
      {"__module__", &get_module, nullptr, nullptr, nullptr},
      {"__doc__", &get_doc, nullptr, nullptr, nullptr},
      {"__signature__", &get_signature, nullptr, nullptr, nullptr},
      {nullptr, nullptr, nullptr, nullptr, nullptr},
  });
  static auto members = std::to_array<PyMemberDef>({
      {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(FunctionObject, vectorcall), Py_READONLY,
       nullptr},
      {nullptr, 0, 0, 0, nullptr},
  });
  static auto methods = std::to_array<PyMethodDef>({
      {"awaitable", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(&awaitable)),
       METH_FASTCALL | METH_KEYWORDS,
       "Calls it from a coroutine: the asyncio future of what it returns."},
      {nullptr, nullptr, 0, nullptr},
  });
  static auto slots = std::to_array<PyType_Slot>({
      {Py_tp_dealloc, reinterpret_cast<void*>(&destroy)},
      {Py_tp_call, reinterpret_cast<void*>(&PyVectorcall_Call)},
      {Py_tp_repr, reinterpret_cast<void*>(&represent)},
      {Py_tp_getset, getters.data()},
      {Py_tp_members, members.data()},
      {Py_tp_methods, methods.data()},
      {0, nullptr},
  });
  static PyType_Spec spec = {
      .name = "vh.function",
      .basicsize = sizeof(FunctionObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_DISALLOW_INSTANTIATION |
               Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots.data(),
  };
  return spec;
}

}  // namespace

PyRef make_vh_function_type(PyObject* module) {
  return PyRef::steal(PyType_FromModuleAndSpec(module, &spec(), nullptr));
}

PyRef make_vh_function(const VhState& state, std::shared_ptr<const HostFunction> function,
                       std::shared_ptr<Resource> resource, PyRef self) {
  auto content = std::make_unique<Content>();
  content->function = std::move(function);
  content->resource = std::move(resource);
  content->self = std::move(self);
  auto* object = PyObject_New(FunctionObject, reinterpret_cast<PyTypeObject*>(state.function_type));
  if (object == nullptr) {
    return {};
  }
  object->vectorcall = &call_object;
  object->content = content.release();
  return PyRef::steal(&object->base);
}

PyObject* call_vh_function(VhState& state, const std::shared_ptr<const HostFunction>& function,
                           const std::shared_ptr<Resource>& resource, const VhArguments& given) {
  auto call = prepare_call(state, function, resource, given);
  if (!call) {
    return nullptr;
  }
  const UnderWay under_way(*state.context);
  Result<Value> result;
  {
    // The GIL is also released while the call and its arguments are destroyed, because they may
    // hold the last reference to something.
    const GilReleased released;
    result = run_host_call(*std::move(call), *state.context);
  }
  return host_result(state, *function, std::move(result)).release();
}

PyRef host_result(const VhState& state, const HostFunction& function, Result<Value> result) {
  if (!result) {
    raise_in_python(result.error());
    return {};
  }
  if (function.result_class) {
    return make_vh_resource(state, function.result_class, *std::move(result));
  }
  const MarshalOptions options{
      .text = TextMode::kHub, .codec = state.context->codec, .handles = &ProducerObjects::opener()};
  Result<PyRef> object = to_python(*result, function.name, options);
  if (!object) {
    raise_in_python(object.error());
    return {};
  }
  return *std::move(object);
}

}  // namespace hookline::detail
