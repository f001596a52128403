#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "marshal/sanitizer.h"

namespace hookline {

inline constexpr bool kSanitized = HOOKLINE_ASAN != 0 || HOOKLINE_TSAN != 0;

// Returns the fraction of its repetitions that a stress test runs: a tenth under a sanitizer, all
// otherwise, or the factor in $HOOKLINE_STRESS_SCALE (valgrind: 0.01).
[[nodiscard]] inline double stress_scale() {
  // The tests set no environment variables, so no thread writes them while this reads.
  if (const char* text = std::getenv("HOOKLINE_STRESS_SCALE"); text != nullptr) {
    return std::stod(text);
  }
  return kSanitized ? 0.1 : 1.0;
}

[[nodiscard]] inline std::uint64_t scaled(std::uint64_t full) {
  return std::max<std::uint64_t>(
      1, static_cast<std::uint64_t>(static_cast<double>(full) * stress_scale()));
}

}  // namespace hookline
