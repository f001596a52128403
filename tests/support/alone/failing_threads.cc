#include "tests/support/alone/failing_threads.h"

#include <dlfcn.h>
#include <pthread.h>

#include <atomic>
#include <cerrno>

#include "marshal/sanitizer.h"

namespace hookline::test {
namespace {

constinit std::atomic<bool> all_fail{false};

}  // namespace

void FailingThreads::arm() noexcept { all_fail = true; }

void FailingThreads::disarm() noexcept { all_fail = false; }

}  // namespace hookline::test

#if !HOOKLINE_TSAN && !HOOKLINE_ASAN
// NOLINTNEXTLINE(misc-use-internal-linkage, readability-inconsistent-declaration-parameter-name)
extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes,
                              void* (*main)(void*), void* argument) noexcept {
  using Create = int(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static auto* const kCreate = reinterpret_cast<Create*>(dlsym(RTLD_NEXT, "pthread_create"));
  return hookline::test::all_fail ? EAGAIN : kCreate(thread, attributes, main, argument);
}
#endif
