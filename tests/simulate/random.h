#pragma once

#include <cstddef>
#include <cstdint>

namespace simulate {

// A small random generator (splitmix64): all choices of a run come from one, so that a seed repeats
// the run.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9E37'79B9'7F4A'7C15);
    z = (z ^ (z >> 30)) * 0xBF58'476D'1CE4'E5B9;
    z = (z ^ (z >> 27)) * 0x94D0'49BB'1331'11EB;
    return z ^ (z >> 31);
  }
  // Returns a number below `limit`, which is positive.
  [[nodiscard]] std::size_t below(std::size_t limit) noexcept {
    return static_cast<std::size_t>(((next() >> 32) * limit) >> 32);
  }
  // Returns true once in `of` times; never if that is 0.
  [[nodiscard]] bool once_in(std::size_t of) noexcept { return of != 0 && below(of) == 0; }

 private:
  std::uint64_t state_;
};

}  // namespace simulate
