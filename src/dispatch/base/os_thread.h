#pragma once

#include <pthread.h>

#include <cstddef>
#include <functional>
#include <utility>

#include "hookline/error.h"

namespace hookline::detail {

// Is the signature of pthread_create(). Tests pass a function that fails.
using CreateThread = int (*)(pthread_t* thread, const pthread_attr_t* attributes,
                             void* (*main)(void*), void* argument);

// Owns a thread of the system whose C stack has a given size. std::thread takes the size that the
// process was started with (RLIMIT_STACK), and throws if the system refuses one more thread.
//
// Ownership: the thread runs until its main function returns; somebody must join() it before the
// object is destroyed.
//
// Thread safety: none.
class OsThread {
 public:
  // Enough for CPython's own limits of recursion with the largest frames that we know.
  static constexpr std::size_t kStackBytes = std::size_t{16} << 20;

  // Starts a thread that calls `main`, which must not throw. Returns kQueueFull if the system
  // cannot give one more thread or its stack.
  [[nodiscard]] static Result<OsThread> start(std::move_only_function<void()> main,
                                              std::size_t stack_bytes = kStackBytes,
                                              CreateThread create = pthread_create);

  // Makes an object without a thread.
  OsThread() noexcept = default;
  OsThread(OsThread&& other) noexcept
      : id_(other.id_), joinable_(std::exchange(other.joinable_, false)) {}
  OsThread& operator=(OsThread&& other) noexcept;
  OsThread(const OsThread&) = delete;
  OsThread& operator=(const OsThread&) = delete;
  // REQUIRES: !joinable().
  ~OsThread();

  [[nodiscard]] bool joinable() const noexcept { return joinable_; }
  // Waits until the main function has returned. REQUIRES: joinable().
  void join() noexcept;

 private:
  explicit OsThread(pthread_t id) noexcept : id_(id), joinable_(true) {}

  pthread_t id_{};
  bool joinable_ = false;
};

}  // namespace hookline::detail
