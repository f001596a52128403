#pragma once

#include <cstdint>
#include <utility>

#include "hookline/detail/block_pool.h"
#include "hookline/detail/future_core.h"
#include "hookline/detail/result_space.h"
#include "hookline/error.h"
#include "hookline/result.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// The state that a Promise<T> (or a call) and its Future<T> share: FutureCore and the result.
// Thread safety: as FutureCore. The result is the settling thread's until it is published, and the
// consumer's after that.
template <class T>
class FutureState : public FutureCore {
 public:
  FutureState(const FutureState&) = delete;
  FutureState& operator=(const FutureState&) = delete;

  // REQUIRES: the right to settle, from FutureCore::try_settle() and its like.
  void set_result(Result<T>&& result) noexcept { space_.set(kept_, std::move(result)); }

  // REQUIRES: done(), and not taken before.
  [[nodiscard]] Result<T> take_result() { return space_.take(kept_); }

  // True: it had not started, and now it is done, with kCancelled.
  bool cancel() noexcept {
    if (!try_settle_unstarted()) {
      return false;
    }
    set_result(fail(ErrorCode::kCancelled, "cancelled before it started"));
    publish();
    return true;
  }

 protected:
  explicit FutureState(std::uint32_t references) noexcept : FutureCore(references) {}
  ~FutureState() { clear_result(); }
  // Or never set.
  [[nodiscard]] bool result_taken() const noexcept { return kept_ == Kept::kNothing; }
  void clear_result() noexcept { space_.clear(kept_); }

 private:
  [[nodiscard]] Awaited& awaited() noexcept final { return awaited_; }

  Kept kept_ = Kept::kNothing;  // in the gap behind what FutureCore has
  ResultSpace<T> space_;
  Awaited awaited_;
};

// The state of a Promise: nothing but that, from the pool of small blocks.
template <class T>
class PromiseState final : public FutureState<T>, public Pooled {
 public:
  PromiseState() noexcept : FutureState<T>(1) {}

 protected:
  void dispose() noexcept override { delete this; }
};

// One counted reference to a state.
template <class T>
class FutureStateRef {
 public:
  FutureStateRef() noexcept = default;
  // Takes over a reference that the caller has.
  explicit FutureStateRef(FutureState<T>& state) noexcept : state_(&state) {}
  FutureStateRef(const FutureStateRef& other) noexcept : state_(other.state_) {
    if (state_ != nullptr) {
      state_->add_reference();
    }
  }
  FutureStateRef(FutureStateRef&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  FutureStateRef& operator=(const FutureStateRef& other) noexcept {
    FutureStateRef copy(other);
    std::swap(state_, copy.state_);
    return *this;
  }
  FutureStateRef& operator=(FutureStateRef&& other) noexcept {
    FutureStateRef taken(std::move(other));
    std::swap(state_, taken.state_);
    return *this;
  }
  ~FutureStateRef() {
    if (state_ != nullptr) {
      state_->release();
    }
  }

  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  FutureState<T>* operator->() const noexcept { return state_; }
  // Gives the reference up to the caller.
  [[nodiscard]] FutureState<T>& detach() noexcept { return *std::exchange(state_, nullptr); }

 private:
  FutureState<T>* state_ = nullptr;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
