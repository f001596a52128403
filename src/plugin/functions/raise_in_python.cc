#include "plugin/functions/raise_in_python.h"

#include <string>
#include <string_view>

#include "interp/py_error.h"
#include "marshal/py_ref.h"
#include "plugin/functions/exception_table.h"

namespace hookline::detail {

namespace {

PyObject* exception_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kBadArguments:
    case ErrorCode::kUnsupportedType:
      return PyExc_TypeError;
    case ErrorCode::kEncodingError:
      return PyExc_UnicodeError;
    case ErrorCode::kFunctionNotFound:
      return PyExc_NameError;
    case ErrorCode::kDeadlineExceeded:
      return PyExc_TimeoutError;
    case ErrorCode::kValueTooDeep:
    case ErrorCode::kCyclicValue:
    case ErrorCode::kValueTooLarge:
      return PyExc_ValueError;
    default:
      return PyExc_RuntimeError;
  }
}

// Accepts invalid UTF-8, because a message may quote bytes of the host.
PyRef as_str(std::string_view text) {
  return PyRef::steal(
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "backslashreplace"));
}

// Makes the exception of a plain `raise type(text)`. Returns null with an exception set if that
// fails.
PyRef make_exception(PyObject* type, std::string_view text) {
  const PyRef str = as_str(text);
  return str ? PyRef::steal(PyObject_CallOneArg(type, str.get())) : PyRef();
}

// Returns the built-in exception type of this name, or null without an exception set. Only
// subclasses of Exception may be raised by name: SystemExit must end only the script that raised
// it.
PyRef builtin_exception(const std::string& name) {
  PyRef type = PyRef::steal(
      PyObject_GetAttrString(PyRef::borrow(PyImport_AddModule("builtins")).get(), name.c_str()));
  if (!type) {
    PyErr_Clear();
    return {};
  }
  const bool fits =
      PyExceptionClass_Check(type.get()) && PyObject_IsSubclass(type.get(), PyExc_Exception) == 1;
  return fits ? type : PyRef();
}

PyRef exception_by_name(const Error& error) {
  if (const auto* system = dynamic_cast<const SystemErrorOrigin*>(error.origin.get())) {
    const PyRef text = as_str(error.message);
    return PyRef::steal(
        text ? PyObject_CallFunction(PyExc_OSError, "iO", system->number(), text.get()) : nullptr);
  }
  if (const PyRef type = builtin_exception(error.python_type)) {
    if (PyRef exception = make_exception(type.get(), error.message)) {
      return exception;
    }
    PyErr_Clear();  // a type that takes other arguments, such as UnicodeDecodeError
  }
  const bool is_named = !error.python_type.empty() && error.python_type != "RuntimeError";
  return make_exception(PyExc_RuntimeError,
                        is_named ? error.python_type + ": " + error.message : error.message);
}

void raise(const PyRef& exception, const Error& error) {
  if (!exception) {
    return;  // the exception that prevented it is set already
  }
  if (!error.traceback.empty()) {
    const PyRef note = as_str("where it was raised:\n" + error.traceback);
    if (!note || !PyRef::steal(PyObject_CallMethod(exception.get(), "add_note", "O", note.get()))) {
      PyErr_Clear();
    }
  }
  PyErr_SetRaisedException(PyRef(exception).release());
}

}  // namespace

void raise_in_python(const Error& error) {
  if (raise_origin(error)) {
    return;
  }
  raise(error.code == ErrorCode::kScriptRaised
            ? exception_by_name(error)
            : make_exception(exception_for(error.code), error.message),
        error);
}

}  // namespace hookline::detail
