#include "scripts_fixture.h"

#include <utility>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hookline/verlihub/module.h"

namespace hookline::test {

namespace {

constexpr Duration kPatience = std::chrono::seconds(60);

}  // namespace

std::filesystem::path scripts_folder() {
  return std::filesystem::absolute(HOOKLINE_SOURCE_DIR) / "examples/scripts";
}

ScriptsTest::ScriptsTest() {
  hub.answer("IsRobotNickBad", 0);
  hub.add_user("op", {.user_class = 3});
  hub.add_user("admin", {.user_class = 5});
  hub.add_user("ann", {});
  hub.add_user("bob", {.ip = "192.0.2.2"});
}

ScriptsTest::~ScriptsTest() = default;

void ScriptsTest::load(std::string_view name) {
  name_ = name;
  auto created =
      ScriptHost::create({.hooks = verlihub::hooks(),
                          .module = verlihub::module(hub, {.base_dir = folder.path().string()}),
                          .decision_deadline = kPatience,
                          .stdout_to_stderr = true});
  ASSERT_TRUE(created) << created.error().to_string();
  scripts = *std::move(created);
  const auto id = scripts->load(scripts_folder() / (name_ + ".py")).get();
  ASSERT_TRUE(id) << id.error().to_string() << id.error().traceback;
  script_ = *id;
}

void ScriptsTest::reload() {
  ASSERT_TRUE(scripts->unload(script_).get());
  scripts.reset();
  load(std::string(name_));
}

bool ScriptsTest::event(Hook hook, std::initializer_list<Argument> args) {
  const Decision decision = scripts->decide_wait(hook, args);
  EXPECT_EQ(decision.failed, 0U) << verlihub::hook_row(hook).name;
  EXPECT_EQ(decision.late, 0U) << verlihub::hook_row(hook).name;
  return decision.allowed;
}

bool ScriptsTest::leaves(const std::string& nick, std::string_view text) {
  return event(verlihub::kOnHubCommand,
               {nick, text.substr(1), hub.class_of(nick), 0, text.substr(0, 1)});
}

std::string ScriptsTest::command(const std::string& nick, std::string_view text) {
  for (auto& request : hub.take_requests()) {
    told_.push_back(std::move(request));
  }
  EXPECT_FALSE(leaves(nick, text)) << text;
  auto requests = hub.take_requests();
  std::string answer;
  // What the command told others stays for told().
  for (auto& request : requests) {
    if (request.function == "usermc" && request.text(1) == nick) {
      answer += request.text(0);
    } else {
      told_.push_back(std::move(request));
    }
  }
  return answer;
}

Value ScriptsTest::call(std::string_view function, List args) {
  auto result = scripts->call(script_, function, std::move(args), {.text = TextMode::kHost}).get();
  EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
  return result.value_or(Value());
}

std::vector<std::string> ScriptsTest::told() {
  std::vector<std::string> out;
  auto requests = std::exchange(told_, {});
  for (auto& request : hub.take_requests()) {
    requests.push_back(std::move(request));
  }
  for (const auto& request : requests) {
    std::string line = std::string(request.function) + "(";
    for (std::size_t i = 0; i < request.args.size(); ++i) {
      if (!request.args[i].is_none()) {
        line.append(i == 0 ? "" : ", ").append(request.text(i));
      }
    }
    out.push_back(line + ")");
  }
  return out;
}

}  // namespace hookline::test
