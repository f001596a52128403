#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "hookline/value.h"

namespace hookline::detail {

// Counts what the copy of a value takes, against a limit, before it is made. Each value counts
// kValueBytes, also inside of a container, and a text, bytes or large int its content besides. The
// overhead of malloc is not counted.
//
// The limit is drawn in steps. So a small value costs one comparison and one subtraction for each
// count, and the reserve of the process is only asked for at each step.
//
// Thread safety: none.
class CopyBudget {
 public:
  static constexpr std::size_t kValueBytes = sizeof(Value);
  static constexpr std::size_t kUnlimited = SIZE_MAX;

  // `may_take` is asked before more than a step is taken, whether the process may have that much
  // more; nullptr: always.
  explicit CopyBudget(std::size_t limit, bool (*may_take)(std::size_t bytes) = nullptr) noexcept
      : ready_(std::min(limit, kStep)), rest_(limit - ready_), may_take_(may_take) {}

  // Returns false, and takes nothing, if the budget does not have that much.
  [[nodiscard]] bool take(std::size_t bytes) noexcept {
    if (bytes > ready_) [[unlikely]] {
      return take_more(bytes);
    }
    ready_ -= bytes;
    return true;
  }
  [[nodiscard]] bool take_values(std::size_t count) noexcept {
    return count <= kUnlimited / kValueBytes && take(count * kValueBytes);
  }

  // Returns what is left of the limit.
  [[nodiscard]] std::size_t left() const noexcept { return ready_ + rest_; }
  // Returns whether a take() has failed because the process has no more, not because of the limit.
  [[nodiscard]] bool is_out_of_memory() const noexcept { return is_out_of_memory_; }

 private:
  static constexpr std::size_t kStep = std::size_t{1} << 20U;

  [[nodiscard]] [[gnu::noinline]] bool take_more(std::size_t bytes) noexcept {
    const std::size_t missing = bytes - ready_;
    if (missing > rest_) {
      return false;
    }
    const std::size_t drawn = std::min(std::max(missing, kStep), rest_);
    if (may_take_ != nullptr && !may_take_(drawn)) {
      is_out_of_memory_ = true;
      return false;
    }
    rest_ -= drawn;
    ready_ += drawn - bytes;
    return true;
  }

  std::size_t ready_;  // may be taken without asking
  std::size_t rest_;
  bool (*may_take_)(std::size_t bytes);
  bool is_out_of_memory_ = false;
};

}  // namespace hookline::detail
