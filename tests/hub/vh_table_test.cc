#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <ostream>
#include <string>
#include <vector>

#include "hookline/verlihub/functions.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;
using namespace verlihub;

namespace {

// Runs the expression of a row.
constexpr std::string_view kProxy = R"py(
import vh
def run(text): return ascii(eval(text))
def OnUserCommand(*args): pass  # so that TestClient::sync() waits for what was told before
def OnOperatorCommand(*args): pass
)py";

// Answers the queries of the proxy.
constexpr std::string_view kOtherScript = R"py(
import vh
vh.AddRobot("Bot", 0, "a bot", "", "", "0")
def OnScriptQuery(command, data, recipient, sender): return ",".join((command, data, recipient, sender))
)py";

// Other users get a line that begins so when a new operator comes.
constexpr const char* kLists = "$OpList";

// Describes one call of one function. "op" (class 3), "act" (a guest in active mode), "pas" (a
// guest in passive mode) and the script's bot "Bot" are online.
struct TableRow {
  Vh function;
  const char* call;
  const char* result;
  // Each of them gets these lines, in order. A line that begins with kLists stands for any list.
  std::vector<std::string> op;
  std::vector<std::string> act;
  std::vector<std::string> pas;
  enum class End { kNone, kOfPas, kOfHub } end = End::kNone;
};

std::ostream& operator<<(std::ostream& out, const TableRow& row) { return out << row.call; }

const std::string kActInfo = "$MyINFO $ALL act me<t V:1,M:A,H:1/0/0,S:1>$ $fast";

// Returns a row with lines that all three get.
TableRow to_all(Vh function, const char* call, const char* result,
                const std::vector<std::string>& lines) {
  return {function, call, result, lines, lines, lines};
}

