// Tests what a host does if it treats its scripts one by one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "dispatch/wait/pump.h"
#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr std::string_view kOneScript = R"py(
import vh
seen = []
def OnParsedMsgChat(nick, message):
    seen.append(message)
    return eval(message)
def OnTimer(): seen.append("timer")
def run(expression): return eval(expression)
)py";

class OneScript : public ScriptHostTest {};

TEST_F(OneScript, IsAskedAlone) {
  start();
  const ScriptId a = load("a", kOneScript);
  const ScriptId b = load("b", kOneScript);
  EXPECT_EQ(scripts->ask(a, verlihub::kOnParsedMsgChat, {"ann", "'a', 0"}).get().value_or(nullptr),
            Value(Tuple{{"a", 0}}));
  scripts->post(b, verlihub::kOnParsedMsgChat, {"ann", "1"});
  EXPECT_EQ(call("a", "run", {"seen"}), Value(List{"'a', 0"}));
  EXPECT_EQ(call("b", "run", {"seen"}), Value(List{"1"}));
}

TEST_F(OneScript, HasAHookOrNot) {
  start();
  const ScriptId a = load("a", kOneScript);
  const ScriptId b = load("b", "pass\n");
  EXPECT_TRUE(scripts->hooked(a, verlihub::kOnParsedMsgChat));
  EXPECT_FALSE(scripts->hooked(b, verlihub::kOnParsedMsgChat));
  const auto result = scripts->ask(b, verlihub::kOnParsedMsgChat, {"ann", "1"}).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kFunctionNotFound);
}

TEST_F(OneScript, AnOldTimerTakesNoArgument) {
  start();
  const ScriptId a = load("a", kOneScript);
  EXPECT_TRUE(scripts->ask(a, verlihub::kOnTimer, {1000.0}).get());
  EXPECT_EQ(call("a", "run", {"seen"}), Value(List{"timer"}));
}

TEST_F(OneScript, WhatGoesWrongIsLogged) {
  const LogCapture log;
  start();
  const ScriptId a = load("a", kOneScript);
  const auto result = scripts->ask(a, verlihub::kOnParsedMsgChat, {"ann", "1 / 0"}).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "ZeroDivisionError");
  scripts->post(a, verlihub::kOnParsedMsgChat, {"ann", "[1]"});
  scripts.reset();
  EXPECT_EQ(log.count("ZeroDivisionError"), 1U);
  EXPECT_EQ(log.count("no meaning"), 1U);
}

TEST_F(OneScript, MayHaveAnIdentityOfItsOwn) {
  start();
  const auto path = folder.write("a.py", kOneScript);
  ASSERT_TRUE(
      scripts
          ->load(path,
                 {.attributes = {{"botname", "Other"}}, .codec = TextCodec("cp1251"), .number = 17})
          .get());
  EXPECT_EQ(call("a", "run", {"vh.botname, vh.myid"}), Value(Tuple{{"Other", 17}}));
  (void)call("a", "run", {"vh.mc('\\u043c\\u0438\\u0440')"});
  ASSERT_EQ(host.requests().size(), 1U);
  EXPECT_EQ(host.requests()[0].args.at(0), Value("\xec\xe8\xf0"));
}

TEST_F(OneScript, HasOnlyTheAttributesOfTheModule) {
  start();
  const auto path = folder.write("a.py", kOneScript);
  const auto loaded = scripts->load(path, {.attributes = {{"nosuch", 1}}}).get();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().to_string(),
            "bad_arguments: LoadOptions::attributes: the module vh has no attribute 'nosuch'");
}

TEST_F(OneScript, ReadsMayBeMadeOnTheHostThread) {
  start({.module = verlihub::module(host, {}, verlihub::Reads::kOnHost)});
  (void)load("a", kOneScript);
  (void)call("a", "run", {"vh.GetUserClass('ann')"});
  ASSERT_EQ(host.requests().size(), 1U);
  EXPECT_EQ(host.requests()[0].thread, std::this_thread::get_id());
}

struct NoteJob final : Job {
  explicit NoteJob(std::string& note) : note_(note) {}
  void run() noexcept override { note_ += "run"; }
  void discard() noexcept override { note_ += "discarded"; }
  std::string& note_;
};

TEST_F(OneScript, JobsRunOnTheHostThreadOrAreDiscarded) {
  start();
  (void)load("a", kOneScript);
  std::string note;
  NoteJob first(note);
  std::jthread([&] { scripts->host_executor().post(first); }).join();
  EXPECT_EQ(note, "") << "nobody has looked yet";
  (void)call("a", "run", {"1"});
  Pump::current()->run_pending();
  EXPECT_EQ(note, "run");
  scripts->shutdown();
  NoteJob second(note);
  scripts->host_executor().post(second);
  EXPECT_EQ(note, "rundiscarded");
}

TEST_F(OneScript, AFunctionThatTheHubHasNotSaysSo) {
  class Nothing final : public verlihub::Functions {
   public:
    Result<Value> call(Vh function, std::span<const Value> /*args*/,
                       const Caller& /*caller*/) override {
      return no_such_function(function);
    }
  } nothing;
  auto created = ScriptHost::create({.module = verlihub::module(nothing)});
  ASSERT_TRUE(created);
  scripts = *std::move(created);
  const ScriptId a = load("a", kOneScript);
  const auto result = scripts->call(a, "run", {"vh.StopHub(1)"}).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "RuntimeError");
  EXPECT_EQ(result.error().message, "vh.StopHub(): this hub has no such function");
  scripts.reset();
}

}  // namespace
}  // namespace hookline::test
