#pragma once

#include <filesystem>
#include <span>
#include <string>

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Runtime uses these functions to start the one Python of this process.

// Starts Python with the standard library of `executable` (see find_python()), and imports the C
// modules that must not be imported in a sub-interpreter first. Afterwards the calling thread is
// attached to the main interpreter.
[[nodiscard]] Result<void> initialize_python(const std::filesystem::path& executable,
                                             bool use_system_malloc);

// Imports further modules. Fails with kBadArguments and the reason if an import fails. REQUIRES:
// the calling thread is attached to the main interpreter.
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
