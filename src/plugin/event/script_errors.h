#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"

namespace hookline::detail {

// Counts the failed calls of one script: calls that reached it and returned no value, because it
// raised or because its result cannot leave its interpreter.
//
// Thread safety: note() on the script's worker; the other methods on any thread, count() without a
// lock.
class ScriptErrors {
 public:
  static constexpr std::size_t kLongestMessage = 500;

  // `clock` is not owned and must outlive this.
  explicit ScriptErrors(const Clock& clock) : clock_(clock) {}

  // Counts the error, unless the script did not cause it (such as when it has no function of that
  // name).
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
