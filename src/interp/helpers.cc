#include "interp/helpers.h"

#include <utility>

#include "interp/py_error.h"
#include "interp/run_code.h"

namespace hookline {

namespace {

PyRef run_source() {
  PyRef globals = PyRef::steal(Py_BuildValue("{s:s}", "__name__", "_hookline"));
  const PyRef code = PyRef::steal(Py_CompileString(kHelpersSource, kHelpersFile, Py_file_input));
  if (!globals || !code) {
    return {};
  }
  const PyRef done = run_code(code.get(), globals.get());
  return done ? globals : PyRef();
}

}  // namespace

Result<Helpers> Helpers::create(bool stdout_to_stderr, bool in_main) {
  PyRef globals = run_source();
  if (!globals) {
    return std::unexpected(take_python_error());
  }
  Helpers helpers(std::move(globals));
  if (!helpers.call("prepare", "(ii)", stdout_to_stderr ? 1 : 0, in_main ? 1 : 0)) {
    return std::unexpected(take_python_error());
  }
  return helpers;
}

PyRef Helpers::call_with(const char* function, const PyRef& args) const {
  if (!args) {
    return {};
  }
  PyObject* callable = PyDict_GetItemString(globals_.get(), function);
  return PyRef::steal(PyObject_CallObject(callable, args.get()));
}

}  // namespace hookline
