#include "plugin/functions/function_registry.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/future.h"

namespace hookline {

using namespace detail;

namespace {

HostFunction function(std::string name, std::optional<ScriptId> script = std::nullopt,
                      int result = 0) {
  return {.name = std::move(name),
          .script = script,
          .runs_on = RunsOn::kCaller,
          .parameters = std::nullopt,
          .doc = {},
          .call = [result](auto, const Caller&) -> Result<Value> { return result; },
          .start = {}};
}

constexpr ScriptId kOne{1};
constexpr ScriptId kTwo{2};

class FunctionRegistryTest : public ::testing::Test {
 protected:
  std::string refusal(HostFunction refused) {
    const auto added = functions_.add(std::move(refused));
    EXPECT_FALSE(added);
    return added ? "" : added.error().to_string();
  }
  // Returns what a script gets from the function that it finds; nullopt if it finds none.
  std::optional<Value> answer(std::string_view name, ScriptId script) {
    const auto found = functions_.find(name, script);
    return found ? std::optional(found->call({}, {}).value()) : std::nullopt;
  }

  FunctionRegistry functions_{[] {
    auto module = std::make_shared<ModuleData>();
    module->name = "game";
    module->constants.push_back({"SPEED", 3});
    module->attributes.push_back({"world", "Midgard"});
    return module;
  }()};
};

TEST_F(FunctionRegistryTest, FindsWhatWasAddedUntilItIsRemoved) {
  EXPECT_FALSE(answer("f", kOne));
  ASSERT_TRUE(functions_.add(function("f", std::nullopt, 1)));
  EXPECT_EQ(answer("f", kOne), Value(1));
  EXPECT_EQ(answer("f", kTwo), Value(1));
  EXPECT_FALSE(answer("g", kOne));
  EXPECT_TRUE(functions_.remove("f"));
  EXPECT_FALSE(answer("f", kOne));
  EXPECT_FALSE(functions_.remove("f"));
}

TEST_F(FunctionRegistryTest, OneForAScriptHidesOneForAll) {
  ASSERT_TRUE(functions_.add(function("f", kOne, 11)));
  EXPECT_FALSE(answer("f", kTwo));
  ASSERT_TRUE(functions_.add(function("f", std::nullopt, 1)));
  EXPECT_EQ(answer("f", kOne), Value(11));
  EXPECT_EQ(answer("f", kTwo), Value(1));
  EXPECT_FALSE(functions_.remove("f", kTwo));
  EXPECT_TRUE(functions_.remove("f", kOne));
  EXPECT_EQ(answer("f", kOne), Value(1));
}

TEST_F(FunctionRegistryTest, AScriptTakesItsFunctionsAlong) {
  ASSERT_TRUE(functions_.add(function("f", std::nullopt, 1)));
  ASSERT_TRUE(functions_.add(function("f", kOne, 11)));
  ASSERT_TRUE(functions_.add(function("g", kOne)));
  ASSERT_TRUE(functions_.add(function("h", kTwo)));
  EXPECT_EQ(functions_.names(kOne), (std::vector<std::string>{"f", "g"}));
  EXPECT_EQ(functions_.names(kTwo), (std::vector<std::string>{"f", "h"}));
  functions_.remove_all(kOne);
  EXPECT_EQ(functions_.names(kOne), (std::vector<std::string>{"f"}));
  EXPECT_EQ(functions_.names(kTwo), (std::vector<std::string>{"f", "h"}));
  EXPECT_EQ(answer("f", kOne), Value(1)) << "its own is gone, although another has the name";
}

TEST_F(FunctionRegistryTest, AFunctionLivesUntilItsLastCallHasEnded) {
  auto resource = std::make_shared<int>(7);
  const std::weak_ptr<int> watched = resource;
  HostFunction f = function("f");
  f.call = [held = std::move(resource)](auto, const Caller&) -> Result<Value> { return *held; };
  ASSERT_TRUE(functions_.add(std::move(f)));
  auto in_use = functions_.find("f", kOne);
  EXPECT_TRUE(functions_.remove("f"));
  EXPECT_EQ(in_use->call({}, {}), Value(7));
  in_use.reset();
  EXPECT_TRUE(watched.expired());
}

TEST_F(FunctionRegistryTest, RefusesWhatNoScriptWouldFind) {
  EXPECT_EQ(refusal(function("world")),
            "bad_arguments: game.world is part of the module: give your function another name");
  EXPECT_NE(refusal(function("SPEED")), "");
  EXPECT_NE(refusal(function("batch")), "");
  EXPECT_NE(refusal(function("script_id", kOne)), "");
  EXPECT_NE(refusal(function("")), "");
  EXPECT_NE(refusal(function("__path__")), "");
  ASSERT_TRUE(functions_.add(function("f")));
  EXPECT_EQ(refusal(function("f")),
            "bad_arguments: game.f is registered already: unregister that function first");
  ASSERT_TRUE(functions_.add(function("f", kOne)));
  EXPECT_NE(refusal(function("f", kOne)), "");
  EXPECT_EQ(functions_.names(kOne), (std::vector<std::string>{"f"}));
}

TEST_F(FunctionRegistryTest, NeedsOneThingToRun) {
  HostFunction f = function("f");
  f.call = nullptr;
  EXPECT_EQ(refusal(f),
            "bad_arguments: game.f needs either 'call' or 'start', and has both or "
            "neither");
  f = function("f");
  f.start = [](auto, const Caller&) { return make_ready_future<Value>(Value()); };
  EXPECT_NE(refusal(f), "");
}

}  // namespace
}  // namespace hookline
