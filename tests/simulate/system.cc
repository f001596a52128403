#include "tests/simulate/system.h"

#include <linux/futex.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <time.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <string>

namespace simulate {
namespace {

// A wait may end for no reason, as the kernel's may.
constexpr std::size_t kSpuriousWakeOneIn = 24;

long futex_wait(const void* word, std::uint32_t expected, const timespec* deadline) {
  World& world = World::instance();
  world.point("futex wait", Where::current());
  std::uint32_t now = 0;
  std::memcpy(&now, word, sizeof now);  // the kernel reads the last value
  if (now != expected) {
    errno = EAGAIN;
    return -1;
  }
  if (world.random().once_in(kSpuriousWakeOneIn)) {
    errno = EINTR;
    return -1;
  }
  const std::int64_t until =
      deadline == nullptr ? kNever : (deadline->tv_sec * 1'000'000'000) + deadline->tv_nsec;
  if (world.sleep(word, until)) {
    return 0;
  }
  errno = ETIMEDOUT;
  return -1;
}

long futex(const std::array<std::uintptr_t, 6>& registers) {
  const auto* const word = reinterpret_cast<const void*>(registers[0]);
  switch (registers[1]) {
    case FUTEX_WAIT_BITSET_PRIVATE:
      return futex_wait(word, static_cast<std::uint32_t>(registers[2]),
                        reinterpret_cast<const timespec*>(registers[3]));
    case FUTEX_WAKE_PRIVATE:
      World::instance().point("futex wake", Where::current());
      return World::instance().wake_one(word) ? 1 : 0;
    default:
      std::abort();
  }
}

}  // namespace

long system_call(long number, const std::array<std::uintptr_t, 6>& registers) {
  World& world = World::instance();
  if (!world.running()) {
    return 0;
  }
  switch (number) {
    case SYS_futex:
      return futex(registers);
    case SYS_membarrier:
      world.point("membarrier", Where::current());
      world.memory().fence_all(kMaxThreads);
      return 0;
    default:
      std::abort();
  }
}

int create_thread(pthread_t* thread, void* (*main)(void*), void* argument) {
  World& world = World::instance();
  world.point("create", Where::current());
  *thread = world.start([main, argument] { (void)main(argument); });
  return 0;
}

int join_thread(pthread_t thread) {
  World::instance().join(thread);
  return 0;
}

int name_thread(const char* name) {
  World::instance().set_name(name);
  return 0;
}

void yield(Where where) { World::instance().yield(where); }

void pause_hint() {
  constexpr int kOneWait = 64;
  static int count = 0;
  if (++count >= kOneWait) {
    count = 0;
    World::instance().yield(Where::current());
  }
}

void* allocate(std::size_t size) {
  World& world = World::instance();
  return world.running() && world.random().once_in(world.no_memory_one_in) ? nullptr
                                                                           : std::malloc(size);
}

std::int64_t now_ns() { return World::instance().now(); }

void tell_time(timespec* time) {
  constexpr std::int64_t kSecond = 1'000'000'000;
  *time = {.tv_sec = static_cast<time_t>(now_ns() / kSecond),
           .tv_nsec = static_cast<long>(now_ns() % kSecond)};
}

}  // namespace simulate
