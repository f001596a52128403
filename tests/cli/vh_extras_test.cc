// Tests the functions of `vh` that are not in the table, on a running hub. They are all that the
// reference names.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/hub_thread.h"
#include "cli/reference.h"
#include "hookline/function.h"
#include "hookline/script_info.h"
#include "plugin/functions/module_data.h"
#include "tests/plugin/test_scripts.h"
#include "verlihub/notes.h"

namespace hookline::test {

using namespace hub;
using namespace cli;

namespace {

constexpr std::string_view kProxy = R"py(
import vh
def run(text): return ascii(eval(text))
def batched(nick):
    with vh.batch() as batch:
        return [vh.SendDataToUser("$Raw", nick), vh.mc("inside")], vh.GetConfig("batch", "x")
)py";

struct Row {
  std::string_view name;
  std::string call;
  std::string result;
};

class VhExtras : public ::testing::Test {
 protected:
  void SetUp() override {
    HubConfig config;
    config.address = "127.0.0.1";
    config.port = 0;
    config.base_dir = folder_.path();
    config.script_folder = folder_.path() / "scripts";
    config.bot_name = "Robot";
    config.op_chat_name = "Ops";
    std::filesystem::create_directory(config.script_folder);
    folder_.write("scripts/aside.py", "");
    folder_.write("scripts/proxy.py", kProxy);
    auto started = HubThread::start(config);
    ASSERT_TRUE(started) << started.error().to_string();
    hub_ = *std::move(started);
    const auto defined =
        scripts().def("ask_database", [](const std::string& nick, std::int64_t limit) {
          return nick + ":" + std::to_string(limit);
        });
    ASSERT_TRUE(defined);
  }

  ScriptHost& scripts() { return hub_->hub().scripts(); }

  [[nodiscard]] std::string run(const std::string& text) {
    auto result = scripts().call("proxy", "run", {text}).get();
    EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
    const auto* shown = result ? result->as<std::string>() : nullptr;
    return shown != nullptr ? *shown : std::string();
  }

  // These rows cover all of the reference, and each does what it says.
  void check(const std::vector<Row>& rows, const std::set<std::string_view>& documented) {
    std::set<std::string_view> tested;
    for (const auto& row : rows) {
      EXPECT_EQ(run(row.call), row.result) << row.call;
      tested.insert(row.name);
    }
    EXPECT_EQ(tested, documented);
  }

  template <class Notes>
  static std::set<std::string_view> names(const Notes& notes) {
    std::set<std::string_view> all;
    for (const auto& note : notes) {
      all.insert(note.name);
    }
    return all;
  }

  TempFolder folder_;
  std::unique_ptr<HubThread> hub_;
};

TEST_F(VhExtras, FunctionsThatAreNotInTheTableWork) {
  check(
      {
          {"encode", "vh.encode('$|`~\\x05 a')", "'&#36;&#124;&#96;&#126;&#5; a'"},
          {"Encode", "vh.Encode('$'), vh.Encode('')", "('&#36;', '')"},
          {"decode", "vh.decode('&#36;&#124;&#96;&#126;&#5; &#35;')", R"('$|`~\x05 &#35;')"},
          {"Decode", "vh.Decode('&#36;')", "'$'"},
          {"name_and_version", "vh.name_and_version()", "('proxy', '')"},
          {"name_and_version", "vh.name_and_version('Mine'), vh.name_and_version(version='2')",
           "(('Mine', ''), ('Mine', '2'))"},
          {"CallDynamicFunction", "vh.CallDynamicFunction('ask_database', 'ann', 3)", "'ann:3'"},
          {"batch", "batched('nobody')", "([True, True], None)"},
      },
      names(verlihub::vh_extras()));
}

TEST_F(VhExtras, AnUnknownDynamicFunctionIsANameError) {
  const auto result = scripts().call("proxy", "run", {"vh.CallDynamicFunction('none')"}).get();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "NameError");
}

TEST_F(VhExtras, AttributesHaveTheirValues) {
  const auto path = folder_.path() / "scripts" / "proxy.py";
  const Module module = vh_module();
  const detail::ModuleData& data = *detail::ModuleAccess::data(module);
  auto attributes = names(data.attributes);
  attributes.merge(names(data.core_attributes));
  check(
      {
          {"myid", "vh.myid", "1"},
          {"botname", "vh.botname", "'Robot'"},
          {"opchatname", "vh.opchatname", "'Ops'"},
          {"name", "vh.name", "'proxy'"},
          {"path", "vh.path", "'" + path.string() + "'"},
          {"config_name", "vh.config_name, vh.GetConfig(vh.config_name, 'hub_security')",
           "('hookline', 'Robot')"},
          {"basedir", "vh.basedir", "'" + folder_.path().string() + "'"},
          {"starttime", "type(vh.starttime), 0 <= __import__('time').time() - vh.starttime < 600",
           "(<class 'int'>, True)"},
          {"__version_string__", "type(vh.__version_string__), bool(vh.__version_string__)",
           "(<class 'str'>, True)"},
      },
      attributes);
}

}  // namespace
}  // namespace hookline::test
