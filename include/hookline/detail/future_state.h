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

// The state that a Promise<T> (or a call) and its Future<T> share: a FutureCore and the result.
//
// Thread safety: as FutureCore. The result belongs to the settling thread until it is published,
// and to the consumer after that.
template <class T>
class FutureState : public FutureCore {
 public:
  FutureState(const FutureState&) = delete;
  FutureState& operator=(const FutureState&) = delete;

  // REQUIRES: the caller has the right to settle, from one of FutureCore::try_settle*().
  void set_result(Result<T>&& result) noexcept { space_.set(kept_, std::move(result)); }

  // REQUIRES: done(), and the result has not been taken.
  [[nodiscard]] Result<T> take_result() { return space_.take(kept_); }

  // Returns true if the work had not started: the state is now done, with kCancelled.
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
  // Returns true also if no result was set.
  [[nodiscard]] bool result_taken() const noexcept { return kept_ == Kept::kNothing; }
  void clear_result() noexcept { space_.clear(kept_); }

 private:
  [[nodiscard]] Awaited& awaited() noexcept final { return awaited_; }

  Kept kept_ = Kept::kNothing;  // lies in the padding of FutureCore
  ResultSpace<T> space_;
  Awaited awaited_;
};

// The state of a Promise, which needs nothing else. Its memory comes from the BlockPool.
template <class T>
class PromiseState final : public FutureState<T>, public Pooled {
 public:
  PromiseState() noexcept : FutureState<T>(1) {}

 protected:
  void dispose() noexcept override { delete this; }
};

// Holds one counted reference to a state.
template <class T>
class FutureStateRef {
 public:
  FutureStateRef() noexcept = default;
  // Takes over a reference that the caller owns.
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
  // Passes its reference to the caller.
  [[nodiscard]] FutureState<T>& detach() noexcept { return *std::exchange(state_, nullptr); }

 private:
  FutureState<T>* state_ = nullptr;
};

}  // namespace hookline::detail
#pragma GCC visibility pop
