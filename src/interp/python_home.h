#pragma once

#include <filesystem>

#include "hookline/error.h"

namespace hookline::detail {

// Finds the interpreter whose standard library Python is to use. Otherwise an embedded CPython
// would look beside the "python3" on the PATH, which may be another version. It tries in this
// order:
//   1. `wanted`, unless it is empty
//   2. the environment variable HOOKLINE_PYTHON, unless it is unset or empty
//   3. the interpreter that belongs to the loaded libpython: <prefix>/bin/python3.13 for
//      <prefix>/lib/libpython3.13.so
//   4. the interpreter with which hookline was configured, if it still exists
// An empty path means that none was found; then the prefix that is compiled into libpython is used.
//
// Fails with kBadArguments if 1 or 2 does not exist or is of another version than the library.
// Thread safety: as for getenv().
[[nodiscard]] Result<std::filesystem::path> find_python(const std::filesystem::path& wanted);

}  // namespace hookline::detail
