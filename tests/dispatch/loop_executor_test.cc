#include "dispatch/exec/loop_executor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <uv.h>

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

namespace hookline {

using namespace detail;

namespace {

class Loop {
 public:
  Loop() { uv_loop_init(&loop_); }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
  ~Loop() { EXPECT_EQ(uv_loop_close(&loop_), 0) << "a handle was left open"; }
  uv_loop_t* get() { return &loop_; }
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  bool run_once() { return uv_run(&loop_, UV_RUN_NOWAIT) != 0; }

 private:
  uv_loop_t loop_{};
};

class CountingJob final : public Job {
 public:
  void run() noexcept override { ++runs; }
  void discard() noexcept override { ++discards; }
  std::atomic<int> runs{0};
  std::atomic<int> discards{0};
};

TEST(LoopExecutor, RunsJobsInOrder) {
  Loop loop;
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
  Loop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  for (int i = 0; i < 100; ++i) {
    executor.post_function([] {});
  }
  EXPECT_EQ(executor.wakeups(), 1U);
  loop.run_once();
  loop.run_once();  // spins in vain
  executor.post_function([] {});
  EXPECT_EQ(executor.wakeups(), 2U);
  // Jobs that are posted while the loop runs jobs need no further wake-up.
  executor.post_function([&] { executor.post_function([] {}); });
  loop.run_once();
  EXPECT_EQ(executor.wakeups(), 2U);
  // Jobs that come while the loop spins need none either.
  int runs = 0;
  executor.post_function([&] { ++runs; });
  EXPECT_EQ(executor.wakeups(), 2U);
  loop.run_once();
  EXPECT_EQ(runs, 1);
  executor.close();
  loop.run();
}

TEST(LoopExecutor, LetsTheLoopDoOtherThingsBetweenBatches) {
  Loop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  int runs = 0;
  const int count = (2 * LoopExecutor::kBatch) + 1;
  for (int i = 0; i < count; ++i) {
    executor.post_function([&] { ++runs; });
  }
  loop.run_once();
  EXPECT_EQ(runs, LoopExecutor::kBatch);
  loop.run_once();
  EXPECT_EQ(runs, 2 * LoopExecutor::kBatch);
  loop.run_once();
  EXPECT_EQ(runs, count);
  executor.close();
  loop.run();
}

TEST(LoopExecutor, DiscardsWhatIsPostedBeforeAndAfterClosing) {
  Loop loop;
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
  Loop loop;
  CountingJob job;
  {
    LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
    executor.post(job);
  }
  EXPECT_EQ(job.discards.load(), 1);
  loop.run();
  EXPECT_FALSE(loop.run_once()) << "a handle is still active";
  EXPECT_EQ(job.runs.load(), 0);
}

TEST(LoopExecutor, MayBeDestroyedAfterTheLoopHasRun) {
  Loop loop;
  auto executor = std::make_unique<LoopExecutor>(std::make_shared<LibuvLoop>(loop.get()));
  executor->close();
  loop.run();
  CountingJob late;
  executor->post(late);
  EXPECT_EQ(late.discards.load(), 1);
  executor.reset();
}

TEST(LoopExecutor, MayBeDestroyedInsideAJob) {
  Loop loop;
  auto executor = std::make_unique<LoopExecutor>(std::make_shared<LibuvLoop>(loop.get()));
  CountingJob behind;
  executor->post_function([&] { executor.reset(); });
  executor->post(behind);
  loop.run();
  EXPECT_EQ(behind.discards.load(), 1);
}

TEST(LoopExecutor, ContinuesFuturesOnTheLoop) {
  Loop loop;
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
  Loop loop;
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
    Loop loop;
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
    loop.run_once();
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
  Loop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  EXPECT_TRUE(LoopThread::is_current());
  executor.close();
  EXPECT_FALSE(LoopThread::is_current());
  loop.run();
}

}  // namespace
}  // namespace hookline
