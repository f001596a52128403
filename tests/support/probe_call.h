#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>

#include "dispatch/call/call.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

using namespace detail;

// Belongs to the test, and records how often the call ended and with which result.
//
// Thread safety: ended() from any thread; result() after that.
class ProbeCall final : public Call {
 public:
  ProbeCall() = default;
  // `on_finish` runs at the end of finish().
  explicit ProbeCall(std::function<void()> on_finish) : on_finish_(std::move(on_finish)) {}

  void finish(Result<Value>&& result) noexcept override {
    result_ = std::move(result);
    ended_.fetch_add(1, std::memory_order_release);
    if (on_finish_) {
      on_finish_();
    }
  }

  // Returns how often finish() was called.
  [[nodiscard]] int ended() const noexcept { return ended_.load(std::memory_order_acquire); }
  // REQUIRES: ended() != 0.
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): required above
  [[nodiscard]] const Result<Value>& result() const { return *result_; }
  // Returns the error that the call ended with; nullopt if it has not ended, or has a value.
  [[nodiscard]] std::optional<ErrorCode> error() const {
    if (ended() == 0 || !result_ || result_->has_value()) {
      return std::nullopt;
    }
    return result_->error().code;
  }

 private:
  std::optional<Result<Value>> result_;
  std::atomic<int> ended_{0};
  std::function<void()> on_finish_;
};

// Has no state, and may be posted many times. Its results are dropped.
class EmptyCall final : public Call {
 public:
  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value>&& /*result*/) noexcept override {}
};

}  // namespace hookline
