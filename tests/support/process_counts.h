#pragma once

#include <cstddef>
#include <filesystem>
#include <iterator>

namespace hookline::test {

// Return how many descriptors this process has open, and how many threads it has.
[[nodiscard]] inline std::ptrdiff_t count_entries(const char* folder) {
  return std::distance(std::filesystem::directory_iterator(folder),
                       std::filesystem::directory_iterator());
}
[[nodiscard]] inline std::ptrdiff_t open_descriptors() { return count_entries("/proc/self/fd"); }
[[nodiscard]] inline std::ptrdiff_t live_threads() { return count_entries("/proc/self/task"); }

}  // namespace hookline::test
