#include "dispatch/wait/wake_batch.h"

#include <gtest/gtest.h>

#include <thread>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"
#include "tests/support/quiet_runner.h"

namespace hookline {

using namespace detail;

namespace {

class WakeBatchTest : public testing::Test {
 protected:
  ~WakeBatchTest() override {
    while (reader.next() != nullptr) {
    }
  }
  IdleWorker worker;
  Mailbox mailbox{{}, worker};
  MailboxReader reader{mailbox, 16};
  EmptyCall call;
};

TEST_F(WakeBatchTest, WakesImmediatelyWithoutABatch) {
  mailbox.post(call);
  EXPECT_EQ(worker.wake_ups, 1);
}

TEST_F(WakeBatchTest, WakesOnceWhenReleased) {
  WakeBatch batch;
  mailbox.post(call);
  mailbox.post(call);
  EXPECT_EQ(worker.wake_ups, 0);
  batch.release();
  EXPECT_EQ(worker.wake_ups, 1);
  batch.release();
  EXPECT_EQ(worker.wake_ups, 1);
}

TEST_F(WakeBatchTest, ReleasesAtItsEnd) {
  {
    const WakeBatch batch;
    mailbox.post(call);
    EXPECT_EQ(worker.wake_ups, 0);
  }
  EXPECT_EQ(worker.wake_ups, 1);
  EXPECT_EQ(WakeBatch::current(), nullptr);
}

TEST_F(WakeBatchTest, DoesNotHoldForEver) {
  const WakeBatch batch;
  for (std::size_t i = 0; i < WakeBatch::kMaxPosts; ++i) {
    mailbox.post(call);
  }
  EXPECT_EQ(worker.wake_ups, 1);
}

TEST_F(WakeBatchTest, BelongsToItsThread) {
  const WakeBatch batch;
  std::thread([this] { mailbox.post(call); }).join();
  EXPECT_EQ(worker.wake_ups, 1);
}

// A thread that waits for a worker which it has yet to wake would wait for ever.
TEST(WakeBatch, AWaitReleases) {
  WorkerPool pool;
  auto run = [](const Request&) -> Result<Value> { return Value(1); };
  const auto lane =
      pool.add("quiet", std::make_unique<QuietRunner<decltype(run)>>(run)).get().value();
  const WakeBatch batch;
  auto future = call(lane->mailbox(), OwnedRequest("f", {}));
  EXPECT_EQ(future.get(), Value(1));
}

}  // namespace
}  // namespace hookline
