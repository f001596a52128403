#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace hookline::bench {

// Single measurements, for their median.
class Samples {
 public:
  void add(double sample) { samples_.push_back(sample); }
  // In microseconds.
  void add(std::chrono::steady_clock::duration time) {
    add(std::chrono::duration<double, std::micro>(time).count());
  }
  // 0 without samples.
  [[nodiscard]] double median() {
    if (samples_.empty()) {
      return 0;
    }
    const auto middle = samples_.begin() + static_cast<std::ptrdiff_t>(samples_.size() / 2);
    std::ranges::nth_element(samples_, middle);
    return *middle;
  }

 private:
  std::vector<double> samples_;
};

}  // namespace hookline::bench
