#include "interp/import_refusals.h"

#include "interp/memory_book.h"
#include "interp/py_error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

// Calls the function that it stands in for, which is its self. It is in C, so that the tracebacks
// of scripts do not show it.
PyObject* create_dynamic(PyObject* original, PyObject* const* args, Py_ssize_t count,
                         PyObject* names) {
  PyObject* const module =
      PyObject_Vectorcall(original, args, static_cast<std::size_t>(count), names);
  if (module == nullptr) {
    memory_account_here().pin_arenas();
  }
  return module;
}

PyMethodDef method = {
    .ml_name = "create_dynamic",
    // The type of the pointer depends on the flags.
    // NOLINTNEXTLINE(bugprone-casting-through-void)
    .ml_meth = reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(&create_dynamic)),
    .ml_flags = METH_FASTCALL | METH_KEYWORDS,
    .ml_doc = nullptr};

}  // namespace

Result<void> watch_for_import_refusals() {
  const PyRef imp = PyRef::steal(PyImport_ImportModule("_imp"));
  const PyRef original =
      imp ? PyRef::steal(PyObject_GetAttrString(imp.get(), method.ml_name)) : PyRef();
  const PyRef watched = original ? PyRef::steal(PyCFunction_New(&method, original.get())) : PyRef();
  if (!watched || PyObject_SetAttrString(imp.get(), method.ml_name, watched.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return {};
}

}  // namespace hookline::detail
