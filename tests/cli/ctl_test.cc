// Runs `hookline ctl` with a hub in the same process.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>
#include <vector>

#include "hub/hub.h"
#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Ctl : public ::testing::Test {
 protected:
  void start() {
    std::promise<void> is_ready;
    auto ready = is_ready.get_future();
    thread_ = std::thread([this, is_ready = std::move(is_ready)]() mutable {
      HubConfig config;
      config.address = "127.0.0.1";
      config.port = 0;
      config.script_folder = folder.path();
      auto created = Hub::create(config, {.control_socket = socket});
      ASSERT_TRUE(created) << created.error().message;
      hub_ = created->get();
      is_ready.set_value();
      (*created)->run();
    });
    ready.wait();
  }
  ~Ctl() override {
    if (hub_ != nullptr) {
      hub_->stop();
      thread_.join();
    }
  }

  [[nodiscard]] CliResult ctl(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin(), "ctl");
    arguments.insert(arguments.end(), {"--socket", socket});
    return run(std::move(arguments));
  }

  TempFolder folder;
  std::string socket = (folder.path() / "hub.sock").string();

 private:
  Hub* hub_ = nullptr;
  std::thread thread_;
};

TEST_F(Ctl, WithoutAHubItSaysSo) {
  const auto result = ctl({"list"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "hookline ctl: no hub listens at " + socket +
                            "; start one with 'hookline hub', or name its socket with --socket\n");
}

TEST_F(Ctl, ManagesScripts) {
  start();
  folder.write("one.py", "def OnUserLogin(nick): pass\n");
  auto result = ctl({"load", "one"});
  EXPECT_EQ(result.out, "'one' is loaded.\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(ctl({"list"}).out, "0 one: " + (folder.path() / "one.py").string() + ", hooks 1\n");
  folder.write("one.py", "import vh\nvh.name_and_version('First', '1.0')\n");
  EXPECT_EQ(ctl({"reload", "one"}).out, "'one' is reloaded.\n");
  EXPECT_THAT(ctl({"list"}).out, StartsWith("0 one (First 1.0): "));
  EXPECT_THAT(ctl({"list", "--json"}).out, HasSubstr(R"("title":"First","version":"1.0")"));
  EXPECT_THAT(ctl({"stats"}).out,
              StartsWith("one: calls 0, errors 0, missed 0, late 0, waiting 0"));
  EXPECT_THAT(ctl({"stats", "one", "--json"}).out,
              StartsWith(R"({"ok":true,"result":[{"name":"one")"));
  EXPECT_EQ(ctl({"unload", "one"}).out, "'one' is unloaded.\n");
}

TEST_F(Ctl, AFailureIsATracebackAndASentence) {
  start();
  const auto file = folder.write("bad.py", "x = 1 / 0\n");
  const auto result = ctl({"load", file.string()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("Traceback (most recent call last):\n"));
  EXPECT_THAT(result.err, ::testing::EndsWith("hookline ctl: 'bad' was not loaded: script_raised: "
                                              "ZeroDivisionError: division by zero\n"));
  const auto reloaded = ctl({"reload", "nothing", "--json"});
  EXPECT_EQ(reloaded.exit_code, 1);
  EXPECT_THAT(reloaded.out, HasSubstr(R"("error":"There is no script 'nothing')"));
}

TEST_F(Ctl, AConfigurationThatSaysOffHasNoSocket) {
  const auto config = folder.write("hookline.toml", "[control]\nsocket = \"off\"\n");
  const auto result = run({"ctl", "list", "--config", config.string()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("give it a path"));
}

}  // namespace
}  // namespace hookline::test
