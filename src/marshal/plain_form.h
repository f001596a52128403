#pragma once

#include "marshal/py_ref.h"

namespace hookline::detail {

// Makes the object that is copied in place of one whose type is not a kind of Value: a fresh object
// with the same content, of a built-in type or of another type that has a plain form.
// docs/values.md has the table.
//
// Returns null without an exception if there is no such form, and null with an exception if making
// it failed. This may run code of the script (a property of a dataclass, a __str__). REQUIRES: the
// calling thread is attached to the interpreter of `object`.
[[nodiscard]] PyRef plain_form(PyObject* object);

}  // namespace hookline::detail
