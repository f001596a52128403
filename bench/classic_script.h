#pragma once

#include <memory>

#include "bench/form.h"

namespace hookline::bench {

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
  bool call(Form form);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::bench
