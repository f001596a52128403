#pragma once

#include <cstdint>
#include <mutex>

#include "hookline/clock.h"

namespace hookline::detail {

// How many lines a source may still write to the log: kBurst at once, then one per kRefill.
//
// Thread safety: all of it.
class LogBudget {
 public:
  static constexpr std::uint32_t kBurst = 10;
  static constexpr Duration kRefill = std::chrono::seconds(6);

  // Whether a line may be written now; `left_out` gets how many were not since the last one.
  [[nodiscard]] bool spend(TimePoint now, std::uint64_t& left_out);

 private:
  std::mutex mutex_;
  std::uint32_t lines_ = kBurst;
  TimePoint refilled_;
  std::uint64_t left_out_ = 0;
};

}  // namespace hookline::detail
