#pragma once

// Future<T>, Promise<T>, then() and co_await.

#include <cassert>
#include <memory>
#include <type_traits>
#include <utility>

#include "hookline/clock.h"
#include "hookline/detail/future_state.h"
#include "hookline/error.h"
#include "hookline/result.h"
#include "hookline/executor.h"

namespace [[gnu::visibility("default")]] hookline {

template <class T>
class Future;

namespace detail {
template <class T>
class FutureAwaiter;
template <class T>
class FutureCoroutine;
template <class T>
class FutureForward;
template <class R>
struct FutureValue;
}  // namespace detail

// The producing side of a Future<T>. A promise that is destroyed before it is kept completes its
// future with kShuttingDown, so that no consumer waits forever.
//
// Thread safety: one thread at a time.
template <class T>
class Promise {
 public:
  Promise() : state_(*std::make_unique<detail::PromiseState<T>>().release()) {}
  Promise(Promise&& other) noexcept = default;
  Promise& operator=(Promise&& other) noexcept {
    if (this != &other) {
      abandon();
      state_ = std::move(other.state_);
    }
    return *this;
  }
  Promise(const Promise&) = delete;
  Promise& operator=(const Promise&) = delete;
  ~Promise() { abandon(); }

  // False once it has been kept, or moved from.
  [[nodiscard]] bool valid() const noexcept { return static_cast<bool>(state_); }

  // Its future. Call it once, before the promise is kept.
  [[nodiscard]] Future<T> future();

  // Says that the work begins: from here on Future::cancel() has no effect. False: it has been
  // cancelled, the work is not wanted.
  [[nodiscard]] bool try_start() noexcept { return state_->try_start(); }

  // Keeps the promise. False if the future was cancelled meanwhile: the result is thrown away.
  // REQUIRES: valid(); afterwards it is not.
  bool set(Result<T> result) noexcept {
    assert(valid());
    detail::FutureState<T>& state = state_.detach();
    if (!state.try_settle()) {
      state.release();
      return false;
    }
    state.set_result(std::move(result));
    state.publish_and_release();
    return true;
  }

 private:
  void abandon() noexcept {
    if (valid()) {
      set(fail(ErrorCode::kShuttingDown, "nobody is left to do it"));
    }
  }

  detail::FutureStateRef<T> state_;
};

// The result of something that is still going on: a T or an Error, once.
//
// Consumed by exactly one of get(), then(), deliver_to(), via() and co_await, after which valid()
// is false. Dropping it does not stop the work. Waiting serves the calling thread's Pump, if it has
// one.
//
// May be the return type of a coroutine, which then starts immediately and ends with `co_return
// value;` or `co_return fail(...);` (Future<void>: `co_return;`). An exception that escapes from a
// coroutine or a continuation ends the process at the place where it was thrown: errors of this
// library are values, so that it can only be a bug, and no code of the closed list would be the
// truth about it.
//
// Thread safety: one thread at a time. The other side may be anywhere.
template <class T>
class [[nodiscard]] Future {
 public:
  using value_type = T;
  using promise_type = detail::FutureCoroutine<T>;

  Future() noexcept = default;
  // Takes over one reference of a state that somebody else will settle.
  explicit Future(detail::FutureStateRef<T> state) noexcept : state_(std::move(state)) {}

  [[nodiscard]] bool valid() const noexcept { return static_cast<bool>(state_); }
  // All below REQUIRE valid().

  // Returns whether get() would return immediately.
  [[nodiscard]] bool ready() const noexcept { return state_->done(); }

  void wait() const { (void)state_->wait_until(kNoDeadline); }
  // Returns false if it is not ready by then (by the system clock).
  [[nodiscard]] bool wait_for(Duration timeout) const {
    return state_->wait_until(detail::deadline_after(Clock::system(), timeout));
  }

  // Waits, and takes the result.
  [[nodiscard]] Result<T> get() {
    wait();
    return std::exchange(state_, {})->take_result();
  }

  // True: it had not started, will never run, and is ready with kCancelled.
  bool cancel() noexcept { return state_->cancel(); }

  // Runs `function(Result<T>)` on the executor when it is ready, and returns the future of what
  // that returns: U, Result<U>, Future<U> (all three give a Future<U>) or void. If the executor
  // discards the job, the function is not called and the new future has kShuttingDown; so too if
  // the new future is cancelled before the function starts.
  template <class F>
  auto then(Executor& executor, F function)
      -> Future<typename detail::FutureValue<std::invoke_result_t<F, Result<T>>>::Type>;

  // Does what then() does for a function without a result, and costs less. If the executor discards
  // the job, the function is not called.
  template <class F>
  void deliver_to(Executor& executor, F function);

  // `co_await std::move(future)` gives the Result<T>. Resumes on the thread that completes it, or
  // continues immediately if it is ready; via() resumes on the executor in either case. If that
  // discards the job, the coroutine is destroyed where it stands, and its own future has
  // kShuttingDown.
  [[nodiscard]] detail::FutureAwaiter<T> operator co_await() noexcept;
  [[nodiscard]] detail::FutureAwaiter<T> via(Executor& executor) noexcept;

  // Gives the result to `promise` when it is there.
  void forward_to(Promise<T> promise);

 private:
  friend class detail::FutureAwaiter<T>;
  detail::FutureStateRef<T> state_;
};

template <class T>
Future<T> Promise<T>::future() {
  assert(valid());
  return Future<T>(state_);
}

// A future that is ready.
template <class T>
[[nodiscard]] Future<T> make_ready_future(Result<T> result) {
  Promise<T> promise;
  Future<T> future = promise.future();
  promise.set(std::move(result));
  return future;
}
[[nodiscard]] inline Future<void> make_ready_future() { return make_ready_future<void>({}); }

}  // namespace hookline

#include "hookline/detail/future_jobs.h"  // IWYU pragma: export
