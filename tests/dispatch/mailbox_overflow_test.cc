#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <memory>
#include <semaphore>
#include <thread>
#include <vector>

#include "dispatch/mailbox/blocked_posters.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "dispatch/wait/loop_thread.h"
#include "dispatch/wait/pump.h"
#include "hookline/options.h"
#include "hookline/stats.h"
#include "tests/dispatch/full_mailbox.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

TEST(MailboxReject, EndsTheNewCall) {
  FullMailbox full(Overflow::kReject);
  ProbeCall late;
  EXPECT_FALSE(full.mailbox.post(late));
  EXPECT_EQ(late.error(), ErrorCode::kQueueFull);
  EXPECT_EQ(late.result().error().message, "mailbox is full");
  EXPECT_EQ(full.mailbox.stats().rejected, 1U);
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
}

TEST(MailboxDropNewest, EndsTheNewCall) {
  FullMailbox full(Overflow::kDropNewest);
  ProbeCall late;
  EXPECT_FALSE(full.mailbox.post(late));
  EXPECT_EQ(late.error(), ErrorCode::kDropped);
  EXPECT_EQ(full.mailbox.stats().rejected, 1U);
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
}

TEST(MailboxDropOldest, EndsTheOldestCall) {
  FullMailbox full(Overflow::kDropOldest);
  ProbeCall late;
  EXPECT_TRUE(full.mailbox.post(late));
  EXPECT_EQ(full.calls[0].error(), ErrorCode::kDropped);
  EXPECT_EQ(full.calls[1].ended(), 0);
  const MailboxStats stats = full.mailbox.stats();
  EXPECT_EQ(stats.accepted, 3U);
  EXPECT_EQ(stats.dropped_oldest, 1U);
  EXPECT_EQ(stats.waiting, 2U);
  EXPECT_EQ(stats.rejected, 0U);
  EXPECT_EQ(full.reader.next(), &full.calls[1]);
  EXPECT_EQ(full.reader.next(), &late);
}

// This holds also while the worker is in the middle of a batch.
TEST(MailboxDropOldest, CanDisplaceWhateverWaits) {
  FullMailbox full(Overflow::kDropOldest);
  ProbeCall third;
  ProbeCall fourth;
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
  EXPECT_TRUE(full.mailbox.post(third));
  EXPECT_TRUE(full.mailbox.post(fourth));
  EXPECT_EQ(full.calls[1].error(), ErrorCode::kDropped);
  EXPECT_EQ(full.reader.next(), &third);
  EXPECT_EQ(full.reader.next(), &fourth);
}

TEST(MailboxBlock, SaysWouldDeadlockOnItsOwnWorker) {
  FullMailbox full(Overflow::kBlock);
  full.worker.is_me = true;
  ProbeCall late;
  EXPECT_FALSE(full.mailbox.post(late));
  EXPECT_EQ(late.error(), ErrorCode::kWouldDeadlock);
  EXPECT_EQ(full.mailbox.stats().refused, 1U);
}

TEST(MailboxBlock, GivesUpAtTheDeadline) {
  FullMailbox full(Overflow::kBlock, std::chrono::milliseconds(1));
  ProbeCall late;
  EXPECT_FALSE(full.mailbox.post(late));
  EXPECT_EQ(late.error(), ErrorCode::kQueueFull);
  ProbeCall later;
  EXPECT_FALSE(full.mailbox.post(later, TimePoint{}));
  EXPECT_EQ(later.error(), ErrorCode::kQueueFull);
  EXPECT_EQ(full.mailbox.stats().rejected, 2U);
}

// Tells the test that its thread has found no room and is about to sleep.
class SignallingPump final : public Pump {
 public:
  void run_pending() noexcept override { waiting.release(); }
  std::counting_semaphore<> waiting{0};
};

// Nothing else is posted, so only the reader can wake the poster.
TEST(MailboxBlock, WaitsForRoom) {
  FullMailbox full(Overflow::kBlock);
  SignallingPump pump;
  ProbeCall late;
  std::thread poster([&] {
    const Pump::Binding binding(pump);
    EXPECT_TRUE(full.mailbox.post(late));
  });
  pump.waiting.acquire();
  EXPECT_EQ(full.reader.next(), &full.calls[0]);
  poster.join();
  EXPECT_EQ(full.reader.next(), &full.calls[1]);
  EXPECT_EQ(full.reader.next(), &late);
}

TEST(MailboxBlock, IsToldOfTheClosing) {
  FullMailbox full(Overflow::kBlock);
  ProbeCall late;
  std::thread poster([&] { EXPECT_FALSE(full.mailbox.post(late)); });
  full.mailbox.close(ErrorCode::kShuttingDown);
  poster.join();
  EXPECT_EQ(late.error(), ErrorCode::kShuttingDown);
}

// Many posters compete for a single place, with no timeout that would hide a lost wake-up.
TEST(MailboxClosed, RefusesWithTheCodeOfTheFirstClose) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 1}, worker);
  mailbox.close(ErrorCode::kQuarantined);
  mailbox.close(ErrorCode::kShuttingDown);
  ProbeCall late;
  EXPECT_FALSE(mailbox.post(late));
  EXPECT_EQ(late.error(), ErrorCode::kQuarantined);
}

