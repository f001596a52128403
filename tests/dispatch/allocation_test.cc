// Counts every malloc of the process, those of operator new and of moodycamel's queue included: in
// steady state posting a call allocates nothing, on no thread.

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
#include "dispatch/submit/future_call.h"
#include "dispatch/submit/posted_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/support/quiet_runner.h"
#include "tests/support/scale.h"

namespace {

std::atomic<std::size_t> allocations{0};

}  // namespace

// A sanitizer has a malloc of its own; there the tests are skipped.
#if !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
extern "C" void* __libc_malloc(std::size_t size);  // NOLINT(*-reserved-identifier, *-naming)

extern "C" void* malloc(std::size_t size) {  // NOLINT(misc-use-internal-linkage)
  allocations.fetch_add(1, std::memory_order_relaxed);
  return __libc_malloc(size);
}
#endif

namespace hookline {

using namespace detail;

namespace {

constexpr int kPhases = 50;
constexpr int kRounds = 20'000;
constexpr std::size_t kWindow = 256;
// Longer than what std::string keeps within itself.
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

  // Allocations in the last of several phases. The first ones are the warm-up, which ends with the
  // first phase that needs none: how many objects are on their way at once, and thus are used for
  // the first time, depends on how the threads happen to run. What allocates regularly never gets
  // there.
  template <class Round>
  static std::size_t count_allocations(Round round, int rounds = kRounds) {
    std::size_t count = 1;
    for (int phase = 0; phase < kPhases && count != 0; ++phase) {
      const std::size_t before = allocations.load();
      for (int i = 0; i < rounds; ++i) {
        round();
      }
      count = allocations.load() - before;
    }
    return count;
  }

  // Posts in windows, so that the number of calls on their way is bounded.
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
  const std::size_t before = allocations.load();
  const std::string text(100, 'x');
  EXPECT_EQ(allocations.load(), before + 1);
  EXPECT_EQ(text.size(), 100U);
}

TEST_F(AllocationTest, PostingACallNeedsNone) {
  std::size_t sent = 0;
  EXPECT_EQ(count_allocations([&] {
              PostedCall::post(lane_->mailbox(), fill);
              // Not more than a window on their way, waited for without allocating.
              if (++sent % kWindow == 0) {
                while (lane_->mailbox().waiting() != 0) {
                  std::this_thread::yield();
                }
              }
            }),
            0U);
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

struct Thing : PoolItem {
  int number = 0;
};

// What one thread takes and another returns comes back in parcels, whose shells are used again:
// both the objects and the way back need no memory.
TEST_F(AllocationTest, RecyclingBetweenTwoThreadsNeedsNone) {
  ObjectPool<Thing> recycler;
  std::array<Thing*, kWindow> things{};
  std::barrier<> turn(2);
  std::atomic<bool> done{false};
  std::thread other([&] {
    while (true) {
      turn.arrive_and_wait();
      if (done) {
        return;
      }
      for (Thing* thing : things) {
        recycler.put(*thing);
      }
      turn.arrive_and_wait();
    }
  });
  EXPECT_EQ(count_allocations(
                [&] {
                  std::ranges::generate(things, [&] { return &recycler.get(); });
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
  lane_->mailbox().close(ErrorCode::kShuttingDown);
  EXPECT_EQ(count_allocations([&] { PostedCall::post(lane_->mailbox(), fill); }), 0U);
}

}  // namespace
}  // namespace hookline
