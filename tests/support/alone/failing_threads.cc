#include "tests/support/alone/failing_threads.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>
#include <climits>

#include "marshal/sanitizer.h"

namespace hookline::test {
namespace {

constinit std::atomic<int> left{INT_MAX};

}  // namespace

void FailingThreads::arm(int allowed) noexcept { left = allowed; }

void FailingThreads::disarm() noexcept { left = INT_MAX; }

bool FailingThreads::fails() noexcept {
  int before = left;
  while (before != INT_MAX && before > 0 && !left.compare_exchange_weak(before, before - 1)) {
  }
  return before == 0;
}

}  // namespace hookline::test

#if !HOOKLINE_TSAN && !HOOKLINE_ASAN
// NOLINTNEXTLINE(misc-use-internal-linkage, readability-inconsistent-declaration-parameter-name)
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*main)(void*), void* argument) noexcept {
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static auto* const kCreate = reinterpret_cast<Create*>(dlsym(RTLD_NEXT, "pthread_create"));
  return hookline::test::FailingThreads::fails() ? EAGAIN
                                                 : kCreate(thread, attributes, main, argument);
}
#endif
