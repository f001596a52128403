#include "interp/arena_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <map>
#include <mutex>

#include "marshal/py_ref.h"

namespace hookline::detail {

namespace {

struct Arenas {
  std::mutex mutex;
  std::map<std::int64_t, std::size_t> bytes;  // by interpreter
};

// It is never destroyed, because Python may outlive the static objects of C++.
Arenas& arenas() {
  static Arenas& instance = *new Arenas;
  return instance;
}

// An arena belongs to the interpreter that the thread is attached to, and is also freed there.
void count(std::size_t bytes, bool more) {
  if (PyThreadState_GetUnchecked() == nullptr) {
    return;
  }
  const std::int64_t id = PyInterpreterState_GetID(PyInterpreterState_Get());
  const std::scoped_lock lock(arenas().mutex);
  const auto entry = arenas().bytes.try_emplace(id, 0).first;
  entry->second = more ? entry->second + bytes : entry->second - std::min(bytes, entry->second);
  if (entry->second == 0) {
    arenas().bytes.erase(entry);
  }
}

void* allocate(void* /*context*/, std::size_t size) {
  void* const arena =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (arena == MAP_FAILED) {
    return nullptr;
  }
  count(size, true);
  return arena;
}

void release(void* /*context*/, void* arena, std::size_t size) {
  munmap(arena, size);
  count(size, false);
}

}  // namespace

void count_arena_memory() {
  PyObjectArenaAllocator allocator{.ctx = nullptr, .alloc = &allocate, .free = &release};
  PyObject_SetArenaAllocator(&allocator);
}

std::optional<std::size_t> arena_memory(std::int64_t interpreter) {
  const std::scoped_lock lock(arenas().mutex);
  const auto found = arenas().bytes.find(interpreter);
  return found != arenas().bytes.end() ? std::optional(found->second) : std::nullopt;
}

}  // namespace hookline::detail
