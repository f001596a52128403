#include "plugin/functions/host_port.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/exec/libuv_loop.h"
#include "dispatch/exec/loop_executor.h"
#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/late_executor.h"
#include "tests/support/manual_loop.h"
#include "tests/support/scale.h"
#include "tests/support/uv_test_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

const Caller kCaller{.id = ScriptId{0}, .name = "script"};

// Queues a call of a function of the host.
Future<Value> submit(HostPort& port, verlihub::Functions& host, Vh function, List args) {
  return port.run([&host, function, args = std::move(args)](Promise<Value> promise) {
    host.start(function, args, kCaller).forward_to(std::move(promise));
  });
}

TEST(HostPort, RunsCallsInOrderOnTheHostsThread) {
  RecordingHost host;
  HostPort port;
  std::vector<Future<Value>> futures;
  std::jthread script([&] {
    for (int i = 0; i < 100; ++i) {
      futures.push_back(submit(port, host, Vh::kmc, {i}));
    }
  });
  script.join();
  EXPECT_TRUE(host.requests().empty()) << "nobody has looked yet";
  port.run_pending();
  const auto requests = host.requests();
  ASSERT_EQ(requests.size(), 100U);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(requests[static_cast<std::size_t>(i)].args.at(0), Value(i));
    EXPECT_EQ(requests[static_cast<std::size_t>(i)].thread, std::this_thread::get_id());
    EXPECT_EQ(futures[static_cast<std::size_t>(i)].get().value_or(nullptr), Value(true));
  }
}

TEST(HostPort, AWaitingHostServesCalls) {
  RecordingHost host;
  HostPort port;
  const Pump::Binding binding(port);
  Promise<Value> finished;
  Future<Value> future = finished.future();
  const std::jthread script([&] {
    // Both wait for each other, unless the host serves the call while it waits.
    auto answer = submit(port, host, Vh::kmc, {"hello"}).get();
    finished.set(std::move(answer));
  });
  EXPECT_EQ(future.get().value_or(nullptr), Value(true));
  EXPECT_EQ(host.requests().size(), 1U);
}

// Has a function that waits for a script, which calls the host again.
class WaitingHost final : public verlihub::Functions {
 public:
  Result<Value> call(Vh function, std::span<const Value> /*args*/,
                     const Caller& /*caller*/) override {
    if (function == Vh::kTopic) {
      order += "outer(";
      const std::jthread script([this] {
        auto inner = submit(*port, *this, Vh::kmc, {}).get();
        answered.set(std::move(inner));
      });
      (void)answered.future().get();
      order += ")";
    } else {
      order += "inner";
    }
    return Value(true);
  }

  HostPort* port = nullptr;
  Promise<Value> answered;
  std::string order;
};

TEST(HostPort, ACallThatWaitsIsServedFromInside) {
  WaitingHost host;
  HostPort port;
  host.port = &port;
  const Pump::Binding binding(port);
  auto future = submit(port, host, Vh::kTopic, {});
  EXPECT_EQ(future.get().value_or(nullptr), Value(true));
  EXPECT_EQ(host.order, "outer(inner)");
}

TEST(HostPort, WakesTheLoop) {
  RecordingHost host;
  HostPort port;
  UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  port.wake(&executor);
  bool answered = false;
  std::jthread script([&] {
    auto result = submit(port, host, Vh::kmc, {"hello"}).get();
    answered = result.has_value();
    executor.post_function([&executor] { executor.close(); });
  });
  loop.run();
  script.join();
  EXPECT_TRUE(answered);
  EXPECT_EQ(host.requests().size(), 1U);
  port.wake(nullptr);
}

// Causes another call of itself each time that it is called.
class EndlessHost final : public verlihub::Functions {
 public:
  Result<Value> call(Vh /*function*/, std::span<const Value> /*args*/,
                     const Caller& /*caller*/) override {
    if (!is_over) {
      (void)submit(*port, *this, Vh::kmc, {});
    }
    return Value(true);
  }

  HostPort* port = nullptr;
  bool is_over = false;
};

TEST(HostPort, CallsWithoutEndDoNotKeepTheLoopFromOtherWork) {
  EndlessHost host;
  HostPort port;
  host.port = &port;
  UvTestLoop loop;
  LoopExecutor executor(std::make_shared<LibuvLoop>(loop.get()));
  port.wake(&executor);
  (void)submit(port, host, Vh::kmc, {});
  executor.post_function([&] {
    host.is_over = true;
    executor.close();
  });
  loop.run();
  EXPECT_TRUE(host.is_over);
  port.wake(nullptr);
}

