#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "hookline/detail/block_pool.h"
#include "hookline/detail/future_core.h"
#include "hookline/detail/result_space.h"
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline::detail {

// Is the state that a Promise<T> (or a call) and its Future<T> share: a FutureCore and the result.
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
  // Returns the result where it lies, or nullptr if it is an error. REQUIRES: as take_result().
  [[nodiscard]] const T* peek() const noexcept { return space_.peek(kept_); }
  // Ends the result, as taking it does.
  void drop_result() noexcept { space_.clear(kept_); }

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

// Is the state of a Promise, which needs nothing else. Its memory comes from the BlockPool.
template <class T>
class PromiseState final : public FutureState<T>, public Pooled {
 public:
  PromiseState() noexcept : FutureState<T>(1) {}

 protected:
  void dispose() noexcept override { delete this; }
};

// Holds one counted reference to a state: usually one of a T. A Future<T> of a call may also refer
// to the state of a Value, which it makes the T of when the result is taken; so a typed call needs
// no second state.
template <class T>
class FutureStateRef {
 public:
  // Makes the T of the Value of a state, on the thread that takes the result.
  using Convert = Result<T> (*)(FutureState<Value>& state);

  FutureStateRef() noexcept = default;
  // Takes over a reference that the caller owns.
  explicit FutureStateRef(FutureState<T>& state) noexcept : state_(&state) {}
  // Takes over a reference to the state of a Value. REQUIRES: T is not Value.
  FutureStateRef(FutureState<Value>& state, Convert convert) noexcept
      : state_(&state), convert_(convert) {}
  FutureStateRef(const FutureStateRef& other) noexcept
      : state_(other.state_), convert_(other.convert_) {
    if (state_ != nullptr) {
      state_->add_reference();
    }
  }
  FutureStateRef(FutureStateRef&& other) noexcept
      : state_(std::exchange(other.state_, nullptr)), convert_(other.convert_) {}
  FutureStateRef& operator=(const FutureStateRef& other) noexcept {
    FutureStateRef copy(other);
    swap(copy);
    return *this;
  }
  FutureStateRef& operator=(FutureStateRef&& other) noexcept {
    FutureStateRef taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~FutureStateRef() {
    if (state_ != nullptr) {
      state_->release();
    }
  }

  [[nodiscard]] explicit operator bool() const noexcept { return state_ != nullptr; }
  FutureCore* operator->() const noexcept { return state_; }
  [[nodiscard]] FutureCore& core() const noexcept { return *state_; }
  // Passes its reference to the caller. REQUIRES, also for own(): it refers to the state of a T.
  [[nodiscard]] FutureState<T>& detach() noexcept {
    return static_cast<FutureState<T>&>(*std::exchange(state_, nullptr));
  }
  [[nodiscard]] FutureState<T>& own() const noexcept {
    return static_cast<FutureState<T>&>(*state_);
  }

  // See FutureState.
  [[nodiscard]] Result<T> take_result() {
    if constexpr (kConverts) {
      if (convert_ != nullptr) {
        return convert_(static_cast<FutureState<Value>&>(*state_));
      }
    }
    return own().take_result();
  }
  bool cancel() noexcept {
    if constexpr (kConverts) {
      if (convert_ != nullptr) {
        return static_cast<FutureState<Value>&>(*state_).cancel();
      }
    }
    return own().cancel();
  }

 private:
  static constexpr bool kConverts = !std::is_same_v<T, Value>;
  struct Nothing {};

  void swap(FutureStateRef& other) noexcept {
    std::swap(state_, other.state_);
    std::swap(convert_, other.convert_);
  }

  FutureCore* state_ = nullptr;
  [[no_unique_address]] std::conditional_t<kConverts, Convert, Nothing> convert_{};
};

}  // namespace hookline::detail
#pragma GCC visibility pop
