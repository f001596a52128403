#pragma once

#include <memory>

#include "bench/form.h"
#include "marshal/py_ref.h"

namespace hookline::bench {

using namespace detail;

// Imports bench/scripts/events.py into the interpreter that the calling thread is attached to.
[[nodiscard]] PyRef import_events();
// Looks up the form's function, calls it with a tuple of the arguments, and reads the result.
// Returns false if the function is missing or raises. REQUIRES: the thread is attached.
[[nodiscard]] bool call_by_name(PyObject* module, Form form);

// Calls scripts in the classical way: all sub-interpreters share one GIL, and the hub's thread runs
// the function itself. For each event it takes the GIL, swaps in the script's thread state, looks
// up the function by name, builds a tuple of the arguments, calls the function, reads the result,
// swaps back and releases the GIL.
//
// Thread affinity: one thread, which is not attached to another interpreter.
class ClassicScript {
 public:
  ClassicScript();
  ClassicScript(const ClassicScript&) = delete;
  ClassicScript& operator=(const ClassicScript&) = delete;
  ~ClassicScript();

  // Returns false if the call failed.
  [[nodiscard]] bool call(Form form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::bench
