#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace simulate {

// The most simulated threads of one run.
inline constexpr std::size_t kMaxThreads = 12;

// A vector clock: for each thread, how many of its steps one knows of. A step happens before
// another if the thread of the second one knows of the first.
class VectorClock {
 public:
  [[nodiscard]] std::uint32_t& operator[](std::size_t thread) noexcept { return steps_[thread]; }
  [[nodiscard]] std::uint32_t operator[](std::size_t thread) const noexcept {
    return steps_[thread];
  }
  // Learns everything that `other` knows.
  void join(const VectorClock& other) noexcept {
    for (std::size_t i = 0; i < kMaxThreads; ++i) {
      steps_[i] = std::max(steps_[i], other.steps_[i]);
    }
  }
  // Returns true if this knows of that step.
  [[nodiscard]] bool knows(std::size_t thread, std::uint32_t step) const noexcept {
    return steps_[thread] >= step;
  }

 private:
  std::array<std::uint32_t, kMaxThreads> steps_{};
};

}  // namespace simulate
