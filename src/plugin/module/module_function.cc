#include "plugin/module/module_function.h"

#include <structmember.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "interp/producer_objects.h"
#include "marshal/python.h"
#include "marshal/python_text.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/host_call.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/functions/signature_text.h"
#include "plugin/module/late_functions.h"
#include "plugin/module/module_awaitable.h"
#include "plugin/module/module_batch.h"
#include "plugin/module/module_resource.h"

namespace hookline::detail {

namespace {

// Is the C++ part of a function object.
struct Content {
  Called called;
  PyRef self;             // set for a method: the resource's object
  std::string doc;        // of `builtin`
  PyMethodDef builtin{};  // set for a function with HostFunction::read
};

struct FunctionObject {
  PyObject base;
  vectorcallfunc vectorcall;
  Content* content;
  // The type of the object keeps the module, and so its state, alive.
  ModuleState* state;
  // For a function with HostFunction::read: how many texts it takes.
  std::size_t least_texts;
  std::size_t most_texts;
};

FunctionObject& object_of(PyObject* self) { return *reinterpret_cast<FunctionObject*>(self); }
Content& content_of(PyObject* self) { return *object_of(self).content; }
const HostFunction& function_of(PyObject* self) { return *content_of(self).called.function; }

PyObject* to_str(const std::string& text) {
  return PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()),
                              "backslashreplace");
}

PyObject* get_name(PyObject* self, void* /*closure*/) { return to_str(function_of(self).name); }

PyObject* get_module(PyObject* self, void* /*closure*/) { return to_str(function_of(self).module); }

// Returns an inspect.Signature, taken from a function with the same arguments, because inspect
// accepts text only until CPython 3.13.
PyObject* get_signature(PyObject* self, void* /*closure*/) {
  const std::string parameters = signature_text(function_of(self), SignatureStyle::kPlain);
  const std::string source =
      "lambda " + parameters.substr(1, parameters.size() - 2) + ": None";  // without the brackets
  const PyRef code = PyRef::steal(Py_CompileString(source.c_str(), "<signature>", Py_eval_input));
  const PyRef globals = PyRef::steal(PyDict_New());
  if (!code || !globals) {
    return nullptr;
  }
  const PyRef function = PyRef::steal(PyEval_EvalCode(code.get(), globals.get(), globals.get()));
  const PyRef inspect = PyRef::steal(function ? PyImport_ImportModule("inspect") : nullptr);
  return inspect ? PyObject_CallMethod(inspect.get(), "signature", "O", function.get()) : nullptr;
}

std::string doc_of(const HostFunction& function) {
  std::string text = function.name + signature_text(function, SignatureStyle::kTyped);
  text += function.returns.empty() ? "" : " -> " + function.returns;
  text += function.doc.empty() ? "" : "\n\n" + function.doc;
  return text;
}

PyObject* get_doc(PyObject* self, void* /*closure*/) { return to_str(doc_of(function_of(self))); }

PyObject* represent(PyObject* self) {
  const HostFunction& function = function_of(self);
  return to_str("<function " + function.module + "." + function.name + ">");
}

// Looks a function of the registry up again, because these come and go while scripts keep the
// object. Returns nullopt with a NameError set if it has been unregistered.
std::optional<Called> current(const ModuleState& state, const Called& called) {
  if (!called.is_registered) {
    return called;
  }
  auto function = state.context->functions->find(called.function->name, state.context->caller.id);
  if (!function) {
    PyErr_Format(PyExc_NameError, "%s has been unregistered", called.function->full_name().c_str());
    return std::nullopt;
  }
  return Called{.function = std::move(function), .is_registered = true};
}

PyObject* call_object(PyObject* self, PyObject* const* args, std::size_t flagged_count,
                      PyObject* keywords) {
  ModuleState& state = *object_of(self).state;
  // This is a copy, because the object may be destroyed during the call.
  const auto called = current(state, content_of(self).called);
  return called ? call_function(
                      state, *called,
                      {args, static_cast<std::size_t>(PyVectorcall_NARGS(flagged_count)), keywords})
                : nullptr;
}

using Texts = std::array<std::string_view, kMaxTexts>;

