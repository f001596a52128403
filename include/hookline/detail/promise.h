#pragma once

#include <cassert>
#include <memory>
#include <utility>

#include "hookline/detail/future_state.h"
#include "hookline/error.h"

namespace hookline {

template <class T>
class Future;

// The producing side of a Future<T>. One that is destroyed before it was kept completes its future
// with kShuttingDown, so that nobody waits for what nobody does.
//
// Thread safety: one thread at a time.
template <class T>
class Promise {
 public:
  Promise() : state_(*std::make_unique<detail::PooledFutureState<T>>().release()) {}
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

}  // namespace hookline
