// Tests functions of scripts that a host holds.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/typed_call.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/manual_clock.h"
#include "tests/support/manual_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

constexpr std::string_view kFunctionsScript = R"(
seen = []
def join(text, number): return f"{text}{number}"
def note(text, number): seen.append(text * number)
def count(): return sum(map(len, seen))
def echo(*args): return list(args)
)";

class HeldFunctions : public ScriptHostTest {
 protected:
  ~HeldFunctions() override { scripts.reset(); }  // before the loop and the clock
  void SetUp() override { start({.clock = &clock}); }

  [[nodiscard]] Result<void> reload(std::string_view name, std::string_view source) {
    folder.write(std::string(name) + ".py", source);
    return scripts->reload(*scripts->find(name)).get();
  }
  void run_until(const std::function<bool()>& done) {
    while (!done()) {
      loop.sleep();
      while (loop.turn()) {
      }
    }
  }

  ManualClock clock;
  ManualLoop loop;
};

TEST_F(HeldFunctions, AreCalledInAllWays) {
  scripts->attach_loop(loop);
  load("a", kFunctionsScript);
  const auto join = scripts->function<std::string(std::string, int)>("a", "join");
  EXPECT_EQ(join("x", 2).get().value(), "x2");
  EXPECT_EQ(join.wait("x", 3).value(), "x3");
  EXPECT_EQ(join.within(1s, "x", 4).get().value(), "x4");
  std::optional<Result<std::string>> result;
  ASSERT_TRUE(join.on_loop([&](Result<std::string> given) { result = std::move(given); }, "x", 5));
  EXPECT_FALSE(result) << "never inside on_loop()";
  run_until([&] { return result.has_value(); });
  EXPECT_EQ(result->value(), "x5");
  const auto note = scripts->function<void(std::string, int)>("a", "note");
  note.post("x", 6);
  ASSERT_TRUE(note.wait("x", 1));
  EXPECT_EQ(scripts->function<int()>("a", "count")().get().value(), 7);
}

// Texts that are no UTF-8 pass only in the host's encoding, in each way of calling.
TEST_F(HeldFunctions, MayPassTextsInTheHostsEncoding) {
  scripts.reset();
  start({.codec = TextCodec("cp1251"), .clock = &clock});
  scripts->attach_loop(loop);
  load("a", kFunctionsScript);
  const std::string text = "\xcf\xf0\xe8\xe2\xe5\xf2";
  const auto join = scripts->function<std::string(std::string, int)>("a", "join", TextMode::kHost);
  EXPECT_EQ(join.wait(text, 2).value(), text + "2");
  std::optional<Result<std::string>> result;
  ASSERT_TRUE(join.on_loop([&](Result<std::string> given) { result = std::move(given); }, text, 5));
  run_until([&] { return result.has_value(); });
  EXPECT_EQ(result->value(), text + "5");
  const auto note = scripts->function<void(std::string, int)>("a", "note", TextMode::kHost);
  note.post(text, 3);
  EXPECT_EQ(scripts->function<int()>("a", "count")().get().value(), 18) << "characters, not bytes";
}

TEST_F(HeldFunctions, TakeArgumentsThatDoNotFitASlot) {
  load("a", kFunctionsScript);
  const std::string big(1000, 'x');
  const auto echo = scripts->function<Value(std::string, std::string)>("a", "echo");
  EXPECT_EQ(echo(big, "y").get().value(), Value(List{big, "y"}));
  const auto many = scripts->function<Value(int, int, int, int, int, int, int)>("a", "echo");
  EXPECT_EQ(many(1, 2, 3, 4, 5, 6, 7).get().value(), Value(List{1, 2, 3, 4, 5, 6, 7}));
  const auto names = scripts->function<Value(std::vector<std::string>)>("a", "echo");
  const std::vector<std::string> two = {"ann", "bob"};
  List list;
  list.emplace_back(List{"ann", "bob"});
  EXPECT_EQ(names(two).get().value(), Value(list));
  const auto note = scripts->function<void(std::string, int)>("a", "note");
  note.post(big, 2);
  EXPECT_EQ(scripts->function<int()>("a", "count")().get().value(), 2000);
}

