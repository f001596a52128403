#include "tests/support/alone/failing_malloc.h"

#include <atomic>
#include <cstddef>
#include <cstdlib>

#include "marshal/sanitizer.h"

namespace hookline::test {
namespace {

constinit std::atomic<std::size_t> call_count{0};
// The allocations of the thread that succeed before all others fail; -1: all succeed.
constinit thread_local int allocations_left = -1;

[[maybe_unused]] bool may_allocate() noexcept {  // not used under a sanitizer
  call_count.fetch_add(1, std::memory_order_relaxed);
  if (allocations_left > 0) {
    --allocations_left;
    return true;
  }
  return allocations_left != 0;
}

}  // namespace

std::size_t FailingMalloc::calls() noexcept { return call_count.load(); }

void FailingMalloc::arm(int allowed) noexcept { allocations_left = allowed; }

void FailingMalloc::disarm() noexcept { allocations_left = -1; }

}  // namespace hookline::test

#if !HOOKLINE_TSAN && !HOOKLINE_ASAN
extern "C" void* __libc_malloc(std::size_t size);  // NOLINT(*-reserved-identifier, *-naming)

extern "C" void* malloc(std::size_t size) noexcept {  // NOLINT(misc-use-internal-linkage)
  return hookline::test::may_allocate() ? __libc_malloc(size) : nullptr;
}
#endif
