#include "interp/helpers.h"

#include <marshal.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "interp/crash_handler.h"
#include "interp/forked_child.h"
#include "interp/open_files.h"
#include "interp/py_error.h"
#include "interp/script_locks.h"
#include "interp/standard_descriptors.h"

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

// Says that this process is a child that the script has forked.
PyObject* note_forked(PyObject* /*module*/, PyObject* /*unused*/) {
  is_forked_child().store(true, std::memory_order_relaxed);
  Py_RETURN_NONE;
}

// Is called first on each thread that the script starts.
PyObject* note_thread(PyObject* /*module*/, PyObject* name) {
  const char* const text = PyUnicode_AsUTF8(name);
  if (text == nullptr) {
    PyErr_Clear();
  }
  prepare_script_thread(text != nullptr ? text : "?");
  Py_RETURN_NONE;
}

// Writes all bytes to a descriptor, or gives up when nobody reads them for a while.
PyObject* write_output(PyObject* /*module*/, PyObject* args) {
  int descriptor = -1;
  Py_buffer bytes{};
  if (PyArg_ParseTuple(args, "iy*", &descriptor, &bytes) == 0) {
    return nullptr;
  }
  {
    PyThreadState* const state = PyEval_SaveThread();
    write_patiently(descriptor,
                    {static_cast<const char*>(bytes.buf), static_cast<std::size_t>(bytes.len)});
    PyEval_RestoreThread(state);
  }
  PyBuffer_Release(&bytes);
  Py_RETURN_NONE;
}

// Returns {descriptor: (device, inode)} of what is open, but for sockets and the like.
PyObject* list_open_files(PyObject* /*module*/, PyObject* /*unused*/) {
  PyRef files = PyRef::steal(PyDict_New());
  for (const OpenFile& file : open_files()) {
    const PyRef descriptor = PyRef::steal(PyLong_FromLong(file.descriptor));
    const PyRef identity =
        PyRef::steal(Py_BuildValue("KK", static_cast<unsigned long long>(file.device),
                                   static_cast<unsigned long long>(file.inode)));
    if (!files || !descriptor || !identity ||
        PyDict_SetItem(files.get(), descriptor.get(), identity.get()) != 0) {
      return nullptr;
    }
  }
  return files.release();
}

// Stands in for open(), with `pair`, the real function and the guard of one for a descriptor. It is
// written in C, because that leaves no trace of it in the many tracebacks of files that are
// missing.
PyObject* open_guarded(PyObject* pair, PyObject* const* args, Py_ssize_t count, PyObject* names) {
  const bool has_number = count > 0 && PyLong_CheckExact(args[0]) != 0;
  return PyObject_Vectorcall(PyTuple_GET_ITEM(pair, has_number ? 1 : 0), args,
                             static_cast<std::size_t>(count), names);
}

PyObject* guarded_open(PyObject* /*module*/, PyObject* pair) {
  static PyMethodDef method{"open", as_function(&open_guarded), METH_FASTCALL | METH_KEYWORDS,
                            "Opens a file: see the documentation of Python."};
  return PyCFunction_New(&method, pair);
}

PyObject* lock_types(PyObject* /*module*/, PyObject* between) {
  return make_lock_types(between).release();
}

// Adds the functions that cannot be written in Python. Returns false with an exception set.
bool add_builtins(PyObject* globals) {
  static auto methods = std::to_array<PyMethodDef>({
      {"interrupt", &interrupt, METH_O, "Raises SystemExit in a thread at its next step."},
      {"current_frames", &current_frames, METH_NOARGS, "{ident: frame}"},
      {"note_thread", &note_thread, METH_O, "Says which script this thread belongs to."},
      {"write_output", &write_output, METH_VARARGS, "Writes bytes to a descriptor."},
      {"open_files", &list_open_files, METH_NOARGS, "{descriptor: (device, inode)}"},
      {"guarded_open", &guarded_open, METH_VARARGS, "Makes an open() of two."},
      {"lock_types", &lock_types, METH_O, "Makes (Lock, RLock), whose waits can be interrupted."},
      {"note_forked", &note_forked, METH_NOARGS, "Ends this process when the script returns."},
  });
  return std::ranges::all_of(methods, [globals](PyMethodDef& method) {
    const PyRef function = PyRef::steal(PyCFunction_New(&method, nullptr));
    return function && PyDict_SetItemString(globals, method.ml_name, function.get()) == 0;
  });
}

// Returns the sources as compile_helpers() has compiled them, in CPython's own format, because
// compiling takes several milliseconds for each interpreter. They are written once, before there is
// an interpreter of a script.
std::vector<std::string>& compiled_sources() {
  static auto& sources = *new std::vector<std::string>();  // abandoned threads may run at the end
  return sources;
}

bool run_source(const std::string& compiled, PyObject* globals) {
  const PyRef code = PyRef::steal(
      PyMarshal_ReadObjectFromString(compiled.data(), static_cast<Py_ssize_t>(compiled.size())));
  return code && run_code(code.get(), globals);
}

PyRef run_sources() {
  PyRef globals = PyRef::steal(Py_BuildValue("{s:s}", "__name__", "_hookline"));
  const bool done = globals && add_builtins(globals.get()) &&
                    std::ranges::all_of(compiled_sources(), [&globals](const std::string& source) {
                      return run_source(source, globals.get());
                    });
  return done ? std::move(globals) : PyRef();
}

}  // namespace

Result<void> compile_helpers() {
  if (!compiled_sources().empty()) {
    return {};
  }
  std::vector<std::string> sources;
  for (const char* source : {kThreadHelpersSource, kInterruptSource, kSocketWaitsSource,
                             kGuardKindsSource, kGuardSource, kOutputSource, kHelpersSource}) {
    const PyRef code = PyRef::steal(Py_CompileString(source, kHelpersFile, Py_file_input));
    const PyRef bytes =
        code ? PyRef::steal(PyMarshal_WriteObjectToString(code.get(), Py_MARSHAL_VERSION))
             : PyRef();
    if (!bytes) {
      return std::unexpected(take_python_error());
    }
    sources.emplace_back(PyBytes_AS_STRING(bytes.get()),
                         static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get())));
  }
  compiled_sources() = std::move(sources);
  return {};
}

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
  PyRef result = PyRef::steal(PyEval_EvalCode(code, globals, globals));
  end_forked_child();
  return result;
}

}  // namespace hookline::detail
