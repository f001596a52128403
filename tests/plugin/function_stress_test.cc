// Tests functions that come and go while scripts call them.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "tests/plugin/def_test.h"
#include "tests/support/scale.h"

namespace hookline::test {
namespace {

constexpr std::string_view kCaller = R"(
import threading
import vh

def call_often(times):
    called = missed = 0
    for i in range(times):
        for name in "on_caller", "on_host":
            try:
                if vh.CallDynamicFunction(name, i) != i + 1:
                    raise AssertionError
                called += 1
            except NameError:
                missed += 1
            try:
                getattr(vh, name)(i)
                called += 1
            except (AttributeError, NameError):
                missed += 1
    return called + missed

def in_threads(times):
    results = []
    threads = [threading.Thread(target=lambda: results.append(call_often(times))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(results)
)";

TEST_F(ScriptHostTest, FunctionsComeAndGoWhileScriptsCall) {
  const auto times = static_cast<long>(scaled(2000));
  start();
  std::vector<Future<Value>> results;
  for (const std::string name : {"one", "two", "three"}) {
    load(name, kCaller);
  }
  std::atomic<bool> stop = false;
  std::atomic<int> resources = 0;
  std::vector<std::thread> registrars;
  for (const RunsOn where : {RunsOn::kCaller, RunsOn::kHost}) {
    registrars.emplace_back([this, where, &stop, &resources] {
      const std::string name = where == RunsOn::kCaller ? "on_caller" : "on_host";
      while (!stop) {
        // The function owns this, so it is destroyed after the last call.
        const auto one = std::shared_ptr<int>(new int(1), [&resources](const int* number) {
          --resources;
          delete number;
        });
        ++resources;
        EXPECT_TRUE(scripts->def(name, [one](long number) { return number + *one; }, where));
        std::this_thread::yield();
        EXPECT_TRUE(scripts->undef(name));
      }
    });
  }
  for (const std::string name : {"one", "two", "three"}) {
    results.push_back(scripts->call(name, "in_threads", {times}));
  }
  for (auto& result : results) {
    const auto sum = result.get();
    EXPECT_TRUE(sum) << sum.error().to_string() << sum.error().traceback;
    EXPECT_EQ(sum.value_or(0), Value(times * 8));
  }
  stop = true;
  for (auto& registrar : registrars) {
    registrar.join();
  }
  scripts.reset();
  EXPECT_EQ(resources, 0);
}

}  // namespace
}  // namespace hookline::test
