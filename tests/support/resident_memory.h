#pragma once

#include <unistd.h>

#include <cstddef>
#include <fstream>

namespace hookline {

// Returns how much of this process is in memory (RSS), in bytes.
[[nodiscard]] inline std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> pages >> pages;
  return pages * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace hookline
