#include "bench/thread_handoff.h"

#include <benchmark/benchmark.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "bench/core.h"
#include "bench/row.h"
#include "bench/samples.h"

namespace hookline::bench {
namespace {

// Bare futexes, nothing of ours: 0 = nothing, 1 = the ball is here.
class Court {
 public:
  void give() {
    word_.store(1, std::memory_order_release);
    syscall(SYS_futex, &word_, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
  }
  void take() {
    while (word_.exchange(0, std::memory_order_acquire) == 0) {
      syscall(SYS_futex, &word_, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
    }
  }

 private:
  alignas(64) std::atomic<std::uint32_t> word_{0};
};

class HandOff {
 public:
  HandOff()
      : other_([this] {
          const OnCore there(1);
          answer();
        }) {}
  HandOff(const HandOff&) = delete;
  HandOff& operator=(const HandOff&) = delete;
  ~HandOff() {
    stopping_.store(true);
    there_.give();
    other_.join();
  }
  void round_trip() {
    there_.give();
    back_.take();
  }

 private:
  void answer() {
    while (true) {
      there_.take();
      if (stopping_.load()) {
        return;
      }
      back_.give();
    }
  }

  Court there_;
  Court back_;
  std::atomic<bool> stopping_{false};
  std::thread other_;
};

void thread_handoff(benchmark::State& state) {
  Samples samples;
  for (auto _ : state) {
    samples.add(handoff_us());
  }
  state.counters["p50_us"] = samples.median();
}
BENCHMARK(thread_handoff)->Iterations(9)->Apply(repeated);

}  // namespace

double handoff_us() {
  constexpr int kRounds = 400;
  HandOff hand_off;
  const OnCore here(0);
  Samples samples;
  for (int i = 0; i < kRounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    hand_off.round_trip();
    samples.add(std::chrono::steady_clock::now() - start);
  }
  return samples.median();
}

}  // namespace hookline::bench
