#include "bench/cost.h"

namespace hookline::bench {

void report(benchmark::State& state, const Cost& cost) {
  state.counters["ns"] = cost.wall;
  state.counters["cpu_ns"] = cost.cpu;
  state.counters["thread_cpu_ns"] = cost.thread_cpu;
}

void report(benchmark::State& state, const Cost& cost, const Ceiling& ceiling) {
  report(state, cost);
  const Direct direct = ceiling.end();
  state.counters["D_ns"] = direct.wall_ns;
  state.counters["D_spread"] = direct.slowest_ns / direct.fastest_ns;
  state.counters["line_hop_ns"] = ceiling.end_hop_ns();
  state.counters["x_D"] = cost.wall / direct.wall_ns;
  state.counters["cpu_x_D"] = cost.cpu / direct.cpu_ns;
  state.counters["thread_x_D"] = cost.thread_cpu / direct.cpu_ns;
}

}  // namespace hookline::bench
