#pragma once

#include <span>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "interp/runtime.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Adds to the modules that Python will know as built in. CPython keeps them for the whole life of
// the process, over Py_FinalizeEx too, so what was added before is left alone. kBadArguments if a
// name now means another module. REQUIRES: Python is not running.
[[nodiscard]] Result<void> add_builtin_modules(std::span<const BuiltinModule> modules);

// Whether every one of `modules` has been added; kBadArguments with the name of one that has not.
[[nodiscard]] Result<void> check_builtin_modules(std::span<const BuiltinModule> modules);

// Starts Python on the calling thread, which is attached to the main interpreter afterwards.
[[nodiscard]] Result<void> initialize_python(bool use_system_malloc);

// Attaches the calling thread to the main interpreter, through a thread state of its own.
class MainInterpreterLock {
 public:
  MainInterpreterLock();
  ~MainInterpreterLock();
  MainInterpreterLock(const MainInterpreterLock&) = delete;
  MainInterpreterLock& operator=(const MainInterpreterLock&) = delete;
};

}  // namespace hookline::detail
