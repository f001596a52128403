#include "dispatch/wait/wake_batch.h"

#include <gtest/gtest.h>

#include <thread>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/submit/function_call.h"
#include "dispatch/worker/worker_pool.h"
#include "tests/support/quiet_runner.h"

namespace hookline {

using namespace detail;

namespace {

class CountingWorker final : public MailboxWorker {
 public:
  void fetch() noexcept override { ++fetched; }
  [[nodiscard]] bool is_this_thread() const noexcept override { return false; }
  int fetched = 0;
};

class EmptyCall final : public Call {
 public:
  void finish(Result<Value> /*result*/) noexcept override {}
};

class WakeBatchTest : public testing::Test {
 protected:
  ~WakeBatchTest() override {
    while (reader.next() != nullptr) {
    }
  }
  CountingWorker worker;
  Mailbox mailbox{{}, worker};
  MailboxReader reader{mailbox, 16};
  EmptyCall call;
};

TEST_F(WakeBatchTest, WakesAtOnceWithoutAHold) {
  mailbox.post(call);
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeBatchTest, WakesOnceWhenReleased) {
  WakeBatch hold;
  mailbox.post(call);
  mailbox.post(call);
  EXPECT_EQ(worker.fetched, 0);
  hold.release();
  EXPECT_EQ(worker.fetched, 1);
  hold.release();
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeBatchTest, ReleasesAtItsEnd) {
  {
    const WakeBatch hold;
    mailbox.post(call);
    EXPECT_EQ(worker.fetched, 0);
  }
  EXPECT_EQ(worker.fetched, 1);
  EXPECT_EQ(WakeBatch::current(), nullptr);
}

TEST_F(WakeBatchTest, DoesNotHoldForEver) {
  const WakeBatch hold;
  for (std::size_t i = 0; i < WakeBatch::kMostPosts; ++i) {
    mailbox.post(call);
  }
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeBatchTest, IsTheThreadsOwn) {
  const WakeBatch hold;
  std::thread([this] { mailbox.post(call); }).join();
  EXPECT_EQ(worker.fetched, 1);
}

// Who waits for what a held worker has to do would wait for ever.
TEST(WakeBatch, AWaitReleases) {
  WorkerPool pool;
  auto run = [](const Request&) -> Result<Value> { return Value(1); };
  const auto lane =
      pool.add("quiet", std::make_unique<QuietRunner<decltype(run)>>(run)).get().value();
  const WakeBatch hold;
  auto future =
      call_function(lane->mailbox(), [](Runner&) -> Result<Value> { return Value("done"); });
  EXPECT_EQ(future.get(), Value("done"));
}

}  // namespace
}  // namespace hookline
