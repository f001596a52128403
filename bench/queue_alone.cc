#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>

#include <array>
#include <cstddef>

#include "bench/usage.h"

namespace hookline::bench {
namespace {

// moodycamel's queue with tokens on one thread: a batch in, the batch out.
void queue_alone(benchmark::State& state) {
  constexpr std::size_t kBatch = 256;
  moodycamel::ConcurrentQueue<int*> queue;
  const moodycamel::ProducerToken producer(queue);
  moodycamel::ConsumerToken consumer(queue);
  std::array<int*, kBatch> out{};
  int item = 0;
  Usage usage(state);
  for (auto _ : state) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      queue.enqueue(producer, &item);
    }
    benchmark::DoNotOptimize(queue.try_dequeue_bulk(consumer, out.begin(), kBatch));
  }
  usage.report(state.iterations() * static_cast<std::int64_t>(kBatch));
}
BENCHMARK(queue_alone);

}  // namespace
}  // namespace hookline::bench
