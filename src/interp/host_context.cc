#include "interp/host_context.h"

#include "interp/py_error.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {
namespace {

constexpr const char* kContextKey = "hookline.host_context";

}  // namespace

Result<void> set_host_context(void* context) {
  if (context == nullptr) {
    return {};
  }
  const PyRef capsule = PyRef::steal(PyCapsule_New(context, kContextKey, nullptr));
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (!capsule || dict == nullptr || PyDict_SetItemString(dict, kContextKey, capsule.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return {};
}

void* host_context() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject* capsule = dict != nullptr ? PyDict_GetItemString(dict, kContextKey) : nullptr;
  return capsule != nullptr ? PyCapsule_GetPointer(capsule, kContextKey) : nullptr;
}

void forget_host_context() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (dict != nullptr && PyDict_PopString(dict, kContextKey, nullptr) < 0) {
    PyErr_Clear();
  }
}

}  // namespace hookline::detail
