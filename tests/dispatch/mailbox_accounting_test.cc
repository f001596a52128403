// Puts random loads on mailboxes of all kinds: no call is lost or ends twice, the counters are
// right, and the bound holds.

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <latch>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/mailbox/mailbox_reader.h"
#include "hookline/options.h"
#include "hookline/stats.h"
#include "tests/support/idle_worker.h"
#include "tests/support/probe_call.h"
#include "tests/support/scale.h"

namespace hookline {

using namespace detail;

namespace {

struct Load {
  Overflow overflow{};
  std::size_t capacity = 1;
  std::size_t batch = 1;
  int posters = 1;
  int calls_each = 1;
  bool closes = false;
  unsigned seed = 0;
};

class Accounting {
 public:
  explicit Accounting(const Load& load)
      : load_(load),
        mailbox_({.capacity = load.capacity,
                  .overflow = load.overflow,
                  .block_timeout = std::chrono::hours(1)},
                 worker_),
        reader_(mailbox_, load.batch),
        calls_(static_cast<std::size_t>(load.posters)) {}

  void run() {
    std::vector<std::thread> posters;
    std::latch all_posted{load_.posters};
    for (auto& own : calls_) {
      own.resize(static_cast<std::size_t>(load_.calls_each));
      posters.emplace_back([&] {
        for (ProbeCall& call : own) {
          accepted_ += mailbox_.post(call) ? 1U : 0U;
        }
        all_posted.count_down();
      });
    }
    read([&] { return all_posted.try_wait(); });
    for (std::thread& poster : posters) {
      poster.join();
    }
    check();
  }

 private:
  template <class Done>
  void read(Done done) {
    std::mt19937 random(load_.seed);
    const auto close_after =
        std::uniform_int_distribution<int>(0, load_.posters * load_.calls_each)(random);
    while (true) {
      const bool all_posted = done();
      Call* call = closed_ && random() % 2 == 0 ? take_discarded() : take_started();
      if (call != nullptr) {
        call->finish({});
      } else if (all_posted) {
        return;
      } else {
        std::this_thread::yield();
      }
      expect_bound();
      if (load_.closes && !closed_ && started_ >= static_cast<std::uint64_t>(close_after)) {
        mailbox_.close(ErrorCode::kScriptUnloaded);
        closed_ = true;
      }
    }
  }

  Call* take_started() {
    Call* call = reader_.next();
    started_ += call != nullptr ? 1U : 0U;
    return call;
  }
  Call* take_discarded() {
    Call* call = reader_.next_discarded();
    discarded_ += call != nullptr ? 1U : 0U;
    return call;
  }

  // Only this thread lets calls leave (except with kDropOldest), so its count is up to date.
  void expect_bound() {
    if (load_.overflow != Overflow::kDropOldest) {
      ASSERT_LE(mailbox_.stats().accepted - started_ - discarded_, load_.capacity);
    }
  }

  void check() {
    const MailboxStats stats = mailbox_.stats();
    EXPECT_EQ(stats.accepted, stats.started + stats.dropped_oldest + stats.discarded);
    EXPECT_EQ(stats.waiting, 0U);
    EXPECT_EQ(stats.accepted, accepted_.load());
    EXPECT_EQ(stats.started, started_);
    EXPECT_EQ(stats.discarded, discarded_);
    std::uint64_t errors = 0;
    for (const auto& own : calls_) {
      for (const ProbeCall& call : own) {
        ASSERT_EQ(call.ended(), 1);
        errors += call.error().has_value() ? 1U : 0U;
      }
    }
    EXPECT_EQ(errors, stats.rejected + stats.refused + stats.dropped_oldest);
    EXPECT_EQ(
        accepted_.load() + stats.rejected + stats.refused,
        static_cast<std::uint64_t>(load_.posters) * static_cast<std::uint64_t>(load_.calls_each));
    if (load_.overflow != Overflow::kDropOldest) {
      EXPECT_EQ(stats.dropped_oldest, 0U);
    }
  }

  const Load load_;
  IdleWorker worker_;
  Mailbox mailbox_;
  MailboxReader reader_;
  std::vector<std::deque<ProbeCall>> calls_;
  std::atomic<std::uint64_t> accepted_{0};
  std::uint64_t started_ = 0;
  std::uint64_t discarded_ = 0;
  bool closed_ = false;
};

class MailboxAccounting : public testing::TestWithParam<Overflow> {};

TEST_P(MailboxAccounting, HoldsUnderRandomLoads) {
  const unsigned first_seed = 20'261'122;
  const auto rounds = static_cast<unsigned>(scaled(60));
  for (unsigned seed = first_seed; seed < first_seed + rounds; ++seed) {
    std::mt19937 random(seed);
    const auto pick = [&](int low, int high) {
      return std::uniform_int_distribution<int>(low, high)(random);
    };
    const Load load{.overflow = GetParam(),
                    .capacity = static_cast<std::size_t>(pick(1, 20)),
                    .batch = static_cast<std::size_t>(pick(1, 40)),
                    .posters = pick(1, 6),
                    .calls_each = pick(1, 500),
                    .closes = pick(0, 1) == 1,
                    .seed = seed};
    SCOPED_TRACE("seed " + std::to_string(seed));
    Accounting(load).run();
    if (HasFailure()) {
      break;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(AllPolicies, MailboxAccounting,
                         testing::Values(Overflow::kBlock, Overflow::kReject, Overflow::kDropOldest,
                                         Overflow::kDropNewest));

}  // namespace
}  // namespace hookline
