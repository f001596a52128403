#pragma once

#include <cstdint>
#include <mutex>

#include "hookline/clock.h"

namespace hookline::detail {

// Limits how many lines one source may write to the log: kBurst in a row, then one per kRefill.
//
// Thread safety: any thread may use it.
class LogBudget {
 public:
  static constexpr std::uint32_t kBurst = 10;
  static constexpr Duration kRefill = std::chrono::seconds(6);

  // Returns whether a line may be written now. If so, sets `left_out` to the number of lines that
  // were refused since the last one.
  [[nodiscard]] bool spend(TimePoint now, std::uint64_t& left_out);

 private:
  std::mutex mutex_;
  std::uint32_t lines_ = kBurst;
  TimePoint refilled_;
  std::uint64_t left_out_ = 0;
};

}  // namespace hookline::detail
