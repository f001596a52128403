// Scenarios of futures, deadlines and recycled objects.

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch/base/object_pool.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "tests/simulate/scenario.h"
#include "tests/simulate/tracked_call.h"

namespace hookline::scenarios {
namespace {

using simulate::check;
using simulate::Plain;
using simulate::Thread;
using simulate::World;

simulate::Random& random() { return World::instance().random(); }

Duration some_timeout() {
  return random().once_in(3) ? Duration(std::chrono::hours(100))
                             : Duration(static_cast<std::int64_t>(random().below(4000)));
}

}  // namespace

// One thread keeps a promise, another one waits, cancels or continues.
void futures() {
  Promise<int> promise;
  Future<int> future = promise.future();
  Plain<int> written;
  bool started = false;
  bool kept = false;
  int continued = 0;
  {
    const Thread producer("producer", [&] {
      started = promise.try_start();
      if (random().once_in(4)) {
        Promise<int> dropped = std::move(promise);
        return;
      }
      written.write(7);
      kept = promise.set(7);
    });
    switch (random().below(4)) {
      case 0:
        while (!future.wait_for(some_timeout())) {
        }
        break;
      case 1:
        if (future.cancel()) {
          check(future.get().error().code == ErrorCode::kCancelled, "cancelled, with a result");
          return;
        }
        break;
      case 2:
        future.deliver_to(InlineExecutor::instance(), [&](Result<int> result) {
          ++continued;
          check(!result || written.read() == 7, "a continuation without its result");
        });
        break;
      default:
        break;
    }
    if (future.valid()) {
      const Result<int> result = future.get();
      check(!result || (*result == 7 && written.read() == 7), "the result is another one");
      check(result || result.error().code == ErrorCode::kShuttingDown, "the error is another one");
      ++continued;
    }
  }
  check(continued == 1, "a future does not end once");
}

// Calls that are cancelled, that time out, and that run, all at the same time.
void calls_with_deadlines() {
  TimerService timers;
  std::array<Plain<bool>, 8> ran;
  std::uint32_t posted = 0;
  WorkerPool pool({.workers = random().below(2), .batch = 1 + random().below(2)});
  const auto note = [&](const Request& request) { ran[request.function].write(true); };
  const MailboxOptions options{.capacity = 1 + random().below(3)};
  const auto lane = pool.add("lane", std::make_unique<CheckedRunner>(note), options).get().value();
  const auto use = [&] {
    for (std::size_t i = 1 + random().below(3); i != 0; --i) {
      CallLimits limits;
      if (random().once_in(3)) {
        limits = {.deadline = Clock::system().now() + some_timeout(), .timers = &timers};
      }
      const std::uint32_t number = posted++;
      Future<Value> future = FutureCall::post(
          lane->mailbox(), [&](RequestWriter& request) { request.set_function(number); }, limits);
      if (random().once_in(3)) {
        simulate::yield();
      }
      const bool cancelled = random().once_in(2) && future.cancel();
      if (random().once_in(5)) {
        continue;  // nobody waits
      }
      const Result<Value> result = future.get();
      check(!result || (*result == Value(1) && ran[number].read()), "the result is another one");
      check(!cancelled || (!result && result.error().code == ErrorCode::kCancelled),
            "a cancelled call has a result");
      check(!cancelled || !ran[number].peek(), "a cancelled call has run");
    }
  };
  {
    const Thread one("caller", use);
    const Thread two("caller", use);
    if (random().once_in(3)) {
      pool.remove(*lane, random().once_in(2) ? Drain::kRun : Drain::kDiscard).wait();
    }
  }
  pool.shutdown(Drain::kRun);
}

void timers() {
  class CountedTimer final : public Timer {
   public:
    void expire() noexcept override {
      check(Clock::system().now() >= due, "a timer expires too early");
      ++expired;
      World::instance().wake_all(this);
    }
    TimePoint due;
    int expired = 0;
    bool cancelled = false;
  };
  std::array<CountedTimer, 5> all;
  TimerService service;
  const auto use = [&](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i < to; ++i) {
      all[i].due =
          Clock::system().now() + Duration(static_cast<std::int64_t>(random().below(5000)));
      check(service.try_schedule(all[i], all[i].due), "a timer was refused");
    }
    for (std::size_t i = from; i < to; ++i) {
      if (random().once_in(2)) {
        all[i].cancelled = service.cancel(all[i]);
      }
    }
    for (std::size_t i = from; i < to; ++i) {
      while (!all[i].cancelled && all[i].expired == 0) {
        World::instance().sleep(&all[i]);
      }
    }
  };
  {
    const Thread one("user", [&] { use(0, 2); });
    const Thread two("user", [&] { use(2, 5); });
  }
  for (const CountedTimer& timer : all) {
    check(timer.expired + (timer.cancelled ? 1 : 0) == 1, "a timer does not end once");
  }
}

// Objects wander between threads, and come back to the pool on others than those that took them.
void recycled_objects() {
  struct Item : PoolItem {
    Plain<std::size_t> content;
    bool in_use = false;
  };
  static auto* const kPool = std::make_unique<ObjectPool<Item>>().release();
  simulate::Mutex mutex;
  std::deque<Item*> shared;
  const auto use = [&](std::size_t me) {
    for (std::size_t i = 0; i < 40; ++i) {
      Item& item = kPool->get();
      check(!item.in_use, "an object is given out twice");
      item.in_use = true;
      item.content.write(me);
      Item* other = nullptr;
      {
        const std::scoped_lock lock(mutex);
        shared.push_back(&item);
        if (shared.size() > random().below(40)) {
          other = shared.front();
          shared.pop_front();
        }
      }
      if (other != nullptr) {
        other->content.write(me);
        other->in_use = false;
        kPool->put(*other);
      }
    }
  };
  {
    const Thread one("user", [&] { use(1); });
    const Thread two("user", [&] { use(2); });
  }
  for (Item* const item : shared) {
    item->in_use = false;
    kPool->put(*item);
  }
}

}  // namespace hookline::scenarios
