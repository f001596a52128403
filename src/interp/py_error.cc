#include "interp/py_error.h"

#include <memory>
#include <string>
#include <utility>

#include "interp/handle_table.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

class PythonOrigin final : public ErrorOrigin {
 public:
  explicit PythonOrigin(Handle exception) : exception_(std::move(exception)) {}
  [[nodiscard]] const Handle& exception() const { return exception_; }

 private:
  Handle exception_;
};

// The functions below run code of the script (a __str__, a __repr__), so any of them can fail.
// Their exceptions are dropped in favour of the one that is being described.

PyRef attribute(PyObject* object, const char* name) {
  PyRef value = PyRef::steal(PyObject_GetAttrString(object, name));
  if (!value) {
    PyErr_Clear();
  }
  return value;
}

std::string text_of(PyObject* object) {
  const PyRef text = PyRef::steal(PyObject_Str(object));
  if (!text) {
    PyErr_Clear();
    return "<the exception's __str__ failed>";
  }
  return display_text(text.get(), kLongestErrorText);
}

// Returns the joined lines of `traceback.format_exception`; empty if that fails.
std::string formatted(PyObject* exception) {
  const PyRef module = PyRef::steal(PyImport_ImportModule("traceback"));
  const PyRef lines =
      module ? PyRef::steal(PyObject_CallMethod(module.get(), "format_exception", "O", exception))
             : PyRef();
  const PyRef separator = lines ? PyRef::steal(PyUnicode_FromString("")) : PyRef();
  const PyRef text =
      separator ? PyRef::steal(PyUnicode_Join(separator.get(), lines.get())) : PyRef();
  if (!text) {
    PyErr_Clear();
    return {};
  }
  return display_text(text.get(), kLongestErrorText);
}

std::string frame_line(PyObject* traceback) {
  const PyRef frame = attribute(traceback, "tb_frame");
  const PyRef code = frame ? attribute(frame.get(), "f_code") : PyRef();
  const PyRef file = code ? attribute(code.get(), "co_filename") : PyRef();
  const PyRef function = code ? attribute(code.get(), "co_name") : PyRef();
  const PyRef line = attribute(traceback, "tb_lineno");
  if (!file || !function || !line) {
    return "  <unknown frame>\n";
  }
  return "  File \"" + text_of(file.get()) + "\", line " + text_of(line.get()) + ", in " +
         text_of(function.get()) + '\n';
}

// Returns files and lines only. It is used if the traceback module fails: the script may have
// broken it, or there is no memory.
std::string plain_traceback(PyObject* exception, const Error& error) {
  std::string text = "Traceback (most recent call last):\n";
  PyRef traceback = PyRef::steal(PyException_GetTraceback(exception));
  while (traceback && traceback.get() != Py_None && text.size() < kLongestErrorText) {
    text += frame_line(traceback.get());
    traceback = attribute(traceback.get(), "tb_next");
  }
  return text + error.python_type + ": " + error.message + '\n';
}

}  // namespace

Error take_python_error() {
  const PyRef exception = PyRef::steal(PyErr_GetRaisedException());
  Error error{.code = ErrorCode::kScriptRaised};
  if (!exception) {
    error.message = "a call failed without an exception";
    return error;
  }
  error.python_type = type_name(exception.get());
  error.message = text_of(exception.get());
  error.traceback = formatted(exception.get());
  if (error.traceback.empty()) {
    error.traceback = plain_traceback(exception.get(), error);
  }
  if (HandleTable* handles = HandleTable::current()) {
    error.origin = std::make_shared<PythonOrigin>(handles->keep(exception));
  }
  return error;
}

bool raise_origin(const Error& error) {
  const auto* origin = dynamic_cast<const PythonOrigin*>(error.origin.get());
  HandleTable* handles = origin != nullptr ? HandleTable::current() : nullptr;
  PyRef exception = handles != nullptr ? handles->open(origin->exception()) : PyRef();
  if (!exception) {
    return false;
  }
  PyErr_SetRaisedException(exception.release());
  return true;
}

}  // namespace hookline::detail
