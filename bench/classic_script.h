#pragma once

#include <memory>

#include "bench/form.h"
#include "marshal/py_ref.h"

namespace hookline::bench {

using namespace detail;

// bench/scripts/events.py as a module of the interpreter that the calling thread is attached to.
[[nodiscard]] PyRef import_events();
// Looks the form's function up, calls it with a tuple of the arguments, and reads the result.
// REQUIRES: attached. False: it raised, or is not there.
[[nodiscard]] bool call_by_name(PyObject* module, Form form);

// How scripts are called classically: sub-interpreters that all share the one GIL, and the hub's
// thread itself runs the function, before it goes on. For each event it takes the GIL, swaps in the
// script's thread state, looks the function up by name, builds a tuple of the arguments, calls,
// reads the result, swaps back and releases.
//
// Thread affinity: one thread, attached to no other interpreter.
class ClassicScript {
 public:
  ClassicScript();
  ClassicScript(const ClassicScript&) = delete;
  ClassicScript& operator=(const ClassicScript&) = delete;
  ~ClassicScript();

  // False: it failed.
  [[nodiscard]] bool call(Form form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::bench
