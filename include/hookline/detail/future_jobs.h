#pragma once

// Has the jobs behind Future::then(), deliver_to() and co_await. Only <hookline/future.h> includes
// it.

#include <coroutine>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include "hookline/detail/block_pool.h"
#include "hookline/error.h"
#include "hookline/loop.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Is the U of the Future<U> that then() makes of a function that returns R.
template <class R>
struct FutureValue {
  using Type = R;
};
template <class U>
struct FutureValue<Result<U>> {
  using Type = U;
};
template <class U>
struct FutureValue<Future<U>> {
  using Type = U;
};

// Waits for a future to be ready and then keeps a promise with its result. It owns itself from the
// moment when it waits until it is run or discarded.
template <class T>
class FutureForward : public Job, public Pooled {
 public:
  FutureForward(Future<T> source, Promise<T> promise)
      : source_(std::move(source)), promise_(std::move(promise)) {}
  void run() noexcept override {
    const std::unique_ptr<FutureForward> self(this);
    promise_.set(source_.get());
  }
  void discard() noexcept override { delete this; }

 private:
  Future<T> source_;
  Promise<T> promise_;
};

template <class T, class F>
class FutureThen final : public Job, public Pooled {
 public:
  using Returned = std::invoke_result_t<F, Result<T>>;
  using Value = typename FutureValue<Returned>::Type;

  FutureThen(Future<T> source, F function)
      : source_(std::move(source)), function_(std::move(function)) {}

  [[nodiscard]] Future<Value> future() { return promise_.future(); }

  void run() noexcept override {
    const std::unique_ptr<FutureThen> self(this);
    if (promise_.try_start()) {
      call();
    }
  }
  void discard() noexcept override { delete this; }

 private:
  void call() {
    if constexpr (std::is_void_v<Returned>) {
      std::invoke(std::move(function_), source_.get());
      promise_.set({});
    } else if constexpr (std::is_same_v<Returned, Future<Value>>) {
      std::invoke(std::move(function_), source_.get()).forward_to(std::move(promise_));
    } else {
      promise_.set(std::invoke(std::move(function_), source_.get()));
    }
  }

  Future<T> source_;
  F function_;
  Promise<Value> promise_;
};

template <class T, class F>
class FutureDelivery final : public Job, public Pooled {
 public:
  FutureDelivery(Future<T> source, F function)
      : source_(std::move(source)), function_(std::move(function)) {}

  void run() noexcept override {
    const std::unique_ptr<FutureDelivery> self(this);
    std::invoke(std::move(function_), source_.get());
  }
  void discard() noexcept override { delete this; }

 private:
  Future<T> source_;
  F function_;
};

// Posts `job` to `executor` when `state` is done.
template <class J>
void post_when_done(FutureCore& state, Executor& executor, std::unique_ptr<J> job) {
  if (state.try_set_continuation(executor, *job)) {
    (void)job.release();
  } else {
    executor.post(*job.release());
  }
}

// Waits for a future in `co_await future`. Lives in the frame of the coroutine, so that waiting
// allocates nothing.
template <class T>
class FutureAwaiter final : public Job {
 public:
  // Without an executor the coroutine resumes on the thread that completes the future.
  FutureAwaiter(Future<T> future, Executor* executor) noexcept
      : future_(std::move(future)), executor_(executor) {}
  FutureAwaiter(const FutureAwaiter&) = delete;
  FutureAwaiter& operator=(const FutureAwaiter&) = delete;
  ~FutureAwaiter() override = default;

  [[nodiscard]] bool await_ready() const noexcept {
    return executor_ == nullptr && future_.ready();
  }

  // Returns false if the coroutine continues immediately. Otherwise the frame may be gone by the
  // time that this returns.
  bool await_suspend(std::coroutine_handle<> coroutine) noexcept {
    coroutine_ = coroutine;
    Executor* const executor = executor_;
    if (future_.state_->try_set_continuation(
            executor != nullptr ? *executor : InlineExecutor::instance(), *this)) {
      return true;
    }
    if (executor == nullptr) {
      return false;
    }
    executor->post(*this);
    return true;
  }

  [[nodiscard]] Result<T> await_resume() { return future_.get(); }

  void run() noexcept override { coroutine_.resume(); }
  void discard() noexcept override { coroutine_.destroy(); }

 private:
  Future<T> future_;
  Executor* executor_;
  std::coroutine_handle<> coroutine_;
};

// Has what all coroutines that return a future share.
template <class T>
class FutureCoroutineBase : public Pooled {
 public:
  [[nodiscard]] Future<T> get_return_object() {
    Future<T> future = promise_.future();
    (void)promise_.try_start();  // it runs already
    return future;
  }
  [[nodiscard]] std::suspend_never initial_suspend() const noexcept { return {}; }
  [[nodiscard]] std::suspend_never final_suspend() const noexcept { return {}; }
  [[noreturn]] void unhandled_exception() const noexcept { std::terminate(); }

 protected:
  Promise<T> promise_;
};

// Is the promise_type of a coroutine that returns Future<T>.
template <class T>
class FutureCoroutine final : public FutureCoroutineBase<T> {
 public:
  void return_value(Result<T> result) noexcept { this->promise_.set(std::move(result)); }
};

template <>
class FutureCoroutine<void> final : public FutureCoroutineBase<void> {
 public:
  void return_void() noexcept { promise_.set({}); }
};

}  // namespace hookline::detail

namespace hookline {

template <class T>
template <class F>
void Future<T>::deliver_to(Executor& executor, F function) {
  const detail::FutureStateRef<T> state = state_;
  detail::post_when_done(
      state.core(), executor,
      std::make_unique<detail::FutureDelivery<T, F>>(std::move(*this), std::move(function)));
}

template <class T>
template <class F>
auto Future<T>::then(Executor& executor, F function)
    -> Future<typename detail::FutureValue<std::invoke_result_t<F, Result<T>>>::Type> {
  const detail::FutureStateRef<T> state = state_;
  auto job = std::make_unique<detail::FutureThen<T, F>>(std::move(*this), std::move(function));
  auto result = job->future();
  detail::post_when_done(state.core(), executor, std::move(job));
  return result;
}

template <class T>
void Future<T>::forward_to(Promise<T> promise) {
  const detail::FutureStateRef<T> state = state_;
  auto job = std::make_unique<detail::FutureForward<T>>(std::move(*this), std::move(promise));
  if (state->try_set_continuation(InlineExecutor::instance(), *job)) {
    (void)job.release();
  } else {
    job.release()->run();
  }
}

template <class T>
detail::FutureAwaiter<T> Future<T>::operator co_await() noexcept {
  return detail::FutureAwaiter<T>(std::move(*this), nullptr);
}

template <class T>
detail::FutureAwaiter<T> Future<T>::via(Executor& executor) noexcept {
  return detail::FutureAwaiter<T>(std::move(*this), &executor);
}

}  // namespace hookline
#pragma GCC visibility pop
