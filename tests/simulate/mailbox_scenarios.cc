// Scenarios of mailboxes and their workers.

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

#include "dispatch/mailbox/mailbox.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/lane.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/simulate/scenario.h"
#include "tests/simulate/tracked_call.h"

namespace hookline::scenarios {
namespace {

using simulate::check;
using simulate::Thread;

simulate::Random& random() { return simulate::World::instance().random(); }

MailboxOptions some_options() {
  constexpr Overflow kPolicies[] = {Overflow::kBlock, Overflow::kReject, Overflow::kDropOldest,
                                    Overflow::kDropNewest};
  return {.capacity = 1 + random().below(4),
          .overflow = kPolicies[random().below(4)],
          .block_timeout = random().once_in(2) ? Duration(std::chrono::seconds(1))
                                               : Duration(std::chrono::microseconds(3))};
}

// Checks the bounds of the mailboxes at each step while it lives.
class BoundWatch {
 public:
  explicit BoundWatch(std::vector<std::shared_ptr<Lane>> lanes) {
    simulate::World::instance().watch([lanes = std::move(lanes)] {
      for (const auto& lane : lanes) {
        Ledger::check_bound(lane->mailbox());
      }
    });
  }
  BoundWatch(const BoundWatch&) = delete;
  BoundWatch& operator=(const BoundWatch&) = delete;
  ~BoundWatch() { simulate::World::instance().watch({}); }
};

WorkerPoolOptions some_workers() {
  return {.workers = random().below(2), .batch = 1 + random().below(3)};
}

std::shared_ptr<Lane> add_lane(WorkerPool& pool, MailboxOptions options) {
  return pool.add("lane", std::make_unique<CheckedRunner>(), options).get().value();
}

// Posts some calls, perhaps with their wake-ups in a batch.
void produce(Ledger& ledger, Mailbox& mailbox, std::size_t producer, std::size_t calls) {
  std::optional<WakeBatch> batch;
  if (random().once_in(3)) {
    batch.emplace();
  }
  for (std::size_t i = 0; i < calls; ++i) {
    ledger.post(mailbox, producer);
    if (batch && random().once_in(3)) {
      batch->release();
    }
  }
}

std::vector<Thread> start_producers(Ledger& ledger, Mailbox& mailbox, std::size_t producers,
                                    std::size_t most_calls) {
  std::vector<Thread> threads;
  for (std::size_t producer = 0; producer < producers; ++producer) {
    const std::size_t calls = 1 + random().below(most_calls);
    threads.emplace_back("producer",
                         [&, producer, calls] { produce(ledger, mailbox, producer, calls); });
  }
  return threads;
}

}  // namespace

void calls_through_a_mailbox() {
  const std::size_t producers = 1 + random().below(3);
  Ledger ledger(producers);
  WorkerPool pool(some_workers());
  const auto lane = add_lane(pool, some_options());
  {
    const BoundWatch watch({lane});
    start_producers(ledger, lane->mailbox(), producers, 5);
  }
  pool.shutdown(random().once_in(2) ? Drain::kRun : Drain::kDiscard);
  ledger.check_all(lane->mailbox());
}

// Nothing but the worker's progress wakes the posters, so a lost wake-up is noticed. Some posters
// give up soon, also just when they are woken.
void blocked_posters() {
  const std::size_t producers = 2 + random().below(3);
  Ledger ledger(producers);
  WorkerPool pool(some_workers());
  const auto lane = add_lane(pool, {.capacity = 1 + random().below(2),
                                    .overflow = Overflow::kBlock,
                                    .block_timeout = std::chrono::hours(100)});
  const bool closes = random().once_in(2);
  const TimePoint start = Clock::system().now();
  std::size_t hasty = 0;
  {
    const BoundWatch watch({lane});
    std::vector<Thread> threads = start_producers(ledger, lane->mailbox(), producers - 1, 3);
    threads.emplace_back("hasty", [&] {
      for (std::size_t i = random().below(4); i != 0; --i) {
        const auto patience = Duration(static_cast<std::int64_t>(random().below(2000)));
        ledger.post(lane->mailbox(), producers - 1, Clock::system().now() + patience);
        ++hasty;
      }
    });
    if (closes) {
      pool.remove(*lane, random().once_in(2) ? Drain::kRun : Drain::kDiscard).wait();
    }
  }
  pool.shutdown(Drain::kRun);
  ledger.check_all(lane->mailbox());
  check(Clock::system().now() - start < std::chrono::hours(1), "a thread was not woken");
  check(closes || ledger.started() + hasty >= ledger.posted(), "a patient call was refused");
}

// Some posters wait for room, others never do, and try again when the mailbox gives notice.
void notices_of_room() {
  const std::size_t producers = 1 + random().below(3);
  Ledger ledger(producers);
  WorkerPool pool(some_workers());
  const auto lane = add_lane(pool, {.capacity = 1 + random().below(2),
                                    .overflow = Overflow::kBlock,
                                    .block_timeout = std::chrono::hours(100)});
  const bool closes = random().once_in(3);
  {
    const BoundWatch watch({lane});
    std::vector<Thread> threads = start_producers(ledger, lane->mailbox(), producers - 1, 3);
    threads.emplace_back("told", [&] {
      for (std::size_t i = 1 + random().below(4); i != 0; --i) {
        while (!ledger.post(lane->mailbox(), producers - 1, Clock::system().now()) && !closes) {
          lane->mailbox().room().wait();
        }
      }
      if (closes) {
        lane->mailbox().room().wait();
      }
    });
    if (closes) {
      pool.remove(*lane, random().once_in(2) ? Drain::kRun : Drain::kDiscard).wait();
    }
  }
  pool.shutdown(Drain::kRun);
  ledger.check_all(lane->mailbox());
}

void shutdown_during_posts() {
  const std::size_t producers = 1 + random().below(3);
  Ledger first(producers);
  Ledger second(producers);
  WorkerPool pool(some_workers());
  const auto one = add_lane(pool, some_options());
  const auto two = add_lane(pool, some_options());
  {
    const BoundWatch watch({one, two});
    std::vector<Thread> to_one = start_producers(first, one->mailbox(), producers, 3);
    std::vector<Thread> to_two = start_producers(second, two->mailbox(), 1, 3);
    pool.shutdown(random().once_in(2) ? Drain::kRun : Drain::kDiscard);
  }
  first.check_all(one->mailbox());
  second.check_all(two->mailbox());
}

void remove_and_between_calls() {
  const std::size_t producers = 1 + random().below(2);
  Ledger ledger(producers);
  Ledger others(1);
  WorkerPool pool(some_workers());
  const auto lane = add_lane(pool, some_options());
  const auto other = add_lane(pool, some_options());
  std::size_t between = 0;
  std::size_t asked = 0;
  {
    const BoundWatch watch({lane, other});
    std::vector<Thread> threads = start_producers(ledger, lane->mailbox(), producers, 3);
    std::vector<Thread> more = start_producers(others, other->mailbox(), 1, 3);
    const Thread swapper("swapper", [&] {
      for (std::size_t i = random().below(3); i != 0; --i, ++asked) {
        auto given = std::make_shared<simulate::Plain<std::size_t>>();
        given->write(i);
        pool.between_calls(*lane, [&between, given, i](Result<Runner*> runner) {
          check(given->read() == i, "a function has not arrived as it was given");
          ++between;
          if (runner) {
            (*runner)->begin_batch();
            (*runner)->end_batch();
          }
        });
      }
    });
    Future<void> removed = pool.remove(*lane, random().once_in(2) ? Drain::kRun : Drain::kDiscard);
    Future<void> again = pool.remove(*lane, Drain::kRun);
    if (random().once_in(2)) {
      WorkerPool::stop_draining(*lane);
    }
    removed.wait();
    again.wait();
    check(!ledger.post(lane->mailbox(), 0), "a removed lane accepts a call");
  }
  check(between <= asked, "a function ran twice");
  pool.shutdown(Drain::kRun);
  ledger.check_all(lane->mailbox());
  others.check_all(other->mailbox());
}

}  // namespace hookline::scenarios
