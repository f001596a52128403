#pragma once

#include <span>

namespace hookline::detail {

// The C modules of the standard library that scripts plausibly use. Some have state that is shared
// by all interpreters and set up at the first import, without a lock: two sub-interpreters that do
// this at once can crash (`datetime`: every time). Imported once in the main interpreter, they are
// safe. One that a given build of Python lacks is skipped. Left out are those that refuse a GIL of
// their own (_curses, _tkinter, _tracemalloc, faulthandler, readline) and the test modules.
[[nodiscard]] std::span<const char* const> standard_pre_imports() noexcept;

}  // namespace hookline::detail
