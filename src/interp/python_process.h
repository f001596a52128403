#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "hookline/result.h"
#include "interp/runtime.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Helpers of Runtime that start the one Python of this process.

// Registers modules as built into Python. CPython keeps them for the whole life of the process,
// over Py_FinalizeEx too, so a module that was added before is left alone. kBadArguments if the
// name was given to another module before. REQUIRES: Python is not running.
[[nodiscard]] Result<void> add_builtin_modules(std::span<const BuiltinModule> modules);

// Succeeds if all of `modules` have been added; otherwise kBadArguments names one that has not.
[[nodiscard]] Result<void> check_builtin_modules(std::span<const BuiltinModule> modules);

// Starts Python with the standard library of `executable` (see find_python()) and imports the C
// modules that are not safe to import in a sub-interpreter first. The calling thread is attached to
// the main interpreter afterwards.
[[nodiscard]] Result<void> initialize_python(const std::filesystem::path& executable,
                                             bool use_system_malloc);

// Imports further modules; kBadArguments with the reason if one fails. REQUIRES: attached to the
// main interpreter.
[[nodiscard]] Result<void> pre_import(std::span<const std::string> names);

// Attaches the calling thread to the main interpreter while it lives, with a thread state of its
// own.
class MainInterpreterLock {
 public:
  MainInterpreterLock();
  ~MainInterpreterLock();
  MainInterpreterLock(const MainInterpreterLock&) = delete;
  MainInterpreterLock& operator=(const MainInterpreterLock&) = delete;
};

}  // namespace hookline::detail
