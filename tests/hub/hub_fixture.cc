#include "hub_fixture.h"

#include <algorithm>
#include <filesystem>

namespace hookline::test {

using namespace detail;
using namespace hub;

HubTest::HubTest() {
  config.address = "127.0.0.1";
  config.port = 0;
  config.commands_per_second = 0;
  config.decision_deadline = std::chrono::hours(1);
  config.timer_interval = std::chrono::hours(1);
  config.load_patience = std::chrono::hours(1);
  config.load_limit = Duration::zero();
  config.end_patience = std::chrono::hours(1);
  config.script_folder = folder.path() / "scripts";
}

HubTest::~HubTest() { stop(); }

void HubTest::start(std::initializer_list<Script> scripts, Clock* use_clock) {
  std::filesystem::create_directories(config.script_folder);
  for (const auto& script : scripts) {
    folder.write("scripts/" + script.name + ".py", script.source);
  }
  std::promise<void> is_ready;
  const auto ready = is_ready.get_future();
  thread_ = std::thread([this, use_clock, is_ready = std::move(is_ready)]() mutable {
    auto created = Hub::create(config, {.clock = use_clock, .control_socket = control_socket});
    EXPECT_TRUE(created) << created.error().to_string();
    if (created) {
      hub_ = *std::move(created);
      port_ = hub_->port();
      for (const auto& result : hub_->load_scripts()) {
        EXPECT_TRUE(result.id || may_fail_to_load)
            << result.id.error().to_string() << result.id.error().traceback;
      }
    }
    is_ready.set_value();
    if (hub_ != nullptr) {
      hub_->run();
      exit_code_ = hub_->exit_code();
      hub_.reset();
    }
  });
  ready.wait();
}

void HubTest::stop() {
  if (thread_.joinable()) {
    if (hub_ != nullptr) {
      hub_->stop();
    }
    thread_.join();
  }
}

int HubTest::wait_for_end() {
  thread_.join();
  return exit_code_;
}

TestClient HubTest::login(std::string_view nick, const LoginOptions& options) const {
  TestClient client(port_);
  client.login(nick, options);
  return client;
}

Value HubTest::call(std::string_view script, std::string_view function, List args) const {
  auto result =
      hub_->scripts().call(script, function, std::move(args), {.text = TextMode::kHost}).get();
  EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
  return result.value_or(Value());
}

void HubTest::wait_for_events(std::uint64_t count) const {
  while (hub_->stats().hook_events < count) {
    std::this_thread::yield();
  }
}

ScriptInfo HubTest::info(std::string_view name) const {
  const auto scripts = hub().scripts().scripts();
  const auto found = std::ranges::find(scripts, name, &ScriptInfo::name);
  return found != scripts.end() ? *found : ScriptInfo();
}

std::vector<std::string> HubTest::recorded() const {
  std::vector<std::string> events;
  const auto value = call("recorder", "take");
  if (const auto* list = value.as<List>()) {
    for (const auto& event : *list) {
      events.push_back(*event.as<std::string>());
    }
  }
  return events;
}

}  // namespace hookline::test
