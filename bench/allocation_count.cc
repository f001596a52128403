#include "bench/allocation_count.h"

#include <atomic>
#include <cerrno>
#include <cstddef>

namespace {

// Read at each malloc of everything that is measured, and hardly ever written: costs nothing there.
constinit std::atomic<bool> counting{false};
alignas(64) constinit std::atomic<std::int64_t> allocations{0};

[[maybe_unused]] void note_allocation() {
  if (counting.load(std::memory_order_relaxed)) {
    allocations.fetch_add(1, std::memory_order_relaxed);
  }
}

}  // namespace

// A sanitizer has a malloc of its own; there nothing is counted.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
// NOLINTBEGIN(*-reserved-identifier, *-naming, misc-use-internal-linkage,
// readability-inconsistent-declaration-parameter-name)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) {
  note_allocation();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note_allocation();
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) {
  note_allocation();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note_allocation();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) {
  note_allocation();
  *out = __libc_memalign(alignment, size);
  return *out == nullptr ? ENOMEM : 0;
}
}
// NOLINTEND(*-reserved-identifier, *-naming, misc-use-internal-linkage,
// readability-inconsistent-declaration-parameter-name)
#endif

namespace hookline::bench {

AllocationCount::AllocationCount() {
  allocations = 0;
  counting = true;
}

AllocationCount::~AllocationCount() { counting = false; }

std::int64_t AllocationCount::so_far() const { return allocations.load(std::memory_order_relaxed); }

}  // namespace hookline::bench
