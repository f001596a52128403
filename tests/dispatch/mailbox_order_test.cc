#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <thread>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "tests/support/idle_worker.h"
#include "tests/support/scale.h"
#include "tests/support/slot_hog.h"

namespace hookline {

using namespace detail;

namespace {

class NumberedCall final : public Call {
 public:
  NumberedCall(int its_thread, int its_number) : thread(its_thread), number(its_number) {}
  void finish(Result<Value>&& /*result*/) noexcept override {}
  int thread;
  int number;
};

void expect_order(int threads, int count, std::size_t batch) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 1U << 20U}, worker);
  MailboxReader reader(mailbox, batch);
  std::vector<std::deque<NumberedCall>> calls(static_cast<std::size_t>(threads));
  std::vector<std::thread> posters;
  for (int t = 0; t < threads; ++t) {
    posters.emplace_back([&, t] {
      auto& own = calls[static_cast<std::size_t>(t)];
      for (int i = 0; i < count; ++i) {
        mailbox.post(own.emplace_back(t, i));
      }
    });
  }
  std::map<int, int> expected;
  for (int seen = 0; seen < threads * count;) {
    if (const auto* call = static_cast<NumberedCall*>(reader.next())) {
      ASSERT_EQ(call->number, expected[call->thread]++);
      ++seen;
    }
  }
  for (std::thread& poster : posters) {
    poster.join();
  }
}

TEST(MailboxOrder, IsThatOfEachPostingThread) {
  expect_order(4, static_cast<int>(scaled(50'000)), 256);
}

TEST(MailboxOrder, DoesNotDependOnTheBatch) {
  expect_order(3, static_cast<int>(scaled(10'000)), 1);
  expect_order(3, static_cast<int>(scaled(10'000)), 7);
}

TEST(MailboxOrder, HoldsForThreadsWithoutSlot) {
  const SlotHog hog;
  expect_order(3, static_cast<int>(scaled(10'000)), 256);
}

// A thread gets the token of one that has ended and whose calls are still in the queue.
TEST(MailboxOrder, HoldsAcrossThreadsThatShareASlot) {
  IdleWorker worker;
  Mailbox mailbox({.capacity = 1000}, worker);
  MailboxReader reader(mailbox, 256);
  std::deque<NumberedCall> calls;
  for (int t = 0; t < 10; ++t) {
    std::thread([&] {
      for (int i = 0; i < 50; ++i) {
        mailbox.post(calls.emplace_back(0, (t * 50) + i));
      }
    }).join();
  }
  for (int i = 0; i < 500; ++i) {
    const auto* call = static_cast<NumberedCall*>(reader.next());
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(call->number, i);
  }
}

}  // namespace
}  // namespace hookline
