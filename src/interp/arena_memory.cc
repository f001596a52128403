#include "interp/arena_memory.h"

#include <sys/mman.h>

#include <map>
#include <mutex>

#include "interp/arena_release.h"
#include "marshal/py_ref.h"

namespace hookline {

namespace {

struct Arena {
  std::int64_t interpreter = kNoInterpreter;
  std::size_t size = 0;
};

struct Arenas {
  std::mutex mutex;
  std::map<void*, Arena> live;
};

// Never destroyed: Python may outlive all of C++'s statics.
Arenas& arenas() {
  static Arenas& instance = *new Arenas;
  return instance;
}

// While Python starts there is no interpreter yet.
std::int64_t current_interpreter() {
  return PyThreadState_GetUnchecked() != nullptr
             ? PyInterpreterState_GetID(PyInterpreterState_Get())
             : kNoInterpreter;
}

void* allocate(void* /*context*/, std::size_t size) {
  void* const arena =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED) {
    return nullptr;
  }
  const std::int64_t interpreter = current_interpreter();
  const std::scoped_lock lock(arenas().mutex);
  arenas().live[arena] = {.interpreter = interpreter, .size = size};
  return arena;
}

void release(void* /*context*/, void* arena, std::size_t size) {
  // Before it is unmapped: another thread may get the same address at once.
  {
    const std::scoped_lock lock(arenas().mutex);
    arenas().live.erase(arena);
  }
  munmap(arena, size);
}

}  // namespace

void count_arena_memory() {
  PyObjectArenaAllocator allocator{.ctx = nullptr, .alloc = &allocate, .free = &release};
  PyObject_SetArenaAllocator(&allocator);
}

std::optional<std::size_t> arena_memory(std::int64_t interpreter) {
  std::size_t bytes = 0;
  const std::scoped_lock lock(arenas().mutex);
  for (const auto& [address, arena] : arenas().live) {
    bytes += arena.interpreter == interpreter ? arena.size : 0;
  }
  return bytes != 0 && interpreter != kNoInterpreter ? std::optional(bytes) : std::nullopt;
}

void release_arenas(std::int64_t interpreter) {
  const std::scoped_lock lock(arenas().mutex);
  std::erase_if(arenas().live, [interpreter](const auto& entry) {
    const auto& [address, arena] = entry;
    if (arena.interpreter != interpreter) {
      return false;
    }
    munmap(address, arena.size);
    return true;
  });
}

}  // namespace hookline
