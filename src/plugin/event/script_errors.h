#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/script_host.h"

namespace hookline::detail {

// What goes wrong in one script: calls that reached it and brought no value, because it raised, or
// because what it returned cannot leave its interpreter.
//
// Thread safety: note() on the script's worker; the rest from any thread, count() without a lock.
class ScriptErrors {
 public:
  static constexpr std::size_t kLongestMessage = 500;

  // `clock` is not owned and must outlive this.
  explicit ScriptErrors(const Clock& clock) : clock_(clock) {}

  // Counts it, unless the script has no part in it (there is no function of that name).
  void note(const Error& error);

  [[nodiscard]] std::uint64_t count() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] std::optional<LastError> last() const;

 private:
  const Clock& clock_;
  std::atomic<std::uint64_t> count_{0};
  mutable std::mutex mutex_;
  std::optional<LastError> last_;
};

}  // namespace hookline::detail
