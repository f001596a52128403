#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// Makes types that replace threading.Lock and threading.RLock, whose waits in C no interrupt ends.
// These wait for half a second at a time, and then call `between`, a function of Python without
// arguments: there an exception that was set for the waiting thread is raised. They are as quick as
// those of CPython, and pass its tests.
//
// Returns (Lock, RLock), or null with an exception set. REQUIRES: an interpreter is attached.
[[nodiscard]] PyRef make_lock_types(PyObject* between);

}  // namespace hookline::detail
