#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookline::detail {

// Has the arenas of Python's object allocator counted for each interpreter. REQUIRES: Python is not
// running, and will use that allocator. May be called again.
void count_arena_memory();

// What the objects of the interpreter with this number (Interpreter::number) have been given, in
// bytes: arenas of 1 MiB each, in which all of up to 512 bytes lies. Larger blocks, such as the
// text of a long string or the table of a large dict, come from malloc, which does not say whose
// they are: they are not in it. Nothing if the interpreter does not have arenas of its own.
//
// Thread safety: any thread.
inline constexpr std::int64_t kNoInterpreter = -1;
[[nodiscard]] std::optional<std::size_t> arena_memory(std::int64_t interpreter);

}  // namespace hookline::detail
