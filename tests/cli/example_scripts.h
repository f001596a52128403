#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/hooks.h"
#include "hookline/verlihub/module.h"

namespace hookline::test {

using verlihub::Vh;

// Stands for a hub whose settings and users the test chooses. It records the requests of scripts.
class FakeHub final : public verlihub::Functions {
 public:
  struct Request {
    Vh function;
    std::vector<Value> args;
  };

  Result<Value> call(Vh function, std::span<const Value> args, const Caller&) override {
    const std::scoped_lock lock(mutex_);
    switch (function) {
      case Vh::kGetConfig: {
        const auto found = settings_.find(*args[1].as<std::string>());
        return found == settings_.end() ? args[2] : Value(found->second);
      }
      case Vh::kGetUserClass:
        return Value(classes_[*args[0].as<std::string>()]);
      case Vh::kGetUsersCount:
        return Value(3);
      default:
        requests_.push_back({function, {args.begin(), args.end()}});
        return Value(true);
    }
  }

  void set(std::string name, std::string value) {
    const std::scoped_lock lock(mutex_);
    settings_[std::move(name)] = std::move(value);
  }
  void set_class(const std::string& nick, int user_class) {
    const std::scoped_lock lock(mutex_);
    classes_[nick] = user_class;
  }
  // Returns the requests since the last call.
  [[nodiscard]] std::vector<Request> take_requests() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(requests_, {});
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> settings_;
  std::map<std::string, int> classes_;
  std::vector<Request> requests_;
};

// Runs one of the scripts in examples/demo in a real ScriptHost.
class ExampleScriptTest : public ::testing::Test {
 protected:
  // REQUIRES: the settings are complete, because scripts read them while they load.
  void load(std::string_view name) {
    auto created = ScriptHost::create({.hooks = verlihub::hooks(),
                                       .module = verlihub::module(hub),
                                       .decision_deadline = std::chrono::seconds(60)});
    ASSERT_TRUE(created) << created.error().to_string();
    scripts = *std::move(created);
    const auto path =
        std::filesystem::path(HOOKLINE_SOURCE_DIR) / "examples/demo" / (std::string(name) + ".py");
    const auto id = scripts->load(path).get();
    ASSERT_TRUE(id) << id.error().to_string() << id.error().traceback;
    script = *id;
  }

  Decision chat(std::string_view nick, std::string_view message) {
    Decision decision = scripts->decide_wait(verlihub::kOnParsedMsgChat, {nick, message});
    EXPECT_EQ(decision.failed, 0U) << message;
    EXPECT_EQ(decision.late, 0U) << message;
    return decision;
  }

  Value call(std::string_view function, List args = {}) {
    auto result = scripts->call(script, function, std::move(args)).get();
    EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
    return result.value_or(Value());
  }

  FakeHub hub;
  std::unique_ptr<ScriptHost> scripts;
  ScriptId script{};
};

}  // namespace hookline::test