// Gives some answers only later.
class PatientHost final : public verlihub::Functions {
 public:
  Result<Value> call(Vh /*function*/, std::span<const Value> /*args*/,
                     const Caller& /*caller*/) override {
    return Value("at once");
  }
  Future<Value> start(Vh function, std::span<const Value> args, const Caller& caller) override {
    return function == Vh::kScriptQuery ? kept.future()
                                        : verlihub::Functions::start(function, args, caller);
  }

  Promise<Value> kept;
};

TEST(HostPort, AnAnswerMayComeLater) {
  PatientHost host;
  HostPort port;
  auto later = submit(port, host, Vh::kScriptQuery, {});
  auto now = submit(port, host, Vh::kmc, {});
  port.run_pending();
  EXPECT_EQ(now.get().value_or(nullptr), Value("at once")) << "it does not wait for the first";
  EXPECT_FALSE(later.ready());
  host.kept.set(Value("at last"));
  EXPECT_EQ(later.get().value_or(nullptr), Value("at last"));
}

TEST(HostPort, AfterCloseCallsAreRefused) {
  RecordingHost host;
  HostPort port;
  auto before = submit(port, host, Vh::kmc, {});
  port.close();
  EXPECT_TRUE(before.get()) << "what was queued is still run";
  const auto after = submit(port, host, Vh::kmc, {}).get();
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kShuttingDown);
}

// A script's thread may have found the loop before it was detached, and post to it only after
// another one is attached. What it has queued must then be run by the new loop.
TEST(HostPort, AnotherLoopTakesOverWhatADetachedOneDiscards) {
  RecordingHost host;
  HostPort port;
  LateExecutor detached;
  LateExecutor attached;
  port.wake(&detached);
  detached.jobs.at(0)->run();
  detached.jobs.clear();
  auto future = submit(port, host, Vh::kmc, {"hello"});
  ASSERT_EQ(detached.jobs.size(), 1U);
  port.wake(nullptr);
  port.wake(&attached);
  EXPECT_TRUE(attached.jobs.empty()) << "the job is still posted to the first loop";
  detached.jobs.at(0)->discard();
  ASSERT_EQ(attached.jobs.size(), 1U);
  attached.jobs.at(0)->run();
  EXPECT_TRUE(future.ready());
}

// Nothing but its loop wakes the host, so a call that no loop takes over would never be answered.
TEST(HostPort, CallsSurviveLoopsThatComeAndGo) {
  constexpr std::size_t kThreads = 3;
  constexpr std::size_t kAttaches = 100;
  const auto calls = scaled(300);
  RecordingHost host;
  HostPort port;
  std::atomic<std::size_t> running{kThreads};
  std::vector<std::jthread> scripts;
  for (std::size_t i = 0; i < kThreads; ++i) {
    scripts.emplace_back([&] {
      for (std::uint64_t call = 0; call < calls; ++call) {
        EXPECT_TRUE(submit(port, host, Vh::kmc, {}).get().has_value());
      }
      --running;
    });
  }
  std::vector<std::unique_ptr<LoopExecutor>> executors;  // as long as the port
  while (running != 0) {
    const auto loop = std::make_shared<ManualLoop>();
    executors.push_back(std::make_unique<LoopExecutor>(loop));
    port.wake(executors.back().get());
    const bool last = executors.size() == kAttaches;
    for (int turns = 0; (turns < 3 || last) && running != 0; ++turns) {
      if (!loop->turn()) {
        std::this_thread::yield();
      }
    }
    port.wake(nullptr);
    executors.back()->close();
  }
  scripts.clear();
  EXPECT_EQ(host.requests().size(), kThreads * calls);
}

class NotedJob final : public Job {
 public:
  explicit NotedJob(std::string& notes) : notes_(notes) {}
  void run() noexcept override { notes_ += "ran "; }
  void discard() noexcept override { notes_ += "discarded "; }

 private:
  std::string& notes_;
};

TEST(HostPort, RunsJobsAmongTheCalls) {
  HostPort port;
  std::string notes;
  NotedJob first(notes);
  NotedJob second(notes);
  const auto note = [&](Promise<Value> done) {
    notes += "call ";
    done.set({});
  };
  port.post(first);
  auto called = port.run(note);
  port.post(second);
  port.run_pending();
  EXPECT_EQ(notes, "ran call ran ");
  port.post(first);
  port.close();
  port.post(second);
  EXPECT_EQ(notes, "ran call ran ran discarded ");
}

TEST(HostPort, ALoopThatIsClosedBeforeItIsDetachedDiscardsOnce) {
  HostPort port;
  LateExecutor closed;
  port.wake(&closed);
  closed.jobs.at(0)->discard();
  EXPECT_EQ(closed.jobs.size(), 1U) << "it is not posted to the loop that discards it";
}

}  // namespace
}  // namespace hookline::test