// A call by name means what the name is bound to now.
TEST_F(HeldFunctions, AreResolvedOnceForEachLoad) {
  load("a", "def f(): return 1\ndef rebind():\n  global f\n  f = lambda: 2\n");
  const auto f = scripts->function<int()>("a", "f");
  EXPECT_EQ(f().get().value(), 1);
  call("a", "rebind");
  EXPECT_EQ(f().get().value(), 1);
  EXPECT_EQ(call("a", "f"), Value(2));
  EXPECT_EQ(f().get().value(), 1);
  ASSERT_TRUE(reload("a", "def f(): return 3\n"));
  EXPECT_EQ(f().get().value(), 3);
}

TEST_F(HeldFunctions, FailWhileTheyAreMissing) {
  const auto f = scripts->function<int()>("late", "f");
  EXPECT_EQ(f().get().error().code, ErrorCode::kScriptNotFound);
  load("late", "");
  EXPECT_EQ(f().get().error().code, ErrorCode::kFunctionNotFound);
  ASSERT_TRUE(reload("late", "def f(): return 5\n"));
  EXPECT_EQ(f().get().value(), 5);
  ASSERT_TRUE(reload("late", ""));
  EXPECT_EQ(f().get().error().code, ErrorCode::kFunctionNotFound);
}

TEST_F(HeldFunctions, ByTheNameOfTheScriptTheyComeBackWithIt) {
  const ScriptId id = load("a", "def f(): return 1\n");
  const auto by_name = scripts->function<int()>("a", "f");
  const auto by_id = scripts->function<int()>(id, "f");
  EXPECT_EQ(by_name().get().value(), 1);
  EXPECT_EQ(by_id().get().value(), 1);
  ASSERT_TRUE(scripts->unload(id).get());
  EXPECT_EQ(by_name().get().error().code, ErrorCode::kScriptNotFound);
  load("a", "def f(): return 2\n");
  EXPECT_EQ(by_name().get().value(), 2);
  EXPECT_EQ(by_id().get().error().code, ErrorCode::kScriptNotFound);
}

TEST_F(HeldFunctions, MayBeHooks) {
  load("a", "def OnUserLogin(nick): return 7\n");
  EXPECT_EQ(scripts->function<int(std::string)>("a", "OnUserLogin")("ann").get().value(), 7);
  EXPECT_EQ(scripts->function<int(std::string)>("a", "OnUserLogout")("ann").get().error().code,
            ErrorCode::kFunctionNotFound);
}

TEST_F(HeldFunctions, AResultOfAnotherTypeIsAnError) {
  load("a", kFunctionsScript);
  const auto join = scripts->function<int(std::string, int)>("a", "join");
  EXPECT_EQ(join("x", 1).get().error().code, ErrorCode::kBadArguments);
}

TEST_F(HeldFunctions, MayHaveATimeout) {
  const Gate gate(folder.path() / "gate");
  load("a", std::string(kGateSource) + "def f(): return 1\n");
  const auto wait_at = scripts->function<void(std::string)>("a", "wait_at");
  auto waiting = wait_at(gate.path());
  auto late = scripts->function<int()>("a", "f").within(1s);
  clock.advance(1s);
  EXPECT_EQ(late.get().error().code, ErrorCode::kDeadlineExceeded);
  gate.open();
  EXPECT_TRUE(waiting.get());
}

TEST_F(HeldFunctions, NeedALoopToDeliverThere) {
  load("a", "def f(): return 1\n");
  const auto f = scripts->function<int()>("a", "f");
  bool is_called = false;
  auto sent = f.on_loop([&](const Result<int>& /*given*/) { is_called = true; });
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().code, ErrorCode::kBadArguments);
  EXPECT_FALSE(is_called);
}

TEST_F(HeldFunctions, FailAfterShutdown) {
  load("a", "def f(): return 1\n");
  const auto f = scripts->function<int()>("a", "f");
  scripts->shutdown();
  EXPECT_FALSE(f().get());
  f.post();
}

}  // namespace
}  // namespace hookline::test