// Views the arguments if all are positional texts that Python has in the host's encoding. Returns
// false otherwise.
bool view_texts(const FunctionObject& object, const Arguments& given, Texts& texts) {
  if (given.keywords != nullptr || given.count < object.least_texts ||
      given.count > object.most_texts) {
    return false;
  }
  const MarshalOptions options{.text = object.content->called.function->text,
                               .codec = object.state->context->codec};
  for (std::size_t i = 0; i < given.count; ++i) {
    PyObject* const text = given.positional[i];
    const auto view = PyUnicode_CheckExact(text) ? kept_text(text, options) : std::nullopt;
    if (!view) {
      return false;
    }
    texts[i] = *view;
  }
  return true;
}

Result<Value> read_texts(const HostFunction& function, std::span<const std::string_view> texts,
                         const ScriptContext& context) noexcept {
  const CallGate::ReadVisit visit(context.gate);
  if (!visit) [[unlikely]] {
    return unloaded(function);
  }
  try {
    return function.read(texts, context.caller);
  } catch (...) {
    return std::unexpected(context.exceptions->translate(std::current_exception()));
  }
}

// Runs a function with HostFunction::read. Scripts call these for every event, so the usual call
// does not copy its texts. `self` is the FunctionObject. Any other call reads the arguments in the
// general way, which reports errors.
PyObject* read_entry(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  const FunctionObject& object = object_of(self);
  if (!has_context(*object.state)) {
    return nullptr;
  }
  const Arguments given{args, static_cast<std::size_t>(count), keywords};
  const Called& called = object.content->called;
  Texts texts;
  if (!view_texts(object, given, texts)) {
    return call_function(*object.state, called, given);
  }
  Result<Value> result =
      read_texts(*called.function, std::span(texts).first(given.count), *object.state->context);
  const auto* const number = result ? result->as<std::int64_t>() : nullptr;
  return number != nullptr
             ? PyLong_FromLongLong(*number)
             : host_result(*object.state, *called.function, std::move(result)).release();
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

// Reads the arguments of a call. Returns nullopt with an exception set on failure.
std::optional<HostCall> prepare_call(const ModuleState& state, const Called& called,
                                     const Arguments& given) {
  if (!has_context(state)) {
    return std::nullopt;
  }
  const HostFunction& function = *called.function;
  auto args = read_arguments(function, given, *state.context);
  if (!args) {
    return std::nullopt;
  }
  if (called.resource) {
    Handle object = called.resource->object();
    if (object == Handle()) {
      PyErr_Format(PyExc_ValueError, "%s(): the %s has been released", function.full_name().c_str(),
                   called.resource->type().full_name().c_str());
      return std::nullopt;
    }
    args->values.insert(args->values.begin(), std::move(object));
  }
  return HostCall{.function = called.function,
                  .args = std::move(args->values),
                  .bytes = args->bytes,
                  .is_registered = called.is_registered};
}

// Runs the call where its function says.
Result<Value> run_call(HostCall call, const ScriptContext& context) {
  if (call.function->keeps_gil) {
    return run_host_call(std::move(call), context);
  }
  const UnderWay under_way(context);
  // The GIL is also released while the call and its arguments are destroyed, because they may hold
  // the last reference to something.
  const GilReleased released;
  return run_host_call(std::move(call), context);
}

// See call_function() about std::bad_alloc.
PyObject* awaitable(PyObject* self, PyObject* const* args, Py_ssize_t count,
                    PyObject* keywords) try {
  ModuleState& state = *object_of(self).state;
  const auto called = current(state, content_of(self).called);
  auto call = called
                  ? prepare_call(state, *called, {args, static_cast<std::size_t>(count), keywords})
                  : std::nullopt;
  if (!call || (call->function->runs_on == RunsOn::kHost && !flush_batch(state))) {
    return nullptr;
  }
  const UnderWay under_way(*state.context);
  return start_awaitable(state, *std::move(call)).release();
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(content_of(self).self.get());
  return 0;
}

void destroy(PyObject* self) {
  PyObject_GC_UnTrack(self);
  const std::unique_ptr<Content> content(object_of(self).content);
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
      {"awaitable", as_function(&awaitable), METH_FASTCALL | METH_KEYWORDS,
       "Calls it from a coroutine: the asyncio future of what it returns."},
      {nullptr, nullptr, 0, nullptr},
  });
  static auto slots = std::to_array<PyType_Slot>({
      {Py_tp_dealloc, reinterpret_cast<void*>(&destroy)},
      {Py_tp_traverse, reinterpret_cast<void*>(&traverse)},
      {Py_tp_call, reinterpret_cast<void*>(&PyVectorcall_Call)},
      {Py_tp_repr, reinterpret_cast<void*>(&represent)},
      {Py_tp_getset, getters.data()},
      {Py_tp_members, members.data()},
      {Py_tp_methods, methods.data()},
      {0, nullptr},
  });
  static PyType_Spec spec = {
      .name = "function",
      .basicsize = sizeof(FunctionObject),
      .itemsize = 0,
      .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL |
               Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
      .slots = slots.data(),
  };
  return spec;
}

