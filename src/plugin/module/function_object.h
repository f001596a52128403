#pragma once

#include <cstddef>
#include <string>

#include "marshal/py_ref.h"
#include "marshal/python.h"
#include "plugin/module/module_call.h"
#include "plugin/module/module_state.h"

namespace hookline::detail {

// Is the C++ part of a function object.
struct FunctionContent {
  Called called;
  PyRef self;             // set for a method: the resource's object
  std::string doc;        // `builtin` refers to this text
  PyMethodDef builtin{};  // set for a function with HostFunction::read
};

// Is a function of the host as CPython sees it: an object of the type of make_function_type().
struct FunctionObject {
  PyObject base;
  vectorcallfunc vectorcall;
  FunctionContent* content;
  // The type of the object keeps the module, and so its state, alive.
  ModuleState* state;
  // For a function with HostFunction::read: how many texts it takes.
  std::size_t least_texts;
  std::size_t most_texts;
};

[[nodiscard]] inline FunctionObject& object_of(PyObject* self) {
  return *reinterpret_cast<FunctionObject*>(self);
}
[[nodiscard]] inline FunctionContent& content_of(PyObject* self) {
  return *object_of(self).content;
}
[[nodiscard]] inline const HostFunction& function_of(PyObject* self) {
  return *content_of(self).called.function;
}

// CPython calls these functions, of module_call.cc, when a script calls the object `self`.
PyObject* call_entry(PyObject* self, PyObject* const* args, std::size_t flagged_count,
                     PyObject* keywords);
// Runs a function with HostFunction::read. Scripts call these for every event, so the usual call
// does not copy its texts. Any other call reads the arguments in the general way, which reports
// errors.
PyObject* read_entry(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords);
// Starts a call from a coroutine.
PyObject* awaitable_entry(PyObject* self, PyObject* const* args, Py_ssize_t count,
                          PyObject* keywords);

}  // namespace hookline::detail
