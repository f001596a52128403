// Is included before every file of the simulated program (-include). It puts the simulation in the
// place of what the dispatcher synchronizes with, without a change to its sources: inside of the
// namespaces hookline and moodycamel the name `std` finds a namespace that has all of std, but
// other atomics, mutexes and clocks. Functions of the system are found in the same way.
#pragma once

#include <pthread.h>
#include <time.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <thread>
#include <type_traits>

#include "tests/simulate/atomic.h"
#include "tests/simulate/planted.h"
#include "tests/simulate/system.h"
#include "tests/simulate/threads.h"

// NOLINTBEGIN: these names are those that the code uses

namespace hookline::std {
using namespace ::std;
template <class T>
using atomic = ::simulate::Atomic<T>;
using mutex = ::simulate::Mutex;
using ::simulate::atomic_thread_fence;

namespace this_thread {
using namespace ::std::this_thread;
inline void yield(::simulate::Where where = ::simulate::Where::current()) {
  ::simulate::yield(where);
}
}  // namespace this_thread

namespace chrono {
using namespace ::std::chrono;
struct steady_clock {
  using duration = ::std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = ::std::chrono::time_point<steady_clock, duration>;
  static constexpr bool is_steady = true;
  static time_point now() noexcept { return time_point(duration(::simulate::now_ns())); }
};
}  // namespace chrono
}  // namespace hookline::std

namespace hookline {
namespace detail {
template <class Argument>
::std::uintptr_t to_register(Argument argument) {
  if constexpr (::std::is_null_pointer_v<Argument>) {
    return 0;
  } else if constexpr (::std::is_pointer_v<Argument>) {
    return reinterpret_cast<::std::uintptr_t>(argument);
  } else {
    return static_cast<::std::uintptr_t>(argument);
  }
}
template <class... Arguments>
long syscall(long number, Arguments... arguments) {
  const ::std::array<::std::uintptr_t, 6> registers{to_register(arguments)...};
  return ::simulate::system_call(number, registers);
}
inline int pthread_create(pthread_t* thread, const pthread_attr_t* /*attributes*/,
                          void* (*main)(void*), void* argument) {
  return ::simulate::create_thread(thread, main, argument);
}
inline int pthread_join(pthread_t thread, void** /*result*/) {
  return ::simulate::join_thread(thread);
}
inline int pthread_setname_np(pthread_t /*thread*/, const char* name) {
  return ::simulate::name_thread(name);
}
}  // namespace detail
}  // namespace hookline

namespace moodycamel::std {
using namespace ::std;
template <class T>
using atomic = ::simulate::Atomic<T>;
using atomic_flag = ::simulate::AtomicFlag;
using ::simulate::atomic_thread_fence;
inline void* malloc(size_t size) { return ::simulate::allocate(size); }
}  // namespace moodycamel::std

// These cannot be found by a namespace: one is the compiler's, the other is also found by its
// argument.
#define clock_gettime(clock, time) ::simulate::tell_time(time)
#define __builtin_ia32_pause() ::simulate::pause_hint()

// NOLINTEND