// clang-format off
std::vector<TableRow> table_rows() {
  using enum Vh;
  return {
    {kSendDataToUser, "vh.SendDataToUser('$Raw', 'act')", "True", {}, {"$Raw"}, {}},
    {kSendDataToUser, "vh.SendDataToUser('$Raw', 'Bot')", "False", {}, {}, {}},
    {kSendDataToAll, "vh.SendDataToAll('$Raw|$Two|', 1, 10, 1)", "True", {"$Raw", "$Two"}, {}, {}},
    {kSendToOpChat, "vh.SendToOpChat('hi', 'Bot')", "True", {"$To: op From: OpChat $<Bot> hi"}, {}, {}},
    {kSendPMToAll, "vh.SendPMToAll('hi', 'Bot', 3, 10)", "True", {"$To: op From: Bot $<Bot> hi"}, {}, {}},
    {kCloseConnection, "vh.CloseConnection('pas', vh.eCR_INVALID_USER)", "True", {"$Quit pas"}, {"$Quit pas"}, {}, TableRow::End::kOfPas},
    to_all(kmc, "vh.mc('hi')", "True", {"<HubBot> hi"}),
    {kusermc, "vh.usermc('hi', 'act', 'Bot')", "True", {}, {"<Bot> hi"}, {}},
    {kclassmc, "vh.classmc('hi', 0, 0)", "True", {}, {"<HubBot> hi"}, {"<HubBot> hi"}},
    {kpm, "vh.pm('hi', 'act', 'Bot')", "True", {}, {"$To: act From: Bot $<Bot> hi"}, {}},
    {kpm, "vh.pm('hi', 'act', from_nick='Bot', nick_shown='X')", "True", {}, {"$To: act From: Bot $<X> hi"}, {}},
    {kKickUser, "vh.KickUser('op', 'pas', 'why')", "True", {"<HubBot> pas was kicked by op: why", "$Quit pas"}, {"<HubBot> pas was kicked by op: why", "$Quit pas"}, {}, TableRow::End::kOfPas},
    {kAddRegUser, "vh.AddRegUser('New', 4, 'pass', 'op'), vh.AddRegUser('NEW', 4), vh.AddRegUser('op', 3), vh.AddRegUser('x', 11)", "(True, False, False, False)", {}, {}, {}},
    {kDelRegUser, "vh.AddRegUser('New', 1, '', 'op'), vh.DelRegUser('new'), vh.DelRegUser('New'), vh.DelRegUser('op')", "(True, True, False, False)", {}, {}, {}},
    {kSetRegClass, "vh.AddRegUser('New', 1), vh.SetRegClass('New', 5), vh.SetRegClass('New', 11), vh.SetRegClass('nobody', 1), vh.SetRegClass('op', 1)", "(True, True, False, False, False)", {}, {}, {}},
    {kBan, "vh.Ban('op', 'pas', 'why', 60, 2)", "True", {"$Quit pas"}, {"$Quit pas"}, {}, TableRow::End::kOfPas},
    {kBan, "vh.Ban('op', '192.0.2.0/24', '', 0, 3), vh.Ban('op', 'x', '', 0, 99), vh.Ban('op', '', '', 0, 2)", "(True, False, False)", {}, {}, {}},
    {kDelNickTempBan, "vh.Ban('op', 'bad', 'why', 60, 2), vh.DelNickTempBan('BAD'), vh.DelNickTempBan('bad')", "(True, True, False)", {}, {}, {}},
    {kDelIPTempBan, "vh.Ban('op', '192.0.2.1', 'why', 60, 1), vh.DelIPTempBan('192.0.2.1'), vh.DelIPTempBan('192.0.2.1')", "(True, True, False)", {}, {}, {}},
    {kSQL, "len(vh.SQL('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 150) SELECT i FROM n')[1])", "100", {}, {}, {}},
    {kSQL, "len(vh.SQL('WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 150) SELECT i FROM n', 120)[1])", "120", {}, {}, {}},
    {kSQL, "vh.SQL('CREATE TABLE t(a, b)'), vh.SQL(\"INSERT INTO t VALUES(1, 'x'), (2, NULL)\"), vh.SQL('SELECT b FROM t'), vh.SQL('SELECT a FROM t', 1), vh.SQL('nonsense')", "((1, []), (1, []), (1, [['x'], ['']]), (1, [['1']]), (0, []))", {}, {}, {}},
    {kUserRestrictions, "vh.UserRestrictions('act', '1', '3h', search='0'), vh.UserRestrictions('act', pm='0')", "({'chat': True, 'pm': True, 'search': False, 'ctm': False}, {'chat': True, 'pm': False, 'search': False, 'ctm': False})", {}, {}, {}},
    {kUserRestrictions, "vh.UserRestrictions('act', chat='2d', ctm='1'), vh.UserRestrictions('act', '0'), vh.UserRestrictions('act')", "({'chat': True, 'pm': False, 'search': False, 'ctm': True}, {'chat': False, 'pm': False, 'search': False, 'ctm': True}, {'chat': False, 'pm': False, 'search': False, 'ctm': True})", {}, {}, {}},
    {kSetConfig, "vh.SetConfig('plugin', 'x', '1')", "True", {}, {}, {}},
    to_all(kTopic, "vh.Topic('New')", "'New'", {"$HubTopic New"}),
    {kGetMyINFO, "vh.GetMyINFO('act')", "('act', 'me', '<t V:1,M:A,H:1/0/0,S:1>', 'fast', 'm@x', '5')", {}, {}, {}},
    {kGetMyINFO, "vh.GetMyINFO('Bot')", "('Bot', 'a bot', '', '', '', '0')", {}, {}, {}},
    {kGetUserClass, "[vh.GetUserClass(n) for n in ('op', 'act', 'Bot', 'HubBot', 'nobody')]", "[3, 0, 0, 10, -2]", {}, {}, {}},
    {kGetUserIP, "vh.GetUserIP('act'), vh.GetUserIP('nobody')", "('127.0.0.1', '')", {}, {}, {}},
    {kGetUserHost, "vh.GetUserHost('act'), vh.GetUserHost('nobody')", "('127.0.0.1', '')", {}, {}, {}},
    {kGetNickList, "sorted(vh.GetNickList())", "['Bot', 'HubBot', 'OpChat', 'act', 'op', 'pas']", {}, {}, {}},
    {kGetOpList, "sorted(vh.GetOpList())", "['HubBot', 'OpChat', 'op']", {}, {}, {}},
    {kGetBotList, "sorted(vh.GetBotList())", "['Bot', 'HubBot', 'OpChat']", {}, {}, {}},
    {kGetRawNickList, "(lambda t: (t[:10], t[-1], sorted(t[10:-1].split('$$'))))(vh.GetRawNickList())", "('$NickList ', '|', ['', 'Bot', 'HubBot', 'OpChat', 'act', 'op', 'pas'])", {}, {}, {}},
    {kGetRawOpList, "(lambda t: (t[:8], t[-1], sorted(t[8:-1].split('$$'))))(vh.GetRawOpList())", "('$OpList ', '|', ['', 'HubBot', 'OpChat', 'op'])", {}, {}, {}},
    {kGetRawBotList, "(lambda t: (t[:9], t[-1], sorted(t[9:-1].split('$$'))))(vh.GetRawBotList())", "('$BotList ', '|', ['', 'Bot', 'HubBot', 'OpChat'])", {}, {}, {}},
    {kGetUsersCount, "vh.GetUsersCount()", "3", {}, {}, {}},
    {kGetTotalShareSize, "vh.GetTotalShareSize()", "'5'", {}, {}, {}},
    {kGetConfig, "vh.GetConfig('config', 'hub_name'), vh.GetConfig('x', 'y'), vh.GetConfig('x', 'y', 'z')", "('hookline', None, 'z')", {}, {}, {}},
    {kSendToActive, "vh.SendToActive('$Raw')", "True", {}, {"$Raw"}, {}},
    {kSendToPassive, "vh.SendToPassive('$Raw', 1)", "True", {"$Raw"}, {}, {"$Raw"}},
    {kSendToActiveClass, "vh.SendToActiveClass('$Raw', 1, 10)", "True", {}, {}, {}},
    {kSendToActiveClass, "vh.SendToActiveClass('$Raw', 0, 0)", "True", {}, {"$Raw"}, {}},
    {kSendToPassiveClass, "vh.SendToPassiveClass('$Raw', 3, 3, 0)", "True", {"$Raw"}, {}, {}},
    to_all(kSetMyINFO, "vh.SetMyINFO('act', desc='you', size='7')", "True", {"$MyINFO $ALL act you<t V:1,M:A,H:1/0/0,S:1>$ $fast\x01$m@x$7$"}),
    to_all(kSetMyINFO, "vh.SetMyINFO('act', None, None, 'slow|')", "True", {"$MyINFO $ALL act me<t V:1,M:A,H:1/0/0,S:1>$ $slow&#124;\x01$m@x$5$"}),
    {kSetMyINFO, "vh.SetMyINFO('act', size='many'), vh.SetMyINFO('nobody', 'x'), vh.SetMyINFO('HubBot', 'x')", "(False, False, False)", {}, {}, {}},
    {kSetUserIP, "vh.SetUserIP('act', '192.0.2.1'), vh.GetUserIP('act')", "(True, '192.0.2.1')", {"$UserIP act 192.0.2.1$$"}, {"$UserIP act 192.0.2.1$$"}, {}},
    {kSetUserIP, "vh.SetUserIP('act', 'home'), vh.SetUserIP('Bot', '192.0.2.1')", "(False, False)", {}, {}, {}},
    to_all(kSetMyINFOFlag, "vh.SetMyINFOFlag('act', 2)", "True", {kActInfo + "\x03$m@x$5$"}),
    {kSetMyINFOFlag, "vh.SetMyINFOFlag('act', 0), vh.SetMyINFOFlag('act', 256), vh.SetMyINFOFlag('act', 125), vh.SetMyINFOFlag('nobody', 2)", "(False, False, True, False)", {kActInfo + "}$m@x$5$"}, {kActInfo + "}$m@x$5$"}, {kActInfo + "}$m@x$5$"}},
    {kUnsetMyINFOFlag, "vh.UnsetMyINFOFlag('act', 1)", "False", {}, {}, {}},
    to_all(kUnsetMyINFOFlag, "vh.SetMyINFOFlag('act', 16), vh.UnsetMyINFOFlag('act', 1)", "(True, True)", {kActInfo + "\x11$m@x$5$", kActInfo + "\x10$m@x$5$"}),
    {kGetUserHubURL, "vh.GetUserHubURL('act'), vh.GetUserHubURL('pas')", "('dchub://hub', '')", {}, {}, {}},
    {kGetUserExtJSON, "vh.GetUserExtJSON('act'), vh.GetUserExtJSON('pas')", "('{\"files\": 1}', '')", {}, {}, {}},
    {kGetUserCC, "vh.GetUserCC('act')", "'--'", {}, {}, {}},
    {kGetIPCC, "vh.GetIPCC('192.0.2.1')", "'--'", {}, {}, {}},
    {kGetIPCN, "vh.GetIPCN('192.0.2.1')", "'--'", {}, {}, {}},
    {kGetIPCity, "vh.GetIPCity('192.0.2.1')", "'--'", {}, {}, {}},
    {kGetIPASN, "vh.GetIPASN('192.0.2.1')", "'--'", {}, {}, {}},
    {kGetGeoIP, "vh.GetGeoIP('192.0.2.1')", "{}", {}, {}, {}},
    {kParseCommand, "vh.ParseCommand('act', '+topic', 0)", "True", {}, {"<HubBot> The topic is: Old"}, {}},
    {kParseCommand, "vh.ParseCommand('act', '!topic', 1)", "True", {}, {"$To: act From: HubBot $<HubBot> The topic is: Old"}, {}},
    {kParseCommand, "vh.ParseCommand('act', 'topic', 0), vh.ParseCommand('nobody', '+topic', 0)", "(False, False)", {}, {}, {}},
    {kScriptCommand, "vh.ScriptCommand('c', 'd'), vh.ScriptCommand('c', 'd', 'python'), vh.ScriptCommand('c', 'd', True), vh.ScriptCommand('c', 'd', 'lua')", "(True, True, True, False)", {}, {}, {}},
    {kScriptQuery, "vh.ScriptQuery('c', 'd')", "['c,d,,proxy']", {}, {}, {}},
    {kScriptQuery, "vh.ScriptQuery('c', 'd', 'other', True)", "[('other', 'c,d,other,proxy')]", {}, {}, {}},
    {kScriptQuery, "vh.ScriptQuery('c', 'd', 'nobody'), vh.ScriptQuery('c', 'd', 'proxy')", "([], [])", {}, {}, {}},
    {kIsRobotNickBad, "[vh.IsRobotNickBad(n) for n in ('New', 'act', 'Bot', '', 'a b', 'x' * 65, 'OpChat', 'hubbot', 'op')]", "[0, 1, 1, 2, 3, 3, 4, 4, 4]", {}, {}, {}},
    to_all(kAddRobot, "vh.AddRobot('New', 1, 'd', 's', 'e', '9')", "True", {"$MyINFO $ALL New d$ $s\x01$e$9$"}),
    to_all(kAddRobot, "vh.AddRobot('New', 3, 'd', 's', 'e', '9')", "True", {"$MyINFO $ALL New d$ $s\x01$e$9$", kLists}),
    {kAddRobot, "vh.AddRobot('act', 1, '', '', '', '0'), vh.AddRobot('New', 11, '', '', '', '0'), vh.AddRobot('New', 1, '', '', '', 'x')", "(False, False, False)", {}, {}, {}},
    to_all(kDelRobot, "vh.AddRobot('New', 1, '', '', '', '0'), vh.DelRobot('NEW')", "(True, True)", {"$MyINFO $ALL New $ $\x01$$0$", "$Quit New"}),
    {kDelRobot, "vh.DelRobot('Bot'), vh.DelRobot('HubBot'), vh.DelRobot('act')", "(False, False, False)", {}, {}, {}},
    {kGetServFreq, "isinstance(vh.GetServFreq(), float) and vh.GetServFreq() >= 0", "True", {}, {}, {}},
    {kStopHub, "vh.StopHub(256), vh.StopHub(-1)", "(False, False)", {}, {}, {}},
    {kStopHub, "vh.StopHub(3)", "True", {}, {}, {}, TableRow::End::kOfHub},
  };
}
// clang-format on

