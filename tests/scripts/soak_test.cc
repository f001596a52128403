// Runs all ten scripts on a real hub with two hundred users and a hundred thousand events. None of
// them may fail.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>

#include "cli/hub_thread.h"
#include "crowd.h"
#include "hookline/script_info.h"
#include "scripts_fixture.h"
#include "tests/support/log_capture.h"
#include "tests/support/scale.h"

namespace hookline::test {

using namespace hub;
using namespace cli;

namespace {

constexpr std::size_t kUsers = 200;
constexpr std::uint64_t kEvents = 50'000;
constexpr std::size_t kScripts = 10;

class ScriptsSoak : public ::testing::Test {
 protected:
  HubConfig make_config() {
    const auto list = folder_.write("list.txt", lines_);
    const auto feed =
        folder_.write("feed.xml", "<rss><channel><item><title>News</title></item></channel></rss>");
    HubConfig config;
    config.address = "127.0.0.1";
    config.port = 0;
    config.commands_per_second = 0;
    config.script_folder = scripts_folder();
    config.base_dir = folder_.path();
    config.decision_deadline = std::chrono::hours(1);
    config.timer_interval = std::chrono::milliseconds(50);
    config.users = {{"admin", "secret", kClassAdmin}, {"op", "secret", kClassOperator}};
    config.variables = {
        // They fetch again and again, on their threads.
        {{"blacklist", "sources"}, "file://" + list.string()},
        {{"blacklist", "hours"}, "0.00001"},
        {{"rss", "feeds"}, "file://" + feed.string()},
        {{"rss", "minutes"}, "0.001"},
        {{"chat_logger", "batch_seconds"}, "0.2"},
        {{"chat_history", "save_minutes"}, "0.002"},
        {{"user_stats", "save_minutes"}, "0.005"},
        {{"trivia", "seconds"}, "1"},
        {{"trivia", "pause"}, "0.2"},
        // All users have one address, and the test would have to wait for those who are
        // disconnected.
        {{"antispam", "kick_after"}, "0"},
        {{"antispam", "ban_after"}, "0"},
        {{"op_tools", "kick_after"}, "0"},
    };
    return config;
  }

  void start() {
    auto started = HubThread::start(make_config());
    ASSERT_TRUE(started) << started.error().to_string();
    hub_ = *std::move(started);
    for (const auto& script : hub_->loaded()) {
      ASSERT_TRUE(script.id) << script.path << ": " << script.id.error().to_string()
                             << script.id.error().traceback;
    }
    ASSERT_EQ(hub_->loaded().size(), kScripts);
  }

  ScriptHost& scripts() { return hub_->hub().scripts(); }

  // Returns what the blacklist says about itself.
  std::string blacklist_status() {
    auto status = scripts().call("blacklist", "OnScriptQuery", {"status", "", "", ""}).get();
    EXPECT_TRUE(status) << status.error().to_string();
    const auto* text = status ? status->as<std::string>() : nullptr;
    return text != nullptr ? *text : std::string();
  }

  // It fetches its list again and again, so what the test adds is there soon.
  void wait_for_the_blacklist() {
    for (const auto& [line, status] : {std::pair("198.51.100.1-198.51.100.2\n", "3 ranges"),
                                       std::pair("203.0.113.0/24\n", "4 ranges")}) {
      lines_ += line;
      folder_.write("list.txt", lines_);
      while (!blacklist_status().starts_with(status) && !HasFailure()) {
        std::this_thread::yield();
      }
    }
  }

  // Waits until the scripts have run everything that they got.
  void wait_for_scripts() {
    const auto is_done = [](const ScriptInfo& script) { return script.mailbox.waiting == 0; };
    while (!std::ranges::all_of(scripts().scripts(), is_done)) {
      std::this_thread::yield();
    }
  }

  TempFolder folder_;
  std::string lines_ = "10.0.0.0/8\nSome: net:192.0.2.1-192.0.2.9\n";  // the blacklist
  std::unique_ptr<HubThread> hub_;
};

TEST_F(ScriptsSoak, NoneErrs) {
  const LogCapture log;
  ::testing::internal::CaptureStderr();
  ASSERT_NO_FATAL_FAILURE(start());
  Crowd crowd(hub_->hub().port(), kUsers - 2, {{"admin", "secret"}, {"op", "secret"}});
  const auto enough = scaled(kEvents);
  crowd.run([&] { return hub_->hub().stats().hook_events >= enough; });
  wait_for_scripts();
  wait_for_the_blacklist();

  const auto stats = hub_->hub().stats();
  EXPECT_GE(stats.hook_events, enough);
  EXPECT_EQ(stats.late_decisions, 0U);
  EXPECT_EQ(stats.protocol_errors, 0U);
  EXPECT_EQ(crowd.lost(), 0U);
  EXPECT_GT(stats.chat_blocked, 0U);  // antispam
  for (const ScriptInfo& script : scripts().scripts()) {
    EXPECT_EQ(script.errors, 0U) << script.name << ": "
                                 << (script.last_error ? script.last_error->error.message : "");
    EXPECT_EQ(script.missed, 0U) << script.name;
    EXPECT_GT(script.mailbox.started, 0U) << script.name;
  }
  const auto logged = scripts().call("chat_logger", "flush", {}).get();
  ASSERT_TRUE(logged) << logged.error().to_string();
  EXPECT_GT(*logged->as<std::int64_t>(), static_cast<std::int64_t>(enough / 10));

  hub_.reset();
  EXPECT_THAT(log.problems(), ::testing::IsEmpty());
  // An exception that ends a thread of a script is not counted in any figure.
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::Not(::testing::HasSubstr("Exception in thread")));
  for (const char* file : {"chat_log.sqlite", "chat_history.json", "user_stats.json", "trivia.json",
                           "op_tools.json", "rss.json"}) {
    EXPECT_TRUE(std::filesystem::exists(folder_.path() / "data" / file)) << file;
  }
}

}  // namespace
}  // namespace hookline::test
