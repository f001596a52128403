#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

#include "hookline/detail/block_pool.h"
#include "hookline/detail/future_type.h"
#include "hookline/detail/promise.h"
#include "hookline/error.h"

namespace hookline::detail {

// What all coroutines that return a future have, whatever they return.
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

// The promise_type of a coroutine that returns Future<T>.
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
