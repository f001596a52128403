#include "bench/core.h"

namespace hookline::bench {

OnCore::OnCore(std::size_t index) {
  sched_getaffinity(0, sizeof before_, &before_);
  cpu_set_t chosen{};
  std::size_t seen = 0;
  for (std::size_t core = 0; core < CPU_SETSIZE && seen <= index; ++core) {
    if (CPU_ISSET(core, &before_)) {
      CPU_ZERO(&chosen);
      CPU_SET(core, &chosen);
      ++seen;
    }
  }
  sched_setaffinity(0, sizeof chosen, &chosen);
}

OnCore::~OnCore() { sched_setaffinity(0, sizeof before_, &before_); }

}  // namespace hookline::bench
