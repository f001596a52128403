#include "dispatch/wake_hold.h"

#include <gtest/gtest.h>

#include <thread>

#include "dispatch/function_call.h"
#include "dispatch/mailbox.h"
#include "dispatch/mailbox_reader.h"
#include "dispatch/worker_pool.h"
#include "tests/support/quiet_runner.h"

namespace hookline {
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

class WakeHoldTest : public testing::Test {
 protected:
  ~WakeHoldTest() override {
    while (reader.next() != nullptr) {
    }
  }
  CountingWorker worker;
  Mailbox mailbox{{}, worker};
  MailboxReader reader{mailbox, 16};
  EmptyCall call;
};

TEST_F(WakeHoldTest, WakesAtOnceWithoutAHold) {
  mailbox.post(call);
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeHoldTest, WakesOnceWhenReleased) {
  WakeHold hold;
  mailbox.post(call);
  mailbox.post(call);
  EXPECT_EQ(worker.fetched, 0);
  hold.release();
  EXPECT_EQ(worker.fetched, 1);
  hold.release();
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeHoldTest, ReleasesAtItsEnd) {
  {
    const WakeHold hold;
    mailbox.post(call);
    EXPECT_EQ(worker.fetched, 0);
  }
  EXPECT_EQ(worker.fetched, 1);
  EXPECT_EQ(WakeHold::current(), nullptr);
}

TEST_F(WakeHoldTest, DoesNotHoldForEver) {
  const WakeHold hold;
  for (std::size_t i = 0; i < WakeHold::kMostPosts; ++i) {
    mailbox.post(call);
  }
  EXPECT_EQ(worker.fetched, 1);
}

TEST_F(WakeHoldTest, IsTheThreadsOwn) {
  const WakeHold hold;
  std::thread([this] { mailbox.post(call); }).join();
  EXPECT_EQ(worker.fetched, 1);
}

// Who waits for what a held worker has to do would wait for ever.
TEST(WakeHold, AWaitReleases) {
  WorkerPool pool;
  auto run = [](const Request&) -> Result<Value> { return Value(1); };
  const auto lane =
      pool.add("quiet", std::make_unique<QuietRunner<decltype(run)>>(run)).get().value();
  const WakeHold hold;
  auto future =
      call_function(lane->mailbox(), [](Runner&) -> Result<Value> { return Value("done"); });
  EXPECT_EQ(future.get(), Value("done"));
}

}  // namespace
}  // namespace hookline
