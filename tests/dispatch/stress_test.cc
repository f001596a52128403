#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/convert.h"
#include "hookline/future.h"
#include "tests/support/quiet_runner.h"
#include "tests/support/scale.h"
#include "tests/support/stress_load.h"

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kProducers = 16;
constexpr std::size_t kConsumers = 4;
constexpr std::size_t kWindow = 256;

std::shared_ptr<Lane> add_consumer(WorkerPool& pool, StressLoad& load, std::size_t consumer) {
  auto runner = [&load, consumer](const Request& request) -> Result<Value> {
    const List args = request.copy_args();
    load.note_run(consumer, *args.at(0).as<std::int64_t>(), *args.at(1).as<std::int64_t>());
    return args.at(1);
  };
  return pool
      .add("consumer", std::make_unique<QuietRunner<decltype(runner)>>(runner),
           {.capacity = 1024, .overflow = Overflow::kBlock, .block_timeout = std::chrono::hours(1)})
      .get()
      .value();
}

void produce(StressLoad& load, std::size_t producer,
             const std::vector<std::shared_ptr<Lane>>& lanes) {
  std::vector<Future<Value>> window(kWindow);
  const auto read = [&](std::uint64_t number) {
    load.note_end(producer, number, window[number % kWindow].get());
  };
  const std::uint64_t count = load.calls_each();
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i >= kWindow) {
      read(i - kWindow);
    }
    window[i % kWindow] =
        FutureCall::post(lanes[load.consumer_of(i)]->mailbox(), [&](RequestWriter& request) {
          request.set_function(0);
          request.add_value(static_cast<std::int64_t>(producer));
          request.add_value(static_cast<std::int64_t>(i));
        });
  }
  for (std::uint64_t i = count < kWindow ? 0 : count - kWindow; i < count; ++i) {
    read(i);
  }
}

void expect_order_and_exactly_once(std::size_t workers) {
  StressLoad load(kProducers, kConsumers, scaled(100'000));
  WorkerPool pool({.workers = workers});
  std::vector<std::shared_ptr<Lane>> lanes;
  for (std::size_t c = 0; c < kConsumers; ++c) {
    lanes.push_back(add_consumer(pool, load, c));
  }
  std::vector<std::thread> producers;
  for (std::size_t p = 0; p < kProducers; ++p) {
    producers.emplace_back([&, p] { produce(load, p, lanes); });
  }
  for (std::thread& producer : producers) {
    producer.join();
  }
  pool.shutdown(Drain::kRun);
  EXPECT_EQ(load.not_once(), 0U);
  EXPECT_EQ(load.wrong(), 0U);
  EXPECT_EQ(load.out_of_order(), 0U);
}

TEST(Stress, EachCallEndsOnceAndInOrderWithAWorkerPerLane) { expect_order_and_exactly_once(0); }

TEST(Stress, EachCallEndsOnceAndInOrderWithSharedWorkers) { expect_order_and_exactly_once(2); }

}  // namespace
}  // namespace hookline