class VhTableTest : public HubTest, public ::testing::WithParamInterface<TableRow> {
 public:
  VhTableTest() {
    config.users = {{"op", "secret", kClassOperator}};
    config.topic = "Old";
  }

  [[nodiscard]] static auto lines(const std::vector<std::string>& expected) {
    std::vector<::testing::Matcher<std::string>> matchers;
    for (const auto& line : expected) {
      if (line == kLists) {
        matchers.emplace_back(::testing::StartsWith(line));
      } else {
        matchers.emplace_back(line);
      }
    }
    return ::testing::ElementsAreArray(matchers);
  }
};

TEST_P(VhTableTest, DoesWhatItsRowSays) {
  start({{"other", std::string(kOtherScript)}, {"proxy", std::string(kProxy)}});
  auto op = login("op", {.password = "secret"});
  auto act = login("act", {.my_info = "me<t V:1,M:A,H:1/0/0,S:1>$ $fast\x01$m@x$5$"});
  auto pas = login("pas", {.supports = "NoGetINFO NoHello"});
  act.send("$MyHubURL dchub://hub|$ExtJSON act {\"files\": 1}|");
  for (auto* client : {&op, &act, &pas}) {
    client->sync();
  }
  const auto& row = GetParam();
  EXPECT_EQ(*call("proxy", "run", {row.call}).as<std::string>(), row.result) << row.call;
  if (row.end == TableRow::End::kOfHub) {
    EXPECT_EQ(wait_for_end(), 3);
    return;
  }
  EXPECT_THAT(op.sync(), lines(row.op)) << row.call;
  EXPECT_THAT(act.sync(), lines(row.act)) << row.call;
  if (row.end == TableRow::End::kOfPas) {
    pas.expect_closed();
  } else {
    EXPECT_THAT(pas.sync(), lines(row.pas)) << row.call;
  }
}

