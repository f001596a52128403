#include "interp/run_code.h"

namespace hookline::detail {

// PyEval_EvalCode leaves `__builtins__` out of the globals, and PyImport_Import, which C modules
// such as _pickle use on behalf of the code that calls them, looks for it just there.
PyRef run_code(PyObject* code, PyObject* globals) {
  if (PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins()) != 0) {
    return {};
  }
  return PyRef::steal(PyEval_EvalCode(code, globals, globals));
}

}  // namespace hookline::detail
