#pragma once

#include <cstdint>

namespace hookline::detail {

// Makes Python count its memory for the interpreters that ask for it (memory_book.h): the arenas of
// 1 MiB from which small objects come, and what it takes from malloc, which are all blocks of more
// than 512 bytes. May be called again. REQUIRES: Python is configured to use its own allocator, but
// has not allocated anything yet.
void count_memory();

// Gives pages that malloc keeps although nothing is in them back to the system. Takes milliseconds,
// and other threads may have to wait for malloc meanwhile.
void give_back_free_memory() noexcept;

// Gives the arenas of an interpreter back to the system. CPython does that only if no object at all
// is left in them, and a few always are. They stay if the interpreter's account says that they are
// pinned. REQUIRES: the interpreter had arenas of its own and has ended, its account is open, and
// nothing refers to an object of it.
void release_arenas(std::int64_t interpreter);

}  // namespace hookline::detail
