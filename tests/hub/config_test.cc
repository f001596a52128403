#include "hub/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "hub/config/config_keys.h"
#include "tests/plugin/test_scripts.h"

namespace hookline {

using namespace detail;
using namespace hub;

namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::string read_source(const std::string& name) {
  std::ifstream file(std::string(HOOKLINE_SOURCE_DIR) + "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string mistake(std::string_view toml) {
  const auto config = parse_config(toml, "test.toml");
  EXPECT_FALSE(config);
  if (config) {
    return {};
  }
  EXPECT_EQ(config.error().code, ErrorCode::kBadArguments);
  return config.error().message;
}

TEST(Config, IsCompleteWithoutAnyKey) {
  const auto config = parse_config("", "test.toml");
  ASSERT_TRUE(config);
  for (const auto& key : config_keys()) {
    EXPECT_EQ(config_text(key, *config), config_text(key, HubConfig())) << key.name;
  }
}

TEST(Config, ReadsEveryKindOfKey) {
  const auto config = parse_config(R"(
[hub]
name = "Hub"
max_users = 7
[listen]
address = "::1"
port = 0
[limits]
login_timeout = 1.5
idle_timeout = 0
commands_per_second = 10
check_addresses = false
[scripts]
script_folder = "mine"
overflow = "drop_oldest"
late_verdict_allows = false
[[users]]
nick = "op"
password = "secret"
class = 5
[[users]]
password = "word"
nick = "reg"
[variables.plugin]
text = "x"
number = 12
truth = true
)",
                                   "test.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "Hub");
  EXPECT_EQ(config->max_users, 7u);
  EXPECT_EQ(config->address, "::1");
  EXPECT_EQ(config->port, 0);
  EXPECT_EQ(config->login_timeout, 1500ms);
  EXPECT_EQ(config->idle_timeout, 0s);
  EXPECT_EQ(config->commands_per_second, 10);
  EXPECT_FALSE(config->check_addresses);
  EXPECT_EQ(config->script_folder, "mine");
  EXPECT_EQ(config->overflow, Overflow::kDropOldest);
  EXPECT_FALSE(config->late_answer_allows);
  ASSERT_EQ(config->users.size(), 2u);
  EXPECT_EQ(config->users[0].user_class, 5);
  EXPECT_EQ(config->users[1].nick, "reg");
  EXPECT_EQ(config->users[1].user_class, kClassRegistered);
  using Key = std::pair<std::string, std::string>;
  EXPECT_EQ(config->variables.at(Key("plugin", "text")), "x");
  EXPECT_EQ(config->variables.at(Key("plugin", "number")), "12");
  EXPECT_EQ(config->variables.at(Key("plugin", "truth")), "1");
}

struct Mistake {
  const char* toml;
  const char* said;
};

class ConfigMistakeTest : public ::testing::TestWithParam<Mistake> {};

TEST_P(ConfigMistakeTest, IsNamedWithItsLineAndWhatWouldBeRight) {
  EXPECT_THAT(mistake(GetParam().toml), HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, ConfigMistakeTest,
    ::testing::Values(
        Mistake{"[hub]\nnam = 1", "test.toml:2: [hub] has no key 'nam'; it has name, topic"},
        Mistake{"[hubs]\n", "test.toml:1: there is no section [hubs]"},
        Mistake{"hub = 1", "test.toml:1: hub must be written as [hub]"},
        Mistake{"[hub]\nname = 1", "test.toml:2: [hub] name must be a string"},
        Mistake{"[hub]\nname = 'a|b'", "name must be a string without '|'"},
        Mistake{"[hub]\nmotd = 1", "motd must be a string"},
        Mistake{"[hub]\nmax_users = 0", "max_users must be an integer from 1 to"},
        Mistake{"[hub]\nmax_users = 1.5", "max_users must be an integer"},
        Mistake{"[hub]\nmax_users = -1", "max_users must be an integer"},
        Mistake{"[listen]\nport = 65536", "port must be an integer from 0 to 65535"},
        Mistake{"[limits]\nlogin_timeout = '5'", "login_timeout must be a number of seconds"},
        Mistake{"[limits]\nlogin_timeout = nan", "login_timeout must be a number of seconds"},
        Mistake{"[limits]\ncommands_per_second = -1", "commands_per_second must be a number"},
        Mistake{"[limits]\ncheck_addresses = 1", "check_addresses must be true or false"},
        Mistake{"[scripts]\noverflow = 'wait'", R"(must be "block", "reject")"},
        Mistake{"[scripts]\nreload = true", R"(reload must be "fresh" or "in_place")"},
        Mistake{"[scripts]\nscript_folder = 1", "script_folder must be a string, the path"},
        Mistake{"[hub]\nbot_name = 'a b'", "'a b' is not"},
        Mistake{"[hub]\nbot_name = 'opchat'", "must differ"},
        Mistake{"users = 1", "must be written as [[users]]"},
        Mistake{"users = [1]", "[[users]] must be tables"},
        Mistake{"[[users]]\nnick = 'a b'\npassword = 'x'", "needs a nick"},
        Mistake{"[[users]]\nnick = 'a'", "needs a password"},
        Mistake{"[[users]]\nnick = 'a'\npassword = 'x'\nclass = 11", "class must be from 1 to 10"},
        Mistake{"[[users]]\nnick = 'a'\npassword = 'x'\nage = 11", "not 'age'"},
        Mistake{"[[users]]\nnick = 'a'\npassword = 'x'\n[[users]]\nnick = 'A'\npassword = 'x'",
                "has the nick 'A' twice"},
        Mistake{"[[users]]\nnick = 'HUBBOT'\npassword = 'x'", "is the name of a bot"},
        Mistake{"variables = 1", "must be written as [variables.CONF]"},
        Mistake{"[variables]\na = 1", "must be written as [variables.CONF]"},
        Mistake{"[variables.a]\nb = [1]", "must be a string, an integer or a bool"},
        Mistake{"[hub\n", "test.toml:1: "}));

TEST(Config, AScriptMayHaveAPythonOfItsOwn) {
  const auto config = parse_config(
      "[scripts]\ngil = \"shared\"\nvenv = \"env\"\nmemory_limit = 64\nmemory_total = 512\n"
      "value_limit = 8\ncpu_share = 0.5\nreload = \"in_place\"\n"
      "[scripts.one]\ngil = \"main\"\n[scripts.two]\nvenv = \"other\"\nmemory_limit = 32\n"
      "value_limit = 0\ncpu_share = 1\nreload = \"fresh\"\n",
      "test.toml");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->gil, Gil::kShared);
  EXPECT_EQ(config->venv, "env");
  ASSERT_EQ(config->python_of.size(), 2U);
  EXPECT_EQ(config->python_of.at("one").gil, Gil::kMain);
  EXPECT_FALSE(config->python_of.at("one").venv);
  EXPECT_EQ(config->python_of.at("two").venv, "other");
  EXPECT_EQ(config->memory_limit_mib, 64U);
  EXPECT_EQ(config->memory_total_mib, 512U);
  EXPECT_FALSE(config->python_of.at("one").memory_limit);
  EXPECT_EQ(config->python_of.at("two").memory_limit, std::size_t{32} << 20U);
  EXPECT_EQ(config->value_limit_mib, 8U);
  EXPECT_EQ(config->cpu_share, 0.5);
  EXPECT_FALSE(config->python_of.at("one").value_limit);
  EXPECT_FALSE(config->python_of.at("one").cpu_share);
  EXPECT_EQ(config->python_of.at("two").value_limit, 0U);
  EXPECT_EQ(config->python_of.at("two").cpu_share, 1.0);
  EXPECT_EQ(config->reload, ReloadMode::kInPlace);
  EXPECT_FALSE(config->python_of.at("one").reload);
  EXPECT_EQ(config->python_of.at("two").reload, ReloadMode::kFresh);
  EXPECT_FALSE(parse_config("[scripts.one]\nreload = \"main\"\n", "test.toml"));
  for (const auto* limit : {"-1", "1.5", "\"64M\"", "1000001"}) {
    for (const std::string key : {"memory_limit = ", "value_limit = ", "cpu_share = "}) {
      EXPECT_FALSE(parse_config("[scripts.one]\n" + key + limit, "test.toml")) << key << limit;
    }
  }
  EXPECT_THAT(parse_config("[scripts]\ngil = \"none\"\n", "test.toml").error().message,
              HasSubstr("test.toml:2: [scripts] gil must be \"own\", \"shared\" or \"main\""));
  EXPECT_THAT(parse_config("[scripts.one]\ncolor = 1\n", "test.toml").error().message,
              HasSubstr("test.toml:2: [scripts.one] has gil"));
}

TEST(Config, LoadsAFileAndKnowsWhereItLies) {
  const test::TempFolder folder;
  const auto file = folder.write("hub.toml", "[hub]\nname = 'From a file'\n");
  const auto config = load_config(file);
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->name, "From a file");
  EXPECT_EQ(config->base_dir, folder.path());
  EXPECT_THAT(load_config(folder.path() / "none.toml").error().message, HasSubstr("none.toml"));
}

TEST(Config, TheExampleSaysEveryKeyWithItsDefault) {
  const auto text = read_source("examples/hookline.toml");
  const auto config = parse_config(text, "hookline.toml");
  ASSERT_TRUE(config) << config.error().message;
  for (const auto& key : config_keys()) {
    const auto line = std::string(key.name) + " = " + config_text(key, HubConfig());
    EXPECT_THAT(text, HasSubstr("\n" + line + "\n")) << key.section;
    EXPECT_EQ(config_text(key, *config), config_text(key, HubConfig())) << key.name;
  }
  EXPECT_TRUE(
      config->users.empty());  // they are shown, but as comments: nobody has a known password
}

TEST(Config, TheManualSaysEveryKeyWithItsDefaultAndUnit) {
  const auto manual = read_source("docs/hub.md");
  for (const auto& key : config_keys()) {
    std::string help(key.help);
    const auto row = "| `" + std::string(key.name) + "` | `" + config_text(key, HubConfig()) +
                     "` | " + std::string(key.unit) + " | " + help + " |";
    EXPECT_THAT(manual, HasSubstr(row));
  }
}

}  // namespace
}  // namespace hookline
