#pragma once

#include <pthread.h>
#include <time.h>

#include <array>
#include <cstddef>
#include <cstdint>

#include "tests/simulate/world.h"

namespace simulate {

// Simulates the system and the processor. `registers` are the arguments of a system call, of which
// it knows futex and membarrier.
[[nodiscard]] long system_call(long number, const std::array<std::uintptr_t, 6>& registers);
[[nodiscard]] int create_thread(pthread_t* thread, void* (*main)(void*), void* argument);
int join_thread(pthread_t thread);
int name_thread(const char* name);
void yield(Where where = Where::current());
// Counts as a yield when it is called many times in a row.
void pause_hint();
[[nodiscard]] std::int64_t now_ns();
// Is the malloc of the queues: returns nullptr now and then if the scenario lets memory run out.
[[nodiscard]] void* allocate(std::size_t size);
void tell_time(timespec* time);

}  // namespace simulate
