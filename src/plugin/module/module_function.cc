#include "plugin/module/module_function.h"

#include <structmember.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "marshal/python.h"
#include "plugin/functions/signature_text.h"
#include "plugin/module/function_object.h"

namespace hookline::detail {

namespace {

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

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(content_of(self).self.get());
  return 0;
}

void destroy(PyObject* self) {
  PyObject_GC_UnTrack(self);
  const std::unique_ptr<FunctionContent> content(object_of(self).content);
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
      {"awaitable", as_function(&awaitable_entry), METH_FASTCALL | METH_KEYWORDS,
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
  auto content = std::make_unique<FunctionContent>();
  content->called = std::move(called);
  content->self = std::move(self);
  auto* object =
      PyObject_GC_New(FunctionObject, reinterpret_cast<PyTypeObject*>(state.function_type));
  if (object == nullptr) {
    return {};
  }
  object->vectorcall = &call_entry;
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
  FunctionContent& content = *object.content;
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

}  // namespace hookline::detail
