#include "dispatch/exec/loop_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include "dispatch/exec/libuv_loop.h"
#include "dispatch/wait/loop_thread.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/support/scale.h"
#include "tests/support/uv_test_loop.h"

namespace hookline {

using namespace detail;

namespace {

class CountingJob final : public Job {
 public:
  void run() noexcept override { ++runs; }
  void discard() noexcept override { ++discards; }
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
};

TEST(LoopExecutor, RunsJobsInOrder) {
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  std::vector<int> seen;
  for (int i = 0; i < 5; ++i) {
    executor.post_function([&, i] { seen.push_back(i); });
  }
  executor.post_function([&] { executor.close(); });
  loop.run();
  EXPECT_THAT(seen, testing::ElementsAre(0, 1, 2, 3, 4));
}

TEST(LoopExecutor, WakesTheLoopOncePerBatch) {
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  for (int i = 0; i < 100; ++i) {
    executor.post_function([] {});
  }
  EXPECT_EQ(executor.wakeups(), 1U);
  loop.turn();
  loop.turn();  // spins in vain
  executor.post_function([] {});
  EXPECT_EQ(executor.wakeups(), 2U);
  // Jobs that are posted while the loop runs jobs need no further wake-up.
  executor.post_function([&] { executor.post_function([] {}); });
  loop.turn();
  EXPECT_EQ(executor.wakeups(), 2U);
  // Jobs that come while the loop spins need none either.
  int runs = 0;
  executor.post_function([&] { ++runs; });
  EXPECT_EQ(executor.wakeups(), 2U);
  loop.turn();
  EXPECT_EQ(runs, 1);
  executor.close();
  loop.run();
}

TEST(LoopExecutor, LetsTheLoopDoOtherThingsBetweenBatches) {
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  int runs = 0;
  const int count = (2 * LoopExecutor::kBatch) + 1;
  for (int i = 0; i < count; ++i) {
    executor.post_function([&] { ++runs; });
  }
  for (int before = 0; before < count; before = runs) {
    loop.turn();
    ASSERT_GT(runs, before);
    EXPECT_LT(runs - before, count) << "one turn of the loop runs all";
  }
  executor.close();
  loop.run();
}

TEST(LoopExecutor, DiscardsWhatIsPostedBeforeAndAfterClosing) {
  test::UvTestLoop loop;
  CountingJob before;
  CountingJob after;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  executor.post(before);
  executor.close();
  executor.close();
  EXPECT_EQ(before.discards.load(), 1);
  executor.post(after);
  EXPECT_EQ(after.discards.load(), 1);
  loop.run();
  EXPECT_EQ(before.runs + after.runs, 0);
}

TEST(LoopExecutor, MayBeDestroyedBeforeTheLoopEnds) {
  test::UvTestLoop loop;
  CountingJob job;
  {
    LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
    executor.post(job);
  }
  EXPECT_EQ(job.discards.load(), 1);
  loop.run();
  EXPECT_FALSE(loop.turn()) << "a handle is still active";
  EXPECT_EQ(job.runs.load(), 0);
}

TEST(LoopExecutor, MayBeDestroyedAfterTheLoopHasRun) {
  test::UvTestLoop loop;
  auto executor = std::make_unique<LoopExecutor>(std::make_shared<LibuvLoop>(loop.get()));
  executor->close();
  loop.run();
  CountingJob late;
  executor->post(late);
  EXPECT_EQ(late.discards.load(), 1);
  executor.reset();
}

TEST(LoopExecutor, MayBeDestroyedInsideAJob) {
  test::UvTestLoop loop;
  auto executor = std::make_unique<LoopExecutor>(std::make_shared<LibuvLoop>(loop.get()));
  CountingJob behind;
  executor->post_function([&] { executor.reset(); });
  executor->post(behind);
  loop.run();
  EXPECT_EQ(behind.discards.load(), 1);
}

TEST(LoopExecutor, ContinuesFuturesOnTheLoop) {
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  Promise<int> promise;
  std::thread::id ran_on;
  Future<void> done = promise.future().then(executor, [&](Result<int>) {
    ran_on = std::this_thread::get_id();
    executor.close();
  });
  std::thread producer([&] { promise.set(1); });
  loop.run();
  producer.join();
  EXPECT_TRUE(done.ready());
  EXPECT_EQ(ran_on, std::this_thread::get_id());
}

TEST(LoopExecutor, LosesNothingFromManyThreads) {
  constexpr int kThreads = 4;
  const int count = static_cast<int>(scaled(20'000));
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  int runs = 0;  // only the loop's thread touches it
  std::vector<std::thread> posters;
  for (int t = 0; t < kThreads; ++t) {
    posters.emplace_back([&] {
      for (int i = 0; i < count; ++i) {
        executor.post_function([&] {
          if (++runs == kThreads * count) {
            executor.close();
          }
        });
      }
    });
  }
  loop.run();
  for (std::thread& poster : posters) {
    poster.join();
  }
  EXPECT_EQ(runs, kThreads * count);
}

TEST(LoopExecutor, ClosesWhileOthersPost) {
  constexpr std::size_t kThreads = 3;
  const auto rounds = scaled(200);
  for (std::uint64_t round = 0; round < rounds; ++round) {
    std::vector<std::vector<CountingJob>> jobs(kThreads);
    test::UvTestLoop loop;
    LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
    std::vector<std::thread> posters;
    for (auto& own : jobs) {
      own = std::vector<CountingJob>(100);
      posters.emplace_back([&] {
        for (CountingJob& job : own) {
          executor.post(job);
        }
      });
    }
    loop.turn();
    executor.close();
    loop.run();
    for (std::thread& poster : posters) {
      poster.join();
    }
    for (const auto& own : jobs) {
      for (const CountingJob& job : own) {
        ASSERT_EQ(job.runs + job.discards, 1);
      }
    }
  }
}

TEST(LoopExecutor, MarksTheThreadOfItsLoopUntilItCloses) {
  test::UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  EXPECT_TRUE(LoopThread::is_current());
  executor.close();
  EXPECT_FALSE(LoopThread::is_current());
  loop.run();
}

}  // namespace
}  // namespace hookline
