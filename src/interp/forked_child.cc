#include "interp/forked_child.h"

#include <unistd.h>

#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

void flush(const char* stream) {
  PyObject* const file = PySys_GetObject(stream);
  if (file != nullptr && !PyRef::steal(PyObject_CallMethod(file, "flush", nullptr))) {
    PyErr_Clear();
  }
}

// Returns the exit code that a SystemExit asks for. REQUIRES: it is the exception that is set.
int code_of_exit() {
  const PyRef exit = PyRef::steal(PyErr_GetRaisedException());
  const PyRef code = PyRef::steal(PyObject_GetAttrString(exit.get(), "code"));
  if (!code || code.get() == Py_None) {
    return 0;
  }
  return PyLong_Check(code.get()) != 0 ? static_cast<int>(PyLong_AsLong(code.get())) : 1;
}

}  // namespace

void leave_forked_child() noexcept {
  int status = 0;
  if (PyErr_ExceptionMatches(PyExc_SystemExit) != 0) {
    status = code_of_exit();
  } else if (PyErr_Occurred() != nullptr) {
    PyErr_Print();
    status = 1;
  }
  flush("stdout");
  flush("stderr");
  ::_exit(status);
}

}  // namespace hookline::detail
