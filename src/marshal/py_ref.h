#pragma once

#include <Python.h>

#include <utility>

namespace hookline::detail {

// Owns one reference to a Python object.
//
// REQUIRES: a copy, an assignment, and the destruction of a non-null PyRef happen on a thread that
// is attached to the interpreter of the object.
class PyRef {
 public:
  PyRef() = default;
  // Takes over a reference that the caller owns, as most C API functions return. May be nullptr.
  [[nodiscard]] static PyRef steal(PyObject* object) noexcept { return PyRef(object); }
  // Adds a reference to an object that somebody else keeps alive. May be nullptr.
  [[nodiscard]] static PyRef borrow(PyObject* object) noexcept { return PyRef(Py_XNewRef(object)); }

  PyRef(const PyRef& other) noexcept : object_(Py_XNewRef(other.object_)) {}
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  // The old reference is dropped last, because that may run code that uses this PyRef.
  PyRef& operator=(const PyRef& other) noexcept {
    PyRef(other).swap(*this);
    return *this;
  }
  PyRef& operator=(PyRef&& other) noexcept {
    PyRef(std::move(other)).swap(*this);
    return *this;
  }
  ~PyRef() { Py_XDECREF(object_); }

  [[nodiscard]] PyObject* get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  // Passes the reference to the caller.
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  void reset() noexcept { Py_CLEAR(object_); }
  void swap(PyRef& other) noexcept { std::swap(object_, other.object_); }

 private:
  explicit PyRef(PyObject* object) noexcept : object_(object) {}
  PyObject* object_ = nullptr;
};

// Returns a function as the type that a PyMethodDef has for functions of every signature.
template <class... Args>
[[nodiscard]] PyCFunction as_function(PyObject* (*function)(Args...)) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(function));
}

}  // namespace hookline::detail