PyRef make_object(ModuleState& state, Called called, PyRef self = {}) {
  auto content = std::make_unique<Content>();
  content->called = std::move(called);
  content->self = std::move(self);
  auto* object =
      PyObject_GC_New(FunctionObject, reinterpret_cast<PyTypeObject*>(state.function_type));
  if (object == nullptr) {
    return {};
  }
  object->vectorcall = &call_object;
  object->content = content.release();
  object->state = &state;
  object->least_texts = 0;
  object->most_texts = 0;
  PyObject_GC_Track(&object->base);
  return PyRef::steal(&object->base);
}

// Makes the builtin function whose `self` is the FunctionObject, which owns its PyMethodDef.
PyRef make_builtin(const PyRef& self) {
  FunctionObject& object = object_of(self.get());
  Content& content = *object.content;
  const HostFunction& function = *content.called.function;
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): check_function() demands them
  const std::vector<Parameter>& parameters = *function.parameters;
  object.most_texts = parameters.size();
  object.least_texts = static_cast<std::size_t>(
      std::ranges::count_if(parameters, [](const Parameter& each) { return !each.fallback; }));
  content.doc = doc_of(function);
  content.builtin = {function.name.c_str(), as_function(&read_entry), METH_FASTCALL | METH_KEYWORDS,
                     content.doc.c_str()};
  const PyRef module = PyRef::steal(to_str(function.module));
  return PyRef::steal(module ? PyCFunction_NewEx(&content.builtin, self.get(), module.get())
                             : nullptr);
}

}  // namespace

PyRef make_function_type(PyObject* module) { return make_type(module, spec()); }

PyRef make_registered_function(ModuleState& state, std::shared_ptr<const HostFunction> function) {
  return make_object(state, {.function = std::move(function), .is_registered = true});
}

PyRef make_method(ModuleState& state, std::shared_ptr<const HostFunction> function,
                  std::shared_ptr<Resource> resource, PyRef self) {
  return make_object(state, {.function = std::move(function), .resource = std::move(resource)},
                     std::move(self));
}

PyRef make_module_function(ModuleState& state, std::shared_ptr<const HostFunction> function) {
  const bool is_read = static_cast<bool>(function->read);
  PyRef object = make_object(state, {.function = std::move(function)});
  return is_read && object ? make_builtin(object) : std::move(object);
}

// An exception of C++ must not pass through the frames of CPython. Arguments that are too large to
// copy throw one.
PyObject* call_function(ModuleState& state, const Called& called, const Arguments& given) try {
  auto call = prepare_call(state, called, given);
  if (!call) {
    return nullptr;
  }
  if (state.open_batches > 0 && called.function->runs_on == RunsOn::kHost) {
    switch (collect(state, *call)) {
      case Collected::kNo:
        break;
      case Collected::kYes:
        Py_RETURN_TRUE;
      case Collected::kFailed:
        return nullptr;
    }
  }
  Result<Value> result = run_call(*std::move(call), *state.context);
  offer_late_functions(state);
  return host_result(state, *called.function, std::move(result)).release();
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

PyRef host_result(const ModuleState& state, const HostFunction& function, Result<Value> result) {
  if (!result) {
    raise_in_python(result.error());
    return {};
  }
  if (function.result_class) {
    return make_resource(state, function.result_class, *std::move(result));
  }
  const MarshalOptions options{
      .text = function.text, .codec = state.context->codec, .handles = &ProducerObjects::opener()};
  Result<PyRef> object = to_python(*result, function.name, options);
  if (!object) {
    raise_in_python(object.error());
    return {};
  }
  return *std::move(object);
}

}  // namespace hookline::detail