TEST(MailboxBlock, LosesNoWakeUpAmongManyPosters) {
  constexpr int kThreads = 6;
  constexpr int kCalls = 500;
  IdleWorker worker;
  Mailbox mailbox(
      {.capacity = 1, .overflow = Overflow::kBlock, .block_timeout = FullMailbox::kLong}, worker);
  MailboxReader reader(mailbox, 256);
  std::vector<std::deque<ProbeCall>> calls(kThreads);
  std::vector<std::thread> posters;
  for (auto& own : calls) {
    own.resize(kCalls);
    posters.emplace_back([&] {
      for (ProbeCall& call : own) {
        EXPECT_TRUE(mailbox.post(call));
      }
    });
  }
  for (int started = 0; started < kThreads * kCalls;) {
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
  EXPECT_EQ(mailbox.stats().started, kThreads * kCalls);
}

class RoomMakingPump final : public Pump {
 public:
  explicit RoomMakingPump(MailboxReader& reader) : reader_(reader) {}
  void run_pending() noexcept override { (void)reader_.next(); }

 private:
  MailboxReader& reader_;
};

constexpr auto kPatience = std::chrono::seconds(20);

TEST(BlockedPosters, APosterThatGaveUpIsNotListed) {
  BlockedPosters posters;
  EXPECT_FALSE(posters.wait([] { return false; }, TimePoint{}));
  EXPECT_EQ(posters.waiting(), 0U);
  // Otherwise this wake-up would go to the poster that has left.
  std::atomic<bool> room{false};
  bool in_time = false;
  std::thread poster([&] {
    const TimePoint deadline = Clock::system().now() + kPatience;
    posters.wait([&] { return room.load(); }, deadline);
    in_time = Clock::system().now() < deadline;
  });
  while (posters.waiting() == 0) {
    std::this_thread::yield();
  }
  room = true;
  posters.wake_one();
  poster.join();
  EXPECT_TRUE(in_time);
}

// The first poster is woken when it has found room already: the next one gets the wake-up.
TEST(BlockedPosters, AnUnusedWakeUpIsPassedOn) {
  BlockedPosters posters;
  std::atomic<bool> room{false};
  std::atomic<int> attempts{0};
  bool in_time = false;
  std::thread second;
  posters.wait(
      [&] {
        second = std::thread([&] {
          const TimePoint deadline = Clock::system().now() + kPatience;
          posters.wait(
              [&] {
                ++attempts;
                return room.load();
              },
              deadline);
          in_time = Clock::system().now() < deadline;
        });
        while (attempts == 0) {
          std::this_thread::yield();
        }
        room = true;
        posters.wake_one();
        return true;
      },
      kNoDeadline);
  second.join();
  EXPECT_TRUE(in_time);
}

// The first of three is woken, and has not noticed it yet, when the others are to be woken.
TEST(BlockedPosters, EachWakeUpIsForAnotherPoster) {
  BlockedPosters posters;
  std::atomic<bool> room{false};
  std::atomic<int> in_time{0};
  std::vector<std::thread> others;
  posters.wait(
      [&] {
        for (int i = 0; i < 2; ++i) {
          others.emplace_back([&] {
            const TimePoint deadline = Clock::system().now() + kPatience;
            posters.wait([&] { return room.load(); }, deadline);
            in_time += Clock::system().now() < deadline ? 1 : 0;
          });
        }
        while (posters.waiting() != 3) {
          std::this_thread::yield();
        }
        room = true;
        for (int i = 0; i < 3; ++i) {
          posters.wake_one();
        }
        return true;
      },
      kNoDeadline);
  for (std::thread& other : others) {
    other.join();
  }
  EXPECT_EQ(in_time, 2);
}

TEST(MailboxBlock, ServesThePumpOfItsThread) {
  FullMailbox full(Overflow::kBlock);
  RoomMakingPump pump(full.reader);
  const Pump::Binding binding(pump);
  ProbeCall late;
  EXPECT_TRUE(full.mailbox.post(late));
}

// A loop's thread that waits serves no sockets.
TEST(MailboxBlock, RefusesImmediatelyOnTheThreadOfALoop) {
  FullMailbox full(Overflow::kBlock);
  {
    const LoopThread mark;
    ProbeCall late;
    EXPECT_FALSE(full.mailbox.post(late));
    EXPECT_EQ(late.error(), ErrorCode::kQueueFull);
    EXPECT_EQ(full.mailbox.stats().rejected, 1U);
  }
  EXPECT_FALSE(LoopThread::is_current());
}

TEST(LoopThread, MarksOneThreadUntilItsLastMarkEnds) {
  auto first = std::make_unique<LoopThread>();
  const LoopThread second;
  std::thread([] { EXPECT_FALSE(LoopThread::is_current()); }).join();
  std::thread([&] { first.reset(); }).join();
  EXPECT_TRUE(LoopThread::is_current());
}

}  // namespace
}  // namespace hookline
