#pragma once

#include <filesystem>

#include "hookline/result.h"

namespace hookline::detail {

// Finds the interpreter beside whose standard library Python is to run. An embedded CPython would
// otherwise look next to whatever "python3" on the PATH is, which may be another version. In this
// order:
//   1. `wanted`, unless it is empty
//   2. the environment variable HOOKLINE_PYTHON, unless it is unset or empty
//   3. the interpreter that belongs to the libpython that is loaded, as
//      <prefix>/bin/python3.13 to <prefix>/lib/libpython3.13.so
//   4. the interpreter with which hookline was configured, if it still exists
// An empty path means that none was found: the prefix that is compiled into libpython has to do.
//
// kBadArguments if 1 or 2 does not exist or is of another version than the library. Thread safety:
// as for getenv().
[[nodiscard]] Result<std::filesystem::path> find_python(const std::filesystem::path& wanted);

}  // namespace hookline::detail
