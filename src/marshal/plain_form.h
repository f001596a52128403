#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// What an object that is none of the kinds of Value is copied as: a fresh object with the same
// content, of a built-in type or once more of some other kind. docs/values.md has the table.
//
// Null without an exception: there is no such form. Null with an exception: making it failed. May
// run code of the script: a property of a dataclass, a __str__.
// REQUIRES: the calling thread is attached to the interpreter of `object`.
[[nodiscard]] PyRef plain_form(PyObject* object);

}  // namespace hookline::detail
