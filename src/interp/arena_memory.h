#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace hookline::detail {

// Counts the arenas of Python's object allocator, per interpreter. May be called again. REQUIRES:
// Python is not running yet, and will use that allocator.
void count_arena_memory();

// A number that no interpreter has.
inline constexpr std::int64_t kNoInterpreter = -1;

// Returns the memory of the interpreter with this number (Interpreter::number), in bytes: arenas of
// 1 MiB each, which hold all objects of up to 512 bytes. Larger blocks, such as the text of a long
// string or the table of a large dict, come from malloc and are not counted, since malloc does not
// know which interpreter they belong to. Returns nullopt if the interpreter has no arenas of its
// own.
//
// Thread safety: any thread.
[[nodiscard]] std::optional<std::size_t> arena_memory(std::int64_t interpreter);

}  // namespace hookline::detail
