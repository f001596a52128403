// Scenarios of event loops.

#include <algorithm>
#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "dispatch/exec/loop_executor.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/wait/pump.h"
#include "dispatch/wait/wake_batch.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/loop.h"
#include "plugin/functions/host_port.h"
#include "tests/simulate/scenario.h"
#include "tests/simulate/tracked_call.h"

namespace hookline::scenarios {
namespace {

using simulate::check;
using simulate::Plain;
using simulate::Thread;
using simulate::World;

simulate::Random& random() { return World::instance().random(); }

// An event loop that sleeps until it is woken. It checks that the library keeps to the rules of
// EventLoop.
class SimulatedLoop final : public EventLoop {
 public:
  explicit SimulatedLoop(bool reports_turns) : reports_turns_(reports_turns) {}

  void start(LoopTasks& tasks) override { tasks_ = &tasks; }
  void stop() noexcept override {
    tasks_ = nullptr;
    World::instance().wake_all(this);
  }
  void wake() noexcept override {
    World::instance().point("loop wake", simulate::Where::current());
    check(tasks_ != nullptr, "a loop is woken that has stopped");
    check(!woken_, "a loop is woken twice");
    woken_ = true;
    World::instance().wake_all(this);
  }
  void set_timer(Duration /*delay*/) noexcept override {}
  [[nodiscard]] bool report_turns() noexcept override { return reports_turns_; }

  [[nodiscard]] bool stopped() const noexcept { return tasks_ == nullptr; }
  // Makes one turn. Returns false if there is nothing to do.
  bool turn() {
    World::instance().point("loop turn", simulate::Where::current());
    if (tasks_ == nullptr || (!woken_ && !again_)) {
      return false;
    }
    woken_ = false;
    again_ = tasks_->run();
    if (tasks_ != nullptr && reports_turns_) {
      tasks_->end_turn();
    }
    return true;
  }
  // Sleeps until there is something to do.
  void sleep() {
    while (tasks_ != nullptr && !woken_ && !again_) {
      World::instance().sleep(this);
    }
  }

 private:
  const bool reports_turns_;
  LoopTasks* tasks_ = nullptr;
  bool woken_ = false;
  bool again_ = false;
};

// A job that has to run on the loop's thread, or to be discarded.
class TrackedJob final : public Job {
 public:
  TrackedJob(std::size_t& last, std::size_t number, std::size_t loop_thread)
      : last_(last), number_(number), loop_thread_(loop_thread) {}
  void run() noexcept override {
    check(World::instance().current() == loop_thread_, "a job runs on the wrong thread");
    check(content.read() == number_, "a job has not arrived as it was posted");
    check(last_ < number_, "a job runs before an earlier one of the same thread");
    last_ = number_;
    end();
  }
  void discard() noexcept override {
    check(content.read() == number_, "a job has not arrived as it was posted");
    end();
  }
  [[nodiscard]] bool ended() const noexcept { return ended_; }

  Plain<std::size_t> content;

