#pragma once

#include <chrono>

namespace hookline::bench {

// What two threads that spin in C get done in a time, over what one does: 2 on two idle cores, 1
// where the second core is worth nothing. `time` is how long one thread spins; it takes twice that,
// or thrice.
[[nodiscard]] double two_thread_gain(std::chrono::milliseconds time);

}  // namespace hookline::bench
