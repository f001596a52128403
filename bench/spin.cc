#include "bench/spin.h"

#include <benchmark/benchmark.h>

#include <cstdint>
#include <thread>

namespace hookline::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;

double spin(std::uint64_t rounds) {
  const auto start = SteadyClock::now();
  std::uint64_t value = 1;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    benchmark::DoNotOptimize(value = (value * 6364136223846793005U) + i);
  }
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// How many rounds take about that long.
std::uint64_t rounds_of(std::chrono::milliseconds time) {
  constexpr std::uint64_t kProbe = 1'000'000;
  return static_cast<std::uint64_t>(std::chrono::duration<double>(time).count() / spin(kProbe) *
                                    static_cast<double>(kProbe));
}

}  // namespace

double two_thread_gain(std::chrono::milliseconds time) {
  const std::uint64_t rounds = rounds_of(time);
  const double alone = spin(rounds);
  const auto start = SteadyClock::now();
  std::thread other([rounds] { spin(rounds); });
  spin(rounds);
  other.join();
  return 2 * alone / std::chrono::duration<double>(SteadyClock::now() - start).count();
}

}  // namespace hookline::bench