 private:
  void end() {
    check(!ended_, "a job ends twice");
    ended_ = true;
  }
  std::size_t& last_;
  std::size_t number_;
  std::size_t loop_thread_;
  bool ended_ = false;
};

}  // namespace

// Some threads post jobs, and the loop closes at some moment, with jobs in all places.
void loop_that_closes() {
  const std::size_t producers = 1 + random().below(4);
  const auto loop = std::make_shared<SimulatedLoop>(random().once_in(2));
  LoopExecutor executor(loop);
  if (random().once_in(2)) {
    (void)executor.batch_wakeups();
  }
  World::instance().no_memory_one_in = random().below(4);
  std::deque<TrackedJob> jobs;
  std::vector<std::size_t> last(producers, 0);
  {
    std::vector<Thread> threads;
    for (std::size_t producer = 0; producer < producers; ++producer) {
      threads.emplace_back("poster", [&, producer] {
        for (std::size_t i = 1 + random().below(4); i != 0; --i) {
          TrackedJob& job = jobs.emplace_back(last[producer], jobs.size() + 1, 0);
          job.content.write(jobs.size());
          executor.post(job);
        }
      });
    }
    for (std::size_t turns = random().below(6); turns != 0; --turns) {
      if (!loop->turn()) {
        simulate::yield();
      }
    }
    if (random().once_in(2)) {
      executor.close();
    }
  }
  while (loop->turn()) {
  }
  for (const TrackedJob& job : jobs) {
    check(loop->stopped() || job.ended(), "a job was not run");
  }
  executor.close();
  for (const TrackedJob& job : jobs) {
    check(job.ended(), "a job is lost");
  }
}

// The loop sleeps between jobs. Nothing else wakes it, so a lost wake-up is a deadlock.
void loop_that_sleeps() {
  const auto loop = std::make_shared<SimulatedLoop>(false);
  LoopExecutor executor(loop);
  World::instance().no_memory_one_in = random().below(4);
  std::deque<TrackedJob> jobs;
  std::array<std::size_t, 2> last{};
  std::array<std::size_t, 2> count{1 + random().below(3), random().below(3)};
  {
    std::vector<Thread> threads;
    for (std::size_t producer = 0; producer < 2; ++producer) {
      threads.emplace_back("poster", [&, producer] {
        for (std::size_t i = 0; i < count[producer]; ++i) {
          TrackedJob& job = jobs.emplace_back(last[producer], jobs.size() + 1, 0);
          job.content.write(jobs.size());
          executor.post(job);
        }
      });
    }
    const auto done = [&] {
      return jobs.size() == count[0] + count[1] &&
             std::ranges::all_of(jobs, [](const TrackedJob& job) { return job.ended(); });
    };
    while (!done()) {
      loop->sleep();
      (void)loop->turn();
    }
  }
  executor.close();
}

// Scripts call the host, whose loop is detached and attached again and again. Nothing else wakes
// the host, so a call that no loop takes over is a deadlock.
void loop_that_is_attached_again() {
  HostPort port;
  const std::size_t scripts = 1 + random().below(3);
  std::size_t running = scripts;
  std::vector<std::unique_ptr<LoopExecutor>> executors;  // as long as the port
  std::shared_ptr<SimulatedLoop> loop;
  {
    std::vector<Thread> threads;
    for (std::size_t i = 0; i < scripts; ++i) {
      threads.emplace_back("script", [&] {
        for (std::size_t calls = 1 + random().below(3); calls != 0; --calls) {
          Plain<int> answer;
          const Result<Value> result = port.run([&](Promise<Value> promise) {
                                             answer.write(42);
                                             promise.set(Value(true));
                                           })
                                           .get();
          check(result.has_value(), "a call into the host has failed");
          check(answer.read() == 42, "a call into the host has not run");
        }
        --running;
        if (loop != nullptr) {
          World::instance().wake_all(loop.get());
        }
      });
    }
    while (running != 0) {
      loop = std::make_shared<SimulatedLoop>(false);
      executors.push_back(std::make_unique<LoopExecutor>(loop));
      port.wake(executors.back().get());
      const bool last = executors.size() == 4;
      for (std::size_t turns = random().below(4); turns != 0 || last; --turns) {
        if (!loop->turn()) {
          if (running == 0) {
            break;
          }
          if (last) {
            World::instance().sleep(loop.get());
          } else {
            simulate::yield();
          }
        }
      }
      port.wake(nullptr);
      executors.back()->close();
    }
  }
  port.close();
}

// Two hosts of one thread wait for scripts, which call one host or the other meanwhile.
void two_hosts_of_one_thread() {
  HostPort first;
  HostPort second;
  const Pump::Binding bind_first(first);
  const Pump::Binding bind_second(second);
  std::array<Promise<int>, 3> promises;
  std::vector<Future<int>> ended;
  for (Promise<int>& promise : promises) {
    ended.push_back(promise.future());
  }
  std::vector<Thread> threads;
  for (Promise<int>& promise : promises) {
    threads.emplace_back("script", [&] {
      for (std::size_t calls = random().below(3); calls != 0; --calls) {
        HostPort& port = random().once_in(2) ? first : second;
        Plain<int> answer;
        const Result<Value> result = port.run([&](Promise<Value> served) {
                                           answer.write(42);
                                           served.set(Value(true));
                                         })
                                         .get();
        check(result.has_value() && answer.read() == 42, "a call into the host has not run");
      }
      promise.set(1);
    });
  }
  for (Future<int>& future : ended) {
    check(future.get() == 1, "a script has not ended");
  }
}

// A thread that runs two loops posts to two workers while it holds their wake-ups. One of its hosts
// is shut down by another thread meanwhile.
void held_wake_ups() {
  Ledger first(2);
  Ledger second(2);
  WorkerPool pool({.workers = random().below(2), .batch = 2});
  const auto one = pool.add("one", std::make_unique<CheckedRunner>(), {}).get().value();
  const auto two = pool.add("two", std::make_unique<CheckedRunner>(), {}).get().value();
  std::unique_ptr<WakeBatch> other_host;
  const bool only_one = random().once_in(2);
  const auto all_ended = [&] {
    return first.ended() == first.posted() && second.ended() == second.posted();
  };
  bool made = false;
  {
    const Thread loops("loops", [&] {
      std::optional<WakeBatch> own;
      if (!only_one) {
        own.emplace();
      }
      other_host = std::make_unique<WakeBatch>();
      made = true;
      World::instance().wake_all(&made);
      for (std::size_t i = 1 + random().below(6); i != 0; --i) {
        random().once_in(2) ? first.post(one->mailbox(), 0) : second.post(two->mailbox(), 0);
        if (own && random().once_in(4)) {
          own->release();
        }
      }
      while (only_one && !all_ended()) {
        simulate::yield();  // the thread's end would wake the workers
      }
    });
    const Thread others("others", [&] { first.post(one->mailbox(), 1); });
    while (!made) {
      World::instance().sleep(&made);
    }
    other_host.reset();
  }
  while (!all_ended()) {
    simulate::yield();
  }
  pool.shutdown(Drain::kRun);
  first.check_all(one->mailbox());
  second.check_all(two->mailbox());
}

}  // namespace hookline::scenarios
