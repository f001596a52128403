#pragma once

// Declares Future<T>, Promise<T>, then() and co_await.

#include <cassert>
#include <memory>
#include <type_traits>
#include <utility>

#include "hookline/clock.h"
#include "hookline/detail/deadline.h"
#include "hookline/detail/future_state.h"
#include "hookline/error.h"
#include "hookline/loop.h"

#pragma GCC visibility push(default)
namespace hookline {

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
template <class T, class Handler>
class AsioWait;  // <hookline/asio.h>
}  // namespace detail

// Gives a Future<T> its result. A promise that is destroyed before it is kept completes its
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

  // Returns false once the promise has been kept or moved from.
  [[nodiscard]] bool valid() const noexcept { return static_cast<bool>(state_); }

  // Returns its future. Call it once, before the promise is kept.
  [[nodiscard]] Future<T> future();

  // Tells the future that the work begins: from then on Future::cancel() has no effect. Returns
  // false if the future has been cancelled, so that nobody wants the work.
  [[nodiscard]] bool try_start() noexcept { return state_->try_start(); }

  // Keeps the promise. Returns false, and drops the result, if the future has been cancelled.
  // REQUIRES: valid(), which becomes false.
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

// Holds the result of an operation that may still be under way: a T or an Error.
//
// The result can be taken once, by one of get(), then(), deliver_to(), forward_to(), via() and
// co_await; after that valid() is false. Destroying the future does not stop the work. While the
// host thread waits for a future, the scripts' calls into the host run on it.
//
// A future may be the return type of a coroutine. The coroutine starts immediately and ends with
// `co_return value;` or `co_return fail(...);` (`co_return;` for a Future<void>). An exception that
// escapes from a coroutine or a continuation ends the process at the place where it was thrown:
// errors of this library are values, so such an exception can only be a bug.
//
// Ownership: the future and its promise share the result; executors that are passed must live until
// they have run or discarded the job.
//
// Thread safety: one thread at a time. The promise may be used on another thread meanwhile.
template <class T>
class [[nodiscard]] Future {
 public:
  using value_type = T;
  using promise_type = detail::FutureCoroutine<T>;

  Future() noexcept = default;
  // Takes over one reference to a state that another object settles. Only the library calls this
  // constructor and the next one.
  explicit Future(detail::FutureStateRef<T> state) noexcept : state_(std::move(state)) {}
  // Makes the future of a T from that of a Value, without another state.
  Future(Future<Value> value, typename detail::FutureStateRef<T>::Convert convert) noexcept
    requires(!std::is_same_v<T, Value>)
      : state_(value.state_.detach(), convert) {}

  // Returns false once the result has been taken, and for a future that was moved from. All methods
  // below REQUIRE valid().
  [[nodiscard]] bool valid() const noexcept { return static_cast<bool>(state_); }

  // Returns whether get() would return immediately.
  [[nodiscard]] bool ready() const noexcept { return state_->done(); }

  // Waits until the result is there, without a limit.
  void wait() const { (void)state_->wait_until(kNoDeadline); }
  // Returns false if it is not ready after `timeout`, by the system clock.
  [[nodiscard]] bool wait_for(Duration timeout) const {
    return state_->wait_until(detail::deadline_after(Clock::system(), timeout));
  }

  // Waits, and takes the result.
  [[nodiscard]] Result<T> get() {
    wait();
    return std::exchange(state_, {}).take_result();
  }

  // Returns true if the work had not started: then it never runs, and the future is ready with
  // kCancelled. Otherwise this has no effect.
  bool cancel() noexcept { return state_.cancel(); }

  // Runs `function(Result<T>)` on the executor when the result is there, and returns the future of
  // what the function returns: a U, a Result<U> and a Future<U> all make a Future<U>, and void
  // makes a Future<void>. If the executor discards the job, the function is not called, and the new
  // future has kShuttingDown. It is not called either if the new future is cancelled before.
  template <class F>
  auto then(Executor& executor, F function)
      -> Future<typename detail::FutureValue<std::invoke_result_t<F, Result<T>>>::Type>;

  // Does what then() does for a function without a result, and costs less. If the executor discards
  // the job, the function is not called.
  template <class F>
  void deliver_to(Executor& executor, F function);

  // `co_await std::move(future)` gives the Result<T>. The coroutine resumes on the thread that
  // completes the future, or continues immediately if it is ready. With via() it resumes on the
  // executor in either case. If the executor discards the job, the coroutine is destroyed where it
  // stands, and its own future has kShuttingDown.
  [[nodiscard]] detail::FutureAwaiter<T> operator co_await() noexcept;
  [[nodiscard]] detail::FutureAwaiter<T> via(Executor& executor) noexcept;

  // Keeps `promise` with the result as soon as it is there.
  void forward_to(Promise<T> promise);

 private:
  friend class detail::FutureAwaiter<T>;
  template <class U, class Handler>
  friend class detail::AsioWait;
  template <class U>
  friend class Future;
  detail::FutureStateRef<T> state_;
};

template <class T>
Future<T> Promise<T>::future() {
  assert(valid());
  return Future<T>(state_);
}

// Returns a future that is ready with `result`. Waiting for it does not block, and its
// continuations are run or posted immediately. Thread safety: any thread.
template <class T>
[[nodiscard]] Future<T> make_ready_future(Result<T> result) {
  Promise<T> promise;
  Future<T> future = promise.future();
  promise.set(std::move(result));
  return future;
}
// Returns a future that is ready with success. Thread safety: any thread.
[[nodiscard]] inline Future<void> make_ready_future() { return make_ready_future<void>({}); }

}  // namespace hookline
#pragma GCC visibility pop

#include "hookline/detail/future_jobs.h"  // IWYU pragma: export
