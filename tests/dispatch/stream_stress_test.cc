// Tests streams with real workers: many run together, threads and coroutines read them, and some
// are closed in the middle.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/stream/stream_core.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "hookline/stream.h"
#include "tests/support/counting_streams.h"
#include "tests/support/fake_runner.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

using Item = std::optional<Value>;

class StreamStress : public testing::Test {
 protected:
  StreamStress() {
    script_->on_run = [this](const Request& request) -> Result<Value> {
      return is_stream_request(request) ? streams.run(request)
                                        : Result<Value>(request.copy_args().at(0));
    };
    lane = pool.add("script", std::make_unique<FakeRunner>(script_)).get().value();
  }

  ValueStream open(List args, std::size_t ahead = 16) {
    return open_stream({.lane = lane, .timers = &timers, .ahead = ahead},
                       OwnedRequest("count", std::move(args)));
  }

  CountingStreams streams;  // only the worker touches it until the pool is shut down
  TimerService timers;
  WorkerPool pool;
  std::shared_ptr<Lane> lane;

 private:
  std::shared_ptr<FakeScript> script_ = std::make_shared<FakeScript>();
};

TEST_F(StreamStress, ManyThreadsReadStreamsWhileOthersCall) {
  constexpr int kReaders = 4;
  const auto last = static_cast<std::int64_t>(scaled(20'000));
  std::vector<std::thread> threads;
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&, reader] {
      ValueStream stream = open({last}, static_cast<std::size_t>(reader) * 5);
      for (std::int64_t expected = 1; expected <= last; ++expected) {
        ASSERT_EQ(stream.next().get(), Result<Item>(Value(expected)));
      }
      ASSERT_EQ(stream.next().get(), Result<Item>(std::nullopt));
    });
  }
  threads.emplace_back([&] {
    for (std::int64_t i = 0; i < last / 4; ++i) {
      ASSERT_EQ(call(lane->mailbox(), OwnedRequest("echo", {i})).get(), Result<Value>(i));
    }
  });
  for (std::thread& thread : threads) {
    thread.join();
  }
}

TEST_F(StreamStress, StreamsThatAreClosedAnywhereAreAllClosed) {
  constexpr int kThreads = 3;
  const auto rounds = static_cast<int>(scaled(2'000));
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < rounds; ++round) {
        ValueStream stream = open({0});
        // The stream is open by now, and is closed between two pulls, or during one.
        ASSERT_TRUE(stream.next().get());
        for (int item = 0; item < (round + i) % 7; ++item) {
          ASSERT_TRUE(stream.next().get());
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  pool.shutdown(Drain::kRun);
  EXPECT_EQ(streams.closed, kThreads * rounds);
}

TEST_F(StreamStress, DeadlinesAndCancellationLoseNoItem) {
  const auto reads = static_cast<int>(scaled(10'000));
  ValueStream stream = open({0}, 2);
  std::int64_t seen = 0;
  for (int i = 0; i < reads; ++i) {
    auto item = i % 3 == 0 ? stream.next(Duration::zero()) : stream.next();
    if (i % 3 == 1) {
      item.cancel();
    }
    if (auto result = item.get()) {
      ASSERT_EQ(**result, Value(++seen));
    } else {
      ASSERT_TRUE(result.error().code == ErrorCode::kDeadlineExceeded ||
                  result.error().code == ErrorCode::kCancelled);
    }
  }
  EXPECT_GE(seen, reads / 3);
}

TEST_F(StreamStress, ShutdownEndsStreamsThatAreBeingRead) {
  constexpr int kReaders = 3;
  std::atomic<int> reading{0};
  std::vector<std::thread> threads;
  for (int reader = 0; reader < kReaders; ++reader) {
    threads.emplace_back([&] {
      ValueStream stream = open({0});
      Result<Item> item = stream.next().get();
      reading.fetch_add(1);
      reading.notify_all();
      while (item) {
        item = stream.next().get();
      }
      EXPECT_EQ(item.error().code, ErrorCode::kShuttingDown);
    });
  }
  for (int now = 0; now < kReaders; now = reading.load()) {
    reading.wait(now);
  }
  pool.shutdown(Drain::kDiscard);
  for (std::thread& thread : threads) {
    thread.join();
  }
}

Future<std::int64_t> count_items(ValueStream stream) {
  std::int64_t count = 0;
  while (Result<Item> item = co_await stream.next()) {
    if (!*item) {
      break;
    }
    ++count;
  }
  co_return count;
}

TEST_F(StreamStress, CoroutinesReadWithoutAThread) {
  const auto last = static_cast<std::int64_t>(scaled(5'000));
  std::vector<Future<std::int64_t>> counts;
  for (int i = 0; i < 10; ++i) {
    counts.push_back(count_items(open({last})));
  }
  for (auto& count : counts) {
    EXPECT_EQ(count.get(), last);
  }
}

}  // namespace
}  // namespace hookline
