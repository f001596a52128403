#include "interp/runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

// Creates an interpreter on the calling thread, in which `source` must run without an error.
void use_interpreter(const std::shared_ptr<Runtime>& runtime, std::string_view source) {
  auto interpreter = Interpreter::create(runtime);
  ASSERT_TRUE(interpreter) << interpreter.error().to_string();
  const Interpreter::Attached attached(**interpreter);
  const auto result = evaluate(source);
  EXPECT_TRUE(result) << result.error().to_string() << '\n' << result.error().traceback;
}

TEST(Runtime, IsOnePerProcess) {
  EXPECT_EQ(Runtime::current(), nullptr);
  auto first = Runtime::start(test_runtime_options());
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(Runtime::current(), *first);
  auto second = Runtime::start(test_runtime_options());
  ASSERT_TRUE(second);
  EXPECT_EQ(*second, *first);
  first->reset();
  EXPECT_NE(Runtime::current(), nullptr);
  second->reset();
  EXPECT_EQ(Runtime::current(), nullptr);
}

TEST(Runtime, KnowsPythonsVersion) { EXPECT_TRUE(Runtime::python_version().starts_with("3.")); }

TEST(Runtime, StartsAgainAfterItsEnd) {
  for (int cycle = 0; cycle < 3; ++cycle) {
    auto runtime = Runtime::start(test_runtime_options());
    ASSERT_TRUE(runtime) << runtime.error().to_string();
    const std::string_view source =
        "import asyncio, datetime, decimal, json, sqlite3, ssl\n"
        "async def wait(): await asyncio.sleep(0)\n"
        "asyncio.run(wait())\n"
        "result = str(datetime.datetime(2024, 1, 2)) + json.dumps([1])\n";
    use_interpreter(*runtime, source);
    std::thread([&] { use_interpreter(*runtime, source); }).join();
  }
}

TEST(Runtime, PreImportsWhatTheHostAsksFor) {
  RuntimeOptions options = test_runtime_options();
  options.pre_imports = {"colorsys"};
  auto runtime = Runtime::start(options);
  ASSERT_TRUE(runtime) << runtime.error().to_string();
  options.pre_imports = {"no_such_module"};
  const auto late = Runtime::start(options);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(late.error().message, testing::HasSubstr("no_such_module"));
  runtime->reset();
  EXPECT_FALSE(Runtime::start(options));
  EXPECT_EQ(Runtime::current(), nullptr);
  EXPECT_TRUE(Runtime::start(test_runtime_options()));
}

TEST(Runtime, FindsItsLibraryFromAnyFolder) {
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path("/");
  {
    auto runtime = Runtime::start(test_runtime_options());
    ASSERT_TRUE(runtime) << runtime.error().to_string();
    use_interpreter(*runtime, "import encodings, sys\nassert '' not in sys.path\nresult = 1");
  }
  std::filesystem::current_path(before);
}

TEST(Runtime, IsIsolatedFromTheEnvironment) {
  ASSERT_EQ(setenv("PYTHONPATH", "/nonsense", 1), 0);
  ASSERT_EQ(setenv("PYTHONHOME", "/nonsense", 1), 0);
  auto runtime = Runtime::start(test_runtime_options());
  unsetenv("PYTHONPATH");
  unsetenv("PYTHONHOME");
  ASSERT_TRUE(runtime) << runtime.error().to_string();
  use_interpreter(*runtime,
                  "import sys\n"
                  "assert '/nonsense' not in sys.path, sys.path\n"
                  "assert sys.flags.isolated and sys.flags.no_user_site\n"
                  "assert sys.getfilesystemencoding() == sys.stdout.encoding == 'utf-8'\n"
                  "result = 1");
}

struct sigaction action_of(int signal) {
  struct sigaction action{};
  EXPECT_EQ(sigaction(signal, nullptr, &action), 0);
  return action;
}

TEST(Runtime, LeavesSignalsToTheHost) {
  ASSERT_EQ(action_of(SIGINT).sa_handler, SIG_DFL);
  {
    auto runtime = Runtime::start(test_runtime_options());
    ASSERT_TRUE(runtime);
    EXPECT_EQ(action_of(SIGINT).sa_handler, SIG_DFL);
    EXPECT_EQ(action_of(SIGPIPE).sa_handler, SIG_IGN);
    struct sigaction own{};
    own.sa_handler = [](int) {};
    ASSERT_EQ(sigaction(SIGINT, &own, nullptr), 0);
    runtime->reset();
    EXPECT_EQ(action_of(SIGINT).sa_handler, own.sa_handler);
    EXPECT_TRUE(Runtime::start(test_runtime_options()));
    EXPECT_EQ(action_of(SIGINT).sa_handler, own.sa_handler);
  }
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  ASSERT_EQ(sigaction(SIGINT, &standard, nullptr), 0);
}

TEST(Runtime, StartsOnceHoweverManyAsk) {
  auto keeper = Runtime::start(test_runtime_options());
  ASSERT_TRUE(keeper);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&keeper] {
      for (int round = 0; round < 20; ++round) {
        const auto runtime = Runtime::start(test_runtime_options());
        ASSERT_TRUE(runtime);
        EXPECT_EQ(*runtime, *keeper);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace hookline
