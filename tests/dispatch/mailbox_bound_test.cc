#include <gtest/gtest.h>

#include <deque>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "hookline/options.h"
#include "hookline/stats.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"

namespace hookline {

using namespace detail;

namespace {

MailboxStats expect_sum(const Mailbox& mailbox) {
  const MailboxStats stats = mailbox.stats();
  EXPECT_EQ(stats.accepted, stats.started + stats.dropped_oldest + stats.discarded + stats.waiting);
  return stats;
}

TEST(MailboxBound, CountsACallAsWaitingUntilItIsGivenOut) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 3}, worker);
  MailboxReader reader(mailbox, 256);
  std::deque<ProbeCall> calls(5);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(mailbox.post(calls[static_cast<std::size_t>(i)]));
  }
  EXPECT_FALSE(mailbox.post(calls[3]));
  EXPECT_EQ(calls[3].error(), ErrorCode::kQueueFull);

  // The reader has taken all three by now, but two of them still wait.
  EXPECT_EQ(reader.next(), &calls[0]);
  EXPECT_EQ(mailbox.waiting(), 2U);
  EXPECT_TRUE(mailbox.post(calls[4]));
  ProbeCall late;
  EXPECT_FALSE(mailbox.post(late));

  EXPECT_EQ(reader.next(), &calls[1]);
  EXPECT_EQ(reader.next(), &calls[2]);
  EXPECT_EQ(reader.next(), &calls[4]);
  EXPECT_EQ(reader.next(), nullptr);
  const MailboxStats stats = expect_sum(mailbox);
  EXPECT_EQ(stats.accepted, 4U);
  EXPECT_EQ(stats.started, 4U);
  EXPECT_EQ(stats.rejected, 2U);
}

TEST(MailboxBound, WakesItsWorkerOncePerIdleTime) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 10}, worker);
  MailboxReader reader(mailbox, 256);
  std::deque<ProbeCall> calls(4);
  mailbox.post(calls[0]);
  mailbox.post(calls[1]);
  EXPECT_EQ(worker.wake_ups.load(), 1);
  EXPECT_FALSE(reader.try_become_idle());
  (void)reader.next();
  EXPECT_FALSE(reader.try_become_idle());
  (void)reader.next();
  EXPECT_TRUE(reader.try_become_idle());
  mailbox.post(calls[2]);
  EXPECT_EQ(worker.wake_ups.load(), 2);
  (void)reader.next();
}

TEST(MailboxBound, RefusesWithTheCodeItWasClosedWith) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 10}, worker);
  MailboxReader reader(mailbox, 256);
  ProbeCall before;
  ProbeCall after;
  mailbox.post(before);
  mailbox.close(ErrorCode::kScriptUnloaded);
  mailbox.close(ErrorCode::kShuttingDown);
  EXPECT_FALSE(mailbox.post(after));
  EXPECT_EQ(after.error(), ErrorCode::kScriptUnloaded);
  EXPECT_EQ(before.ended(), 0);
  EXPECT_FALSE(reader.drained());
  EXPECT_EQ(reader.next_discarded(), &before);
  EXPECT_TRUE(reader.drained());
  const MailboxStats stats = expect_sum(mailbox);
  EXPECT_EQ(stats.discarded, 1U);
  EXPECT_EQ(stats.started, 0U);
  EXPECT_EQ(stats.refused, 1U);
}

}  // namespace
}  // namespace hookline
