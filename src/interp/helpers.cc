#include "interp/helpers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "interp/py_error.h"

namespace hookline::detail {

namespace {

// Raises SystemExit in a thread of this interpreter; does nothing if there is no such thread.
PyObject* interrupt(PyObject* /*module*/, PyObject* ident) {
  const unsigned long number = PyLong_AsUnsignedLong(ident);
  if (PyErr_Occurred() != nullptr) {
    return nullptr;
  }
  PyThreadState_SetAsyncExc(number, PyExc_SystemExit);
  Py_RETURN_NONE;
}

// Returns {ident: frame} of the threads of this interpreter.
PyObject* current_frames(PyObject* /*module*/, PyObject* /*unused*/) {
  PyRef frames = PyRef::steal(PyDict_New());
  PyThreadState* state = PyInterpreterState_ThreadHead(PyInterpreterState_Get());
  for (; frames && state != nullptr; state = PyThreadState_Next(state)) {
    const PyRef frame = PyRef::steal(reinterpret_cast<PyObject*>(PyThreadState_GetFrame(state)));
    const PyRef ident = PyRef::steal(PyLong_FromUnsignedLong(state->thread_id));
    if (frame && (!ident || PyDict_SetItem(frames.get(), ident.get(), frame.get()) < 0)) {
      return nullptr;
    }
  }
  return frames.release();
}

// Adds the functions that cannot be written in Python. Returns false with an exception set.
bool add_builtins(PyObject* globals) {
  static auto methods = std::to_array<PyMethodDef>({
      {"interrupt", &interrupt, METH_O, "Raises SystemExit in a thread at its next step."},
      {"current_frames", &current_frames, METH_NOARGS, "{ident: frame}"},
  });
  return std::ranges::all_of(methods, [globals](PyMethodDef& method) {
    const PyRef function = PyRef::steal(PyCFunction_New(&method, nullptr));
    return function && PyDict_SetItemString(globals, method.ml_name, function.get()) == 0;
  });
}

bool run_source(const char* source, PyObject* globals) {
  const PyRef code = PyRef::steal(Py_CompileString(source, kHelpersFile, Py_file_input));
  return code && run_code(code.get(), globals);
}

PyRef run_sources() {
  PyRef globals = PyRef::steal(Py_BuildValue("{s:s}", "__name__", "_hookline"));
  const bool done = globals && add_builtins(globals.get()) &&
                    run_source(kThreadHelpersSource, globals.get()) &&
                    run_source(kInterruptSource, globals.get()) &&
                    run_source(kHelpersSource, globals.get());
  return done ? std::move(globals) : PyRef();
}

}  // namespace

Result<Helpers> Helpers::create(bool stdout_to_stderr, bool in_main) {
  PyRef globals = run_sources();
  if (!globals) {
    return std::unexpected(take_python_error());
  }
  Helpers helpers(std::move(globals));
  if (!helpers.call("prepare", "(ii)", stdout_to_stderr ? 1 : 0, in_main ? 1 : 0)) {
    return std::unexpected(take_python_error());
  }
  return helpers;
}

PyRef Helpers::get(const char* name) const {
  PyObject* found = nullptr;
  (void)PyDict_GetItemStringRef(globals_.get(), name, &found);
  if (found == nullptr && PyErr_Occurred() == nullptr) {
    PyErr_SetString(PyExc_KeyError, name);
  }
  return PyRef::steal(found);
}

PyRef Helpers::call_with(const char* function, const PyRef& args) const {
  if (!args) {
    return {};
  }
  PyObject* callable = PyDict_GetItemString(globals_.get(), function);
  return PyRef::steal(PyObject_CallObject(callable, args.get()));
}

// PyEval_EvalCode does not put `__builtins__` into the globals, where PyImport_Import looks for it.
// C modules such as _pickle call that function on behalf of the running code.
PyRef run_code(PyObject* code, PyObject* globals) {
  if (PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) != 0) {
    return {};
  }
  return PyRef::steal(PyEval_EvalCode(code, globals, globals));
}

}  // namespace hookline::detail
