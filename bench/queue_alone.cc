#include <benchmark/benchmark.h>
#include <concurrentqueue.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

#include "bench/cost.h"

namespace hookline::bench {

using namespace detail;

namespace {

constexpr std::int64_t kBatch = 256;
constexpr std::int64_t kItems = 1'000'000;

using Queue = moodycamel::ConcurrentQueue<int*>;

// Uses moodycamel's queue with tokens on one thread: enqueues a batch, then dequeues it.
void queue_alone(benchmark::State& state) {
  Queue queue;
  const moodycamel::ProducerToken producer(queue);
  moodycamel::ConsumerToken consumer(queue);
  std::array<int*, std::size_t{kBatch}> out{};
  int item = 0;
  const Stopwatch watch;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < kBatch; ++i) {
      queue.enqueue(producer, &item);
    }
    benchmark::DoNotOptimize(queue.try_dequeue_bulk(consumer, out.begin(), kBatch));
  }
  report(state, watch.per(state.iterations() * kBatch));
}
BENCHMARK(queue_alone)->Iterations(20'000)->Apply(repeated);

// Does the same between two threads, which yield when they have to wait. The producer is at most
// 4,096 items ahead.
void queue_two_threads(benchmark::State& state) {
  constexpr std::int64_t kAhead = 4'096;
  int item = 0;
  const Stopwatch watch;
  for (auto _ : state) {
    Queue queue;
    std::atomic<std::int64_t> taken{0};
    std::thread reader([&] {
      moodycamel::ConsumerToken consumer(queue);
      std::array<int*, std::size_t{kBatch}> out{};
      while (taken.load(std::memory_order_relaxed) < kItems) {
        const std::size_t count = queue.try_dequeue_bulk(consumer, out.begin(), kBatch);
        if (count == 0) {
          std::this_thread::yield();
        }
        taken.fetch_add(static_cast<std::int64_t>(count), std::memory_order_relaxed);
      }
    });
    const moodycamel::ProducerToken producer(queue);
    for (std::int64_t i = 0; i < kItems; ++i) {
      while (i % kBatch == 0 && i - taken.load(std::memory_order_relaxed) > kAhead) {
        std::this_thread::yield();
      }
      queue.enqueue(producer, &item);
    }
    reader.join();
  }
  report(state, watch.per(state.iterations() * kItems));
}
BENCHMARK(queue_two_threads)->Iterations(2)->Apply(repeated);

}  // namespace
}  // namespace hookline::bench
