#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/cli.h"
#include "hub/config/config.h"
#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace cli;

namespace {

// Works in a folder of its own, because the hub looks for ./hookline.toml.
class HubCommandConfig : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  TempFolder folder;

 private:
  std::filesystem::path before_;
};

TEST_F(HubCommandConfig, NothingIsNeeded) {
  const auto config = make_hub_config({});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->port, 4111);
  EXPECT_EQ(config->address, "0.0.0.0");
  EXPECT_TRUE(config->script_folder.empty());
}

TEST_F(HubCommandConfig, AFileInTheFolderIsRead) {
  folder.write("hookline.toml", "[hub]\nname = \"mine\"\n[listen]\nport = 5000\n");
  const auto config = make_hub_config({});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "mine");
  EXPECT_EQ(config->port, 5000);
}

TEST_F(HubCommandConfig, OptionsWinOverTheFile) {
  folder.write("other.toml", "[listen]\nport = 5000\naddress = \"127.0.0.2\"\n");
  folder.write("hookline.toml", "not read");
  std::filesystem::create_directory("my-scripts");
  const auto config = make_hub_config({.config = "other.toml",
                                       .address = "127.0.0.1",
                                       .port = std::uint16_t{0},
                                       .scripts = "my-scripts"});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->address, "127.0.0.1");
  EXPECT_EQ(config->port, 0);
  EXPECT_TRUE(config->script_folder.is_absolute());
  EXPECT_EQ(config->script_folder, std::filesystem::current_path() / "my-scripts");
}

TEST_F(HubCommandConfig, WatchingIsAskedForByTheOptionOrTheFile) {
  EXPECT_FALSE(make_hub_config({})->watch);
  EXPECT_TRUE(make_hub_config({.watch = true})->watch);
  folder.write("hookline.toml", "[scripts]\nwatch = true\n");
  EXPECT_TRUE(make_hub_config({})->watch);
}

TEST_F(HubCommandConfig, MistakesEndIt) {
  folder.write("bad.toml", "[hub]\nnmae = \"x\"\n");
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"hub", "--config", "nothing.toml"},
           {"hub", "--config", "bad.toml"},
           {"hub", "--scripts", "nowhere"},
           {"hub", "--address", "256.0.0.1"},
       }) {
    const CliResult result = run(arguments);
    EXPECT_EQ(result.exit_code, 1) << arguments[1];
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, ::testing::StartsWith("hookline"));
  }
}

}  // namespace
}  // namespace hookline::test
