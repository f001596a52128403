#include "bench/usage.h"

#include <ctime>

namespace hookline::bench {

std::chrono::nanoseconds process_cpu_time() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

Usage::Usage(benchmark::State& state, Direct ceiling)
    : state_(state),
      ceiling_(ceiling),
      start_(std::chrono::steady_clock::now()),
      cpu_start_(process_cpu_time()) {}

void Usage::report(std::int64_t events) {
  const auto per_event = [events](std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / static_cast<double>(events);
  };
  const double cpu = per_event(process_cpu_time() - cpu_start_);
  const double wall = per_event(std::chrono::steady_clock::now() - start_);
  state_.SetItemsProcessed(events);
  state_.counters["ns"] = wall;
  state_.counters["cpu_ns"] = cpu;
  if (ceiling_.wall_ns > 0) {
    state_.counters["x_D"] = wall / ceiling_.wall_ns;
    state_.counters["cpu_x_D"] = cpu / ceiling_.cpu_ns;
  }
}

}  // namespace hookline::bench