INSTANTIATE_TEST_SUITE_P(Rows, VhTableTest, ::testing::ValuesIn(table_rows()), [](const auto& row) {
  return std::string(vh_row(row.param.function).name) + "_" + std::to_string(row.index);
});

TEST(VhTable, EveryFunctionHasARow) {
  const auto tested = table_rows();
  for (std::size_t i = 0; i < kVhFunctions.size(); ++i) {
    const auto function = static_cast<Vh>(i);
    EXPECT_NE(std::ranges::find(tested, function, &TableRow::function), tested.end())
        << kVhFunctions.at(i).name;
  }
}

// Keywords are the names of the table.
TEST_F(VhTableTest, TakesItsArgumentsByName) {
  start({{"proxy", std::string(kProxy)}});
  auto a = login("A");
  const auto run = [this](std::string_view text) {
    return *call("proxy", "run", {text}).as<std::string>();
  };
  EXPECT_EQ(run("vh.AddRobot(nick='New', **{'class': 1}, desc='d', speed='', email='', share='0')"),
            "True");
  EXPECT_EQ(run("vh.ScriptQuery(command='c', data='d', recipient='', with_names=True)"), "[]");
  EXPECT_EQ(run("vh.ScriptCommand(command='c', data='d', target=1)"), "True");
  EXPECT_EQ(run("vh.ParseCommand(nick='A', command='+nosuch', in_pm=0)"), "True");
  a.expect("<HubBot> Unknown command 'nosuch'; try +help.");
}

}  // namespace
}  // namespace hookline::test
