#include "bench/machine.h"

#include <benchmark/benchmark.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <thread>
#include <vector>

#include "bench/cost.h"

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

// Returns the number of rounds that take about this time.
std::uint64_t rounds_of(std::chrono::milliseconds time) {
  constexpr std::uint64_t kProbe = 1'000'000;
  return static_cast<std::uint64_t>(std::chrono::duration<double>(time).count() / spin(kProbe) *
                                    static_cast<double>(kProbe));
}

// Passes a signal between two threads with a bare futex: 1 while a signal is pending, else 0.
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

std::vector<std::size_t> OnCore::all_and_current_last() {
  cpu_set_t allowed{};
  sched_getaffinity(0, sizeof allowed, &allowed);
  const auto current = static_cast<std::size_t>(std::max(sched_getcpu(), 0));
  std::vector<std::size_t> indices;
  std::size_t index = 0;
  std::optional<std::size_t> last;
  for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &allowed)) {
      if (core == current) {
        last = index;
      } else {
        indices.push_back(index);
      }
      ++index;
    }
  }
  if (last) {
    indices.push_back(*last);
  }
  return indices;
}

double two_thread_gain(std::chrono::milliseconds time) {
  const std::uint64_t rounds = rounds_of(time);
  const double alone = spin(rounds);
  const auto start = SteadyClock::now();
  std::thread other([rounds] { spin(rounds); });
  spin(rounds);
  other.join();
  return 2 * alone / std::chrono::duration<double>(SteadyClock::now() - start).count();
}

double line_hop_ns() {
  constexpr int kRounds = 5'000;
  alignas(64) std::atomic<int> there{0};
  alignas(64) std::atomic<int> back{-1};
  const auto await = [](const std::atomic<int>& word, int round) {
    while (word.load(std::memory_order_acquire) != round) {
    }
  };
  std::jthread other([&] {
    const OnCore core(1);
    // The first round says that this thread has reached its core.
    for (int round = 0; round <= kRounds; ++round) {
      await(there, round);
      back.store(round, std::memory_order_release);
    }
  });
  const OnCore core(0);
  await(back, 0);
  const auto start = SteadyClock::now();
  for (int round = 1; round <= kRounds; ++round) {
    there.store(round, std::memory_order_release);
    await(back, round);
  }
  return std::chrono::duration<double, std::nano>(SteadyClock::now() - start).count() / kRounds / 2;
}

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
