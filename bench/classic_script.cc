#define PY_SSIZE_T_CLEAN
#include "bench/classic_script.h"

#include <Python.h>

#include <string>

#include "bench/python.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr const char* name_of(Form form) {
  return form == Form::kOneText ? "OnUserLogin" : "OnParsedMsgChat";
}

PyRef build_arguments(Form form) {
  // Hubs have text that ends with a NUL.
  static const std::string kNickText(kNick);
  static const std::string kMessageText(kMessage);
  return PyRef::steal(form == Form::kOneText
                          ? Py_BuildValue("(s)", kNickText.c_str())
                          : Py_BuildValue("(ss)", kNickText.c_str(), kMessageText.c_str()));
}

}  // namespace

PyRef import_events() {
  const std::string folder = events_script().parent_path().string();
  const PyRef path = PyRef::steal(PyUnicode_FromString(folder.c_str()));
  PyList_Append(PySys_GetObject("path"), path.get());
  return PyRef::steal(PyImport_ImportModule("events"));
}

bool call_by_name(PyObject* module, Form form) {
  const PyRef function = PyRef::steal(PyObject_GetAttrString(module, name_of(form)));
  if (!function || PyCallable_Check(function.get()) == 0) {
    PyErr_Clear();
    return false;
  }
  const PyRef arguments = build_arguments(form);
  const PyRef result = PyRef::steal(PyObject_CallObject(function.get(), arguments.get()));
  if (!result) {
    PyErr_Clear();
    return false;
  }
  return PyLong_Check(result.get()) == 0 || PyLong_AsLong(result.get()) != 0;
}

struct ClassicScript::Impl {
  std::shared_ptr<Runtime> runtime = python();
  PyThreadState* main = nullptr;
  PyThreadState* script = nullptr;
  PyRef module;
};

ClassicScript::ClassicScript() : impl_(std::make_unique<Impl>()) {
  impl_->main = PyThreadState_New(PyInterpreterState_Main());
  PyEval_RestoreThread(impl_->main);
  impl_->script = Py_NewInterpreter();  // shares the GIL
  impl_->module = import_events();
  PyThreadState_Swap(impl_->main);
  PyEval_SaveThread();
}

ClassicScript::~ClassicScript() {
  PyEval_RestoreThread(impl_->main);
  PyThreadState_Swap(impl_->script);
  impl_->module.reset();
  Py_EndInterpreter(impl_->script);
  PyThreadState_Swap(impl_->main);
  PyThreadState_Clear(impl_->main);
  PyThreadState_DeleteCurrent();
}

bool ClassicScript::call(Form form) {
  PyEval_RestoreThread(impl_->main);
  PyThreadState_Swap(impl_->script);
  const bool good = impl_->module && call_by_name(impl_->module.get(), form);
  PyThreadState_Swap(impl_->main);
  PyEval_SaveThread();
  return good;
}

}  // namespace hookline::bench
