#pragma once

#include <coroutine>
#include <utility>

#include "hookline/detail/future_type.h"
#include "hookline/error.h"
#include "hookline/executor.h"

namespace hookline::detail {

// What `co_await future` waits with. Lives in the frame of the coroutine, so that waiting allocates
// nothing.
template <class T>
class FutureAwaiter final : public Job {
 public:
  // executor == nullptr: wherever it completes.
  FutureAwaiter(Future<T> future, Executor* executor) noexcept
      : future_(std::move(future)), executor_(executor) {}
  FutureAwaiter(const FutureAwaiter&) = delete;
  FutureAwaiter& operator=(const FutureAwaiter&) = delete;
  ~FutureAwaiter() override = default;

  [[nodiscard]] bool await_ready() const noexcept {
    return executor_ == nullptr && future_.ready();
  }

  // False: goes on at once. Otherwise the frame may be gone by the time that this returns.
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

}  // namespace hookline::detail

namespace hookline {

template <class T>
detail::FutureAwaiter<T> Future<T>::operator co_await() noexcept {
  return detail::FutureAwaiter<T>(std::move(*this), nullptr);
}

template <class T>
detail::FutureAwaiter<T> Future<T>::via(Executor& executor) noexcept {
  return detail::FutureAwaiter<T>(std::move(*this), &executor);
}

}  // namespace hookline
