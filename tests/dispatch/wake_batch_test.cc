#include "dispatch/wait/wake_batch.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/options.h"
#include "hookline/stats.h"
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

// Two hosts may have their loops on one thread.
TEST_F(WakeBatchTest, OneThreadMayHaveTwo) {
  WakeBatch first;
  {
    WakeBatch second;
    mailbox.post(call);
    first.release();
    EXPECT_EQ(worker.wake_ups, 1);
    while (reader.next() != nullptr) {
    }
    EXPECT_TRUE(reader.try_become_idle());
    mailbox.post(call);
  }
  EXPECT_EQ(worker.wake_ups, 2);
  ASSERT_NE(WakeBatch::current(), nullptr) << "the first goes on";
  while (reader.next() != nullptr) {
  }
  EXPECT_TRUE(reader.try_become_idle());
  mailbox.post(call);
  EXPECT_EQ(worker.wake_ups, 2);
  first.release();
  EXPECT_EQ(worker.wake_ups, 3);
}

// A host may be shut down on another thread than its loop's.
TEST_F(WakeBatchTest, MayEndOnAnotherThread) {
  auto batch = std::make_unique<WakeBatch>();
  mailbox.post(call);
  std::thread([&] { batch.reset(); }).join();
  EXPECT_EQ(worker.wake_ups, 1);
  EXPECT_EQ(WakeBatch::current(), nullptr);
  while (reader.next() != nullptr) {
  }
  EXPECT_TRUE(reader.try_become_idle());
  mailbox.post(call);
  EXPECT_EQ(worker.wake_ups, 2) << "nothing is held any more";
}

TEST_F(WakeBatchTest, MayOutliveItsThread) {
  std::unique_ptr<WakeBatch> batch;
  std::thread([&] {
    batch = std::make_unique<WakeBatch>();
    mailbox.post(call);
  }).join();
  EXPECT_EQ(worker.wake_ups, 1) << "the thread's end releases";
  batch.reset();
  EXPECT_EQ(worker.wake_ups, 1);
}

// Empties the mailbox when it is woken, as a worker on another core would do a little later.
class PromptWorker final : public MailboxWorker {
 public:
  void wake() noexcept override {
    while (Call* const call = reader->next()) {
      call->finish({});
    }
    (void)reader->try_become_idle();
  }
  [[nodiscard]] bool is_this_thread() const noexcept override { return false; }

  MailboxReader* reader = nullptr;
};

// The worker sleeps only because its wake-up is held, so what it could take must not be refused.
TEST(WakeBatch, RefusesNothingThatAnIdleWorkerWouldTake) {
  for (const Overflow overflow :
       {Overflow::kReject, Overflow::kDropNewest, Overflow::kDropOldest, Overflow::kBlock}) {
    PromptWorker worker;
    Mailbox mailbox({.capacity = 2, .overflow = overflow}, worker);
    MailboxReader reader(mailbox, 16);
    worker.reader = &reader;
    EmptyCall call;
    WakeBatch batch;
    for (int line = 0; line < 7; ++line) {
      EXPECT_TRUE(mailbox.post(call)) << "line " << line;
    }
    batch.release();
    const MailboxStats stats = mailbox.stats();
    EXPECT_EQ(stats.started, 7U);
    EXPECT_EQ(stats.rejected + stats.dropped_oldest, 0U);
  }
}

}  // namespace
}  // namespace hookline
