// Tests the tables of src/hub/vh: that each function has one body, and the functions that only this
// hub has.

#include <gmock/gmock.h>

#include <string>
#include <string_view>
#include <vector>

#include "hookline/verlihub/functions.h"
#include "hub/vh/vh_module.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace verlihub;

namespace {

using ::testing::HasSubstr;

TEST(VhEntries, EachFunctionHasOneBody) {
  const auto entries = vh_entries();
  const auto checked = check_entries(entries);
  EXPECT_TRUE(checked) << checked.error().to_string();
  EXPECT_GT(entries.size(), kVhFunctions.size());
}

TEST(VhEntries, AMissingBodyIsNamed) {
  auto entries = vh_entries();
  std::erase_if(entries, [](const VhEntry& entry) {
    return std::string_view(entry.row().name) == "GetUserClass";
  });
  const auto checked = check_entries(entries);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("vh.GetUserClass() has 0 bodies"));
}

TEST(VhEntries, ASecondBodyIsNamed) {
  auto entries = vh_entries();
  entries.emplace_back(Vh::kTopic, [](VhHub&, const VhArgs&) -> Future<Value> { return {}; });
  const auto checked = check_entries(entries);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("vh.Topic() has 2 bodies"));
}

TEST(VhEntries, TheBodyOfAnOwnFunctionSaysWhereItRuns) {
  constexpr VhRow kRow = {.group = VhGroup::kHub,
                          .name = "Own",
                          .argument_kinds = "s|l",
                          .argument_names = "text number",
                          .returns = "bool",
                          .help = "Tells something.",
                          .details = "",
                          .example = "vh.Own('')"};
  constexpr VhEntry kReads(kRow,
                           [](const VhReadable&, const VhArgs&) -> Result<Value> { return true; });
  constexpr VhEntry kActs(kRow, [](VhHub&, const VhArgs&) -> Result<Value> { return true; });
  static_assert(kReads.is_own() && kReads.row().runs_on == RunsOn::kCaller);
  static_assert(kActs.is_own() && kActs.row().runs_on == RunsOn::kHost);
  EXPECT_EQ(vh_rows().size(), vh_entries().size());
}

constexpr std::string_view kEntriesProxy = R"py(
import vh
vh.AddRobot("Bot", 3, "a bot", "", "", "7")
def run(text):
    try:
        return ascii(eval(text))
    except Exception as error:
        return f"{type(error).__name__}: {error}"
)py";

class GetUser : public HubTest {
 protected:
  void SetUp() override { start({{"proxy", std::string(kEntriesProxy)}}); }

  [[nodiscard]] std::string run(std::string_view text) const {
    return *call("proxy", "run", {text}).as<std::string>();
  }
};

TEST_F(GetUser, TellsAllThatIsKnown) {
  auto ann = login("ann", {.my_info = "me<t V:1,M:A,H:1/0/0,S:1>$ $fast\x01$m@x$5000000000$"});
  ann.send("$MyHubURL dchub://hub|$ExtJSON ann {\"files\": 1}|");
  ann.sync();
  EXPECT_EQ(run("vh.GetUser('ann')"),
            "{'nick': 'ann', 'class': 0, 'is_bot': False, 'is_active': True, 'ip': '127.0.0.1', "
            "'host': '127.0.0.1', 'share': 5000000000, 'desc': 'me', "
            "'tag': '<t V:1,M:A,H:1/0/0,S:1>', 'speed': 'fast', 'mail': 'm@x', "
            "'hub_url': 'dchub://hub', 'ext_json': '{\"files\": 1}', 'cc': '--'}");
  EXPECT_EQ(run("vh.GetUser(nick='ann')['nick']"), "'ann'");
}

TEST_F(GetUser, KnowsBots) {
  EXPECT_EQ(run("{key: vh.GetUser('Bot')[key] for key in ('class', 'is_bot', 'ip', 'host', "
                "'share', 'desc', 'cc')}"),
            "{'class': 3, 'is_bot': True, 'ip': '', 'host': '', 'share': 7, 'desc': 'a bot', "
            "'cc': '--'}");
  EXPECT_EQ(run("vh.GetUser(vh.botname)['is_bot']"), "True");
}

TEST_F(GetUser, ReturnsNoneForNobody) {
  EXPECT_EQ(run("vh.GetUser('nobody'), vh.GetUser('')"), "(None, None)");
}

TEST_F(GetUser, NamesAWrongArgument) {
  EXPECT_EQ(run("vh.GetUser(1)"), "TypeError: vh.GetUser() argument 'nick' must be str, not int");
  EXPECT_EQ(run("vh.GetUser()"), "TypeError: vh.GetUser() needs the argument 'nick'");
}

TEST_F(GetUser, WorksInAThreadOfTheScript) {
  EXPECT_EQ(run("__import__('concurrent.futures').futures.ThreadPoolExecutor(1)"
                ".submit(vh.GetUser, 'Bot').result()['nick']"),
            "'Bot'");
}

}  // namespace
}  // namespace hookline::test
