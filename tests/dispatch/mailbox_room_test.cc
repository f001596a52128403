// Tests the notices that a full mailbox gives when it has room again, for those that must not wait.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <deque>
#include <semaphore>
#include <thread>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/wait/loop_thread.h"
#include "dispatch/wait/pump.h"
#include "hookline/future.h"
#include "hookline/options.h"
#include "tests/dispatch/full_mailbox.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

TEST(MailboxRoom, EachNoticeIsGivenWhenACallStarts) {
  FullMailbox full(Overflow::kBlock);
  EXPECT_FALSE(full.mailbox.has_room());
  Future<void> first = full.mailbox.room();
  Future<void> second = full.mailbox.room();
  EXPECT_FALSE(first.ready());
  EXPECT_FALSE(second.ready());
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
  EXPECT_TRUE(full.mailbox.has_room());
  EXPECT_TRUE(first.ready() && first.get());
  EXPECT_TRUE(second.ready() && second.get());
  EXPECT_TRUE(full.mailbox.room().ready()) << "it has room already";
}

TEST(MailboxRoom, ANoticeIsGivenAtTheClosing) {
  FullMailbox full(Overflow::kBlock);
  Future<void> notice = full.mailbox.room();
  full.mailbox.close(ErrorCode::kScriptUnloaded);
  EXPECT_TRUE(notice.ready());
  EXPECT_TRUE(full.mailbox.has_room()) << "there is nothing to wait for";
  EXPECT_TRUE(full.mailbox.room().ready());
}

TEST(MailboxRoom, OtherPoliciesLetNobodyWait) {
  for (const Overflow overflow :
       {Overflow::kReject, Overflow::kDropNewest, Overflow::kDropOldest}) {
    FullMailbox full(overflow);
    EXPECT_FALSE(full.mailbox.has_room());
    EXPECT_TRUE(full.mailbox.room().ready());
  }
}

// Tells the test that its thread has found no room and is about to sleep.
class SignallingPump final : public Pump {
 public:
  void run_pending() noexcept override { waiting.release(); }
  std::counting_semaphore<> waiting{0};
};

// A single call starts, and both are told.
TEST(MailboxRoom, ANoticeTakesTheWakeUpFromNoThread) {
  FullMailbox full(Overflow::kBlock);
  Future<void> notice = full.mailbox.room();
  SignallingPump pump;
  ProbeCall late;
  std::thread poster([&] {
    const Pump::Binding binding(pump);
    EXPECT_TRUE(full.mailbox.post(late));
  });
  pump.waiting.acquire();
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
  poster.join();
  EXPECT_TRUE(notice.ready());
}

// Two that never wait compete for a single place with nothing but the notices to go by.
TEST(MailboxRoom, NoNoticeIsLost) {
  constexpr int kCalls = 2'000;
  IdleWorker worker;
  Mailbox mailbox(
      {.capacity = 1, .overflow = Overflow::kBlock, .block_timeout = FullMailbox::kLong}, worker);
  MailboxReader reader(mailbox, 256);
  std::array<std::deque<ProbeCall>, 2> refused;
  std::atomic<int> posted{0};
  std::vector<std::thread> posters;
  for (auto& own : refused) {
    posters.emplace_back([&] {
      const LoopThread mark;
      for (int i = 0; i < kCalls; ++i) {
        while (!mailbox.post(own.emplace_back())) {
          mailbox.room().wait();
        }
        ++posted;
      }
    });
  }
  for (int started = 0; started < 2 * kCalls;) {
    if (Call* call = reader.next()) {
      call->finish({});
      ++started;
    } else {
      std::this_thread::yield();
    }
  }
  for (std::thread& poster : posters) {
    poster.join();
  }
  EXPECT_EQ(posted, 2 * kCalls);
}

}  // namespace
}  // namespace hookline
