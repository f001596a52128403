#include "plugin/functions/host_port.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "dispatch/exec/libuv_loop.h"
#include "dispatch/exec/loop_executor.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/vh_table.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

const Caller kCaller{.id = ScriptId{0}, .name = "script"};

TEST(HostPort, RunsCallsInOrderOnTheHostsThread) {
  RecordingHost host;
  HostPort port(host);
  std::vector<Future<Value>> futures;
  std::jthread script([&] {
    for (int i = 0; i < 100; ++i) {
      futures.push_back(port.submit(Vh::kmc, {i}, kCaller));
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
  HostPort port(host);
  const Pump::Binding binding(port);
  Promise<Value> finished;
  Future<Value> future = finished.future();
  const std::jthread script([&] {
    // Both wait for each other, unless the host serves the call while it waits.
    auto answer = port.submit(Vh::kmc, {"hello"}, kCaller).get();
    finished.set(std::move(answer));
  });
  EXPECT_EQ(future.get().value_or(nullptr), Value(true));
  EXPECT_EQ(host.requests().size(), 1U);
}

// Has a function that waits for a script, which calls the host again.
class WaitingHost final : public Host {
 public:
  Result<Value> vh_call(Vh function, std::span<const Value> /*args*/,
                        const Caller& /*caller*/) override {
    if (function == Vh::kTopic) {
      order += "outer(";
      const std::jthread script([this] {
        auto inner = port->submit(Vh::kmc, {}, kCaller).get();
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
  HostPort port(host);
  host.port = &port;
  const Pump::Binding binding(port);
  auto future = port.submit(Vh::kTopic, {}, kCaller);
  EXPECT_EQ(future.get().value_or(nullptr), Value(true));
  EXPECT_EQ(host.order, "outer(inner)");
}

TEST(HostPort, WakesTheLoop) {
  RecordingHost host;
  HostPort port(host);
  uv_loop_t loop;
  uv_loop_init(&loop);
  LoopExecutor executor(std::make_shared<LibuvLoop>(&loop));
  port.wake(&executor);
  bool answered = false;
  std::jthread script([&] {
    auto result = port.submit(Vh::kmc, {"hello"}, kCaller).get();
    answered = result.has_value();
    executor.post_function([&executor] { executor.close(); });
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  script.join();
  EXPECT_TRUE(answered);
  EXPECT_EQ(host.requests().size(), 1U);
  port.wake(nullptr);
  EXPECT_EQ(uv_loop_close(&loop), 0);
}

// Causes another call of itself each time that it is called.
class EndlessHost final : public Host {
 public:
  Result<Value> vh_call(Vh /*function*/, std::span<const Value> /*args*/,
                        const Caller& /*caller*/) override {
    if (!is_over) {
      (void)port->submit(Vh::kmc, {}, kCaller);
    }
    return Value(true);
  }

  HostPort* port = nullptr;
  bool is_over = false;
};

TEST(HostPort, CallsWithoutEndDoNotKeepTheLoopFromOtherWork) {
  EndlessHost host;
  HostPort port(host);
  host.port = &port;
  uv_loop_t loop;
  uv_loop_init(&loop);
  LoopExecutor executor(std::make_shared<LibuvLoop>(&loop));
  port.wake(&executor);
  (void)port.submit(Vh::kmc, {}, kCaller);
  executor.post_function([&] {
    host.is_over = true;
    executor.close();
  });
  uv_run(&loop, UV_RUN_DEFAULT);
  EXPECT_TRUE(host.is_over);
  port.wake(nullptr);
  EXPECT_EQ(uv_loop_close(&loop), 0);
}

// Gives some answers only later.
class PatientHost final : public Host {
 public:
  Result<Value> vh_call(Vh /*function*/, std::span<const Value> /*args*/,
                        const Caller& /*caller*/) override {
    return Value("at once");
  }
  void vh_start(Vh function, std::span<const Value> args, const Caller& caller,
                Promise<Value> promise) override {
    if (function == Vh::kScriptQuery) {
      kept = std::move(promise);
    } else {
      Host::vh_start(function, args, caller, std::move(promise));
    }
  }

  Promise<Value> kept;
};

TEST(HostPort, AnAnswerMayComeLater) {
  PatientHost host;
  HostPort port(host);
  auto later = port.submit(Vh::kScriptQuery, {}, kCaller);
  auto now = port.submit(Vh::kmc, {}, kCaller);
  port.run_pending();
  EXPECT_EQ(now.get().value_or(nullptr), Value("at once")) << "it does not wait for the first";
  EXPECT_FALSE(later.ready());
  host.kept.set(Value("at last"));
  EXPECT_EQ(later.get().value_or(nullptr), Value("at last"));
}

TEST(HostPort, AfterCloseCallsAreRefused) {
  RecordingHost host;
  HostPort port(host);
  auto before = port.submit(Vh::kmc, {}, kCaller);
  port.close();
  EXPECT_TRUE(before.get()) << "what was queued is still run";
  const auto after = port.submit(Vh::kmc, {}, kCaller).get();
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kShuttingDown);
}

}  // namespace
}  // namespace hookline::test
