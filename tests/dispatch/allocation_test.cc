// Counts every malloc of the process, including those of operator new and of moodycamel's queue: in
// steady state posting a call allocates nothing on any thread.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <barrier>
#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/submit/delivered_call.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/support/alone/failing_malloc.h"
#include "tests/support/probe_call.h"
#include "tests/support/quiet_runner.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;
using test::FailingMalloc;

namespace {

constexpr int kPhases = 50;
constexpr int kRounds = 20'000;
constexpr std::size_t kWindow = 256;
// This is longer than the small buffer of std::string.
constexpr const char* kLine = "a line of chat that is too long for the small string buffer";

class AllocationTest : public testing::Test {
 protected:
  void SetUp() override {
    if (kSanitized) {
      GTEST_SKIP() << "a sanitizer replaces malloc";
    }
    auto runner = [](const Request& request) -> Result<Value> {
      return Value(static_cast<long>(request.size()));
    };
    lane_ = pool_.add("x", std::make_unique<QuietRunner<decltype(runner)>>(runner)).get().value();
  }

  static void fill(RequestWriter& request) {
    request.set_function(1);
    request.add_text("nick");
    request.add_text(kLine);
  }

  // Returns the allocations of the last of several phases. The first phases are the warm-up, which
  // ends with the first phase that allocates nothing: how many objects are in use together, and are
  // thus used for the first time, depends on how the threads happen to run. Code that allocates
  // regularly never gets there.
  template <class Round>
  static std::size_t count_allocations(Round round, int rounds = kRounds) {
    std::size_t count = 1;
    for (int phase = 0; phase < kPhases && count != 0; ++phase) {
      const std::size_t before = FailingMalloc::calls();
      for (int i = 0; i < rounds; ++i) {
        round();
      }
      count = FailingMalloc::calls() - before;
    }
    return count;
  }

  // Posts calls in a window, so that a bounded number of them is on its way.
  template <class Post>
  std::size_t count_in_window(Post post) {
    std::vector<decltype(post())> window(kWindow);
    std::size_t next = 0;
    return count_allocations([&] {
      auto& future = window[next++ % kWindow];
      if (future.valid()) {
        (void)future.get();
      }
      future = post();
    });
  }

  WorkerPool pool_;
  std::shared_ptr<Lane> lane_;
};

TEST_F(AllocationTest, CountsAnAllocation) {
  const std::size_t before = FailingMalloc::calls();
  const std::string text(100, 'x');
  EXPECT_EQ(FailingMalloc::calls(), before + 1);
  EXPECT_EQ(text.size(), 100U);
}

// Events are posted this way: many slots share one call object.
TEST_F(AllocationTest, PostingACallNeedsNone) {
  EmptyCall call;
  OwnedRequest owned;
  std::size_t sent = 0;
  EXPECT_EQ(count_allocations([&] {
              QueueSlot slot(call);
              RequestWriter request(slot, owned);
              fill(request);
              lane_->mailbox().post(std::move(slot));
              // Waits without allocating, so that at most a window is on its way.
              if (++sent % kWindow == 0) {
                while (lane_->mailbox().waiting() != 0) {
                  std::this_thread::yield();
                }
              }
            }),
            0U);
  pool_.shutdown(Drain::kRun);  // the last calls must end before `call` does
}

class CountingHandler final : public ResultHandler {
 public:
  void on_result(Result<Value> result) noexcept override {
    results_.fetch_add(result ? 1U : 0U, std::memory_order_release);
  }
  [[nodiscard]] std::size_t results() const { return results_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::size_t> results_{0};
};

TEST_F(AllocationTest, CallingForAHandlerNeedsNone) {
  CountingHandler handler;
  std::size_t sent = 0;
  EXPECT_EQ(count_allocations([&] {
              DeliveredCall::post(lane_->mailbox(), fill, InlineExecutor::instance(), handler);
              if (++sent % kWindow == 0) {
                while (handler.results() != sent) {
                  std::this_thread::yield();
                }
              }
            }),
            0U);
  while (handler.results() != sent) {
    std::this_thread::yield();
  }
}

TEST_F(AllocationTest, CallingForAFutureNeedsNone) {
  EXPECT_EQ(count_in_window([&] { return FutureCall::post(lane_->mailbox(), fill); }), 0U);
}

TEST_F(AllocationTest, ContinuingAFutureNeedsNone) {
  EXPECT_EQ(count_in_window([&] {
              return FutureCall::post(lane_->mailbox(), fill)
                  .then(InlineExecutor::instance(),
                        [](Result<Value> result) { return result.has_value(); });
            }),
            0U);
}

Future<bool> await(Future<Value> future) { co_return (co_await std::move(future)).has_value(); }

TEST_F(AllocationTest, AwaitingAFutureNeedsNone) {
  EXPECT_EQ(count_in_window([&] { return await(FutureCall::post(lane_->mailbox(), fill)); }), 0U);
}

struct Item : PoolItem {
  int number = 0;
};

// Objects that one thread takes and another returns come back in batches, which are recycled, too:
// neither needs memory.
TEST_F(AllocationTest, RecyclingBetweenTwoThreadsNeedsNone) {
  ObjectPool<Item> pool;
  std::array<Item*, kWindow> items{};
  std::barrier<> turn(2);
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (true) {
      turn.arrive_and_wait();
      if (done) {
        return;
      }
      for (Item* item : items) {
        pool.put(*item);
      }
      turn.arrive_and_wait();
    }
  });
  EXPECT_EQ(count_allocations(
                [&] {
                  std::ranges::generate(items, [&] { return &pool.get(); });
                  turn.arrive_and_wait();
                  turn.arrive_and_wait();
                },
                kRounds / 100),
            0U);
  done = true;
  turn.arrive_and_wait();
  other.join();
}

TEST_F(AllocationTest, RefusingACallNeedsNone) {
  EmptyCall call;
  lane_->mailbox().close(ErrorCode::kShuttingDown);
  EXPECT_EQ(count_allocations([&] { EXPECT_FALSE(lane_->mailbox().post(call)); }), 0U);
}

}  // namespace
}  // namespace hookline
