#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hub/store/sqlite.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::HasSubstr;

// Runs `vh.<name>(*args)` in a script, and records the events about accounts and bans.
constexpr std::string_view kAccountsProxy = R"py(
import threading, vh
events = []
def run(name, *args): return getattr(vh, name)(*args)
def OnNewReg(*args): events.append(("OnNewReg",) + args)
def OnNewBan(*args): events.append(("OnNewBan",) + args)
def OnSetConfig(*args): events.append(("OnSetConfig",) + args)
def OnUserCommand(*args): pass  # so that TestClient::sync() waits for what was told before
def OnOperatorCommand(*args): pass
def take(): return repr(events)
def sql_on_thread(query):
    global result, thread
    def run():
        global result
        result = vh.SQL(query)
    thread = threading.Thread(target=run)
    thread.start()
def sql_result():
    thread.join()
    return result
)py";

// Has its database in a file, so that the hub can be started again.
class AccountsTest : public HubTest {
 protected:
  AccountsTest() {
    config.users = {{"boss", "secret", kClassMaster}, {"op", "word", kClassOperator}};
    config.store_path = folder.path() / "hub.db";
    start_hub();
  }

  void start_hub() { start({{"proxy", std::string(kAccountsProxy)}}, &clock); }
  void restart() {
    stop();
    start_hub();
  }

  [[nodiscard]] Value vh(std::string_view name, List args = {}) const {
    args.insert(args.begin(), Value(name));
    return call("proxy", "run", std::move(args));
  }
  [[nodiscard]] std::string told() const { return *call("proxy", "take").as<std::string>(); }

  // Tries to log in, and returns what the hub says before it closes the connection.
  [[nodiscard]] std::vector<std::string> refused(std::string_view nick,
                                                 std::string_view password = {}) const {
    auto client = connect();
    client.send("$Supports NoHello|$Key x|$ValidateNick " + std::string(nick) + "|");
    if (!password.empty()) {
      client.expect("$GetPass");
      client.send("$MyPass " + std::string(password) + "|");
    }
    return client.expect_closed();
  }
};

TEST_F(AccountsTest, ARegisteredUserLogsInWithItsPasswordAfterARestartToo) {
  EXPECT_EQ(vh("AddRegUser", {"Ann", 4, "sesame", "op"}), Value(true));
  EXPECT_EQ(vh("AddRegUser", {"ANN", 4, "other"}), Value(false));
  EXPECT_EQ(vh("AddRegUser", {"boss", 4}), Value(false));
  EXPECT_EQ(vh("AddRegUser", {"x y", 1}), Value(false));
  EXPECT_EQ(vh("AddRegUser", {"x", 0}), Value(false));
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(has(refused("ann", "Sesame"), "Wrong password."));
    auto ann = login("Ann", {.password = "sesame"});
    EXPECT_EQ(vh("GetUserClass", {"Ann"}), Value(4));
    ann.close();
    restart();
  }
}

TEST_F(AccountsTest, WhatIsRegisteredIsTold) {
  EXPECT_EQ(vh("AddRegUser", {"Ann", 2, nullptr, "op"}), Value(true));
  auto boss = login("boss", {.password = "secret"});
  boss.sync();
  EXPECT_EQ(told(), "[('OnNewReg', 'op', 'Ann', 2)]");
}

TEST_F(AccountsTest, ClassesAndRegistrationsChange) {
  EXPECT_EQ(vh("AddRegUser", {"Ann", 1, "sesame"}), Value(true));
  EXPECT_EQ(vh("SetRegClass", {"ann", 3}), Value(true));
  EXPECT_EQ(vh("SetRegClass", {"ann", 11}), Value(false));
  EXPECT_EQ(vh("SetRegClass", {"nobody", 3}), Value(false));
  EXPECT_EQ(vh("SetRegClass", {"boss", 3}), Value(false));
  restart();
  auto ann = login("Ann", {.password = "sesame"});
  EXPECT_EQ(vh("GetUserClass", {"Ann"}), Value(3));
  ann.close();
  EXPECT_EQ(vh("DelRegUser", {"ANN"}), Value(true));
  EXPECT_EQ(vh("DelRegUser", {"ANN"}), Value(false));
  EXPECT_EQ(vh("DelRegUser", {"boss"}), Value(false));
  restart();
  auto guest = login("Ann");
  EXPECT_EQ(vh("GetUserClass", {"Ann"}), Value(0));
}

TEST_F(AccountsTest, AUserSetsThePasswordThatTheOperatorDidNot) {
  auto boss = login("boss", {.password = "secret"});
  boss.chat("!reg Ann 5");
  boss.expect(
      "<HubBot> Ann is registered now, with class 5; the user sets a password with +passwd.");
  boss.chat("!reg Ann 5");
  boss.expect("<HubBot> Ann is registered already, or is no valid nick.");
  auto ann = connect();
  ann.login_up_to_hello("Ann");
  ann.send("$Version 1,0091|$MyINFO $ALL Ann $ $1\x01$$0$|");
  ann.expect("<HubBot> Your nick is registered but has no password: set one with +passwd NEW.");
  EXPECT_EQ(vh("GetUserClass", {"Ann"}), Value(2));
  ann.pm("HubBot", "+passwd open sesame");
  ann.expect_prefix("$To: Ann From: HubBot $<HubBot> Your password is set");
  ann.close();
  boss.expect("$Quit Ann");
  auto again = login("Ann", {.password = "open sesame"});
  EXPECT_EQ(vh("GetUserClass", {"Ann"}), Value(5));
}

TEST_F(AccountsTest, ChatCommandsKeepToTheirClasses) {
  auto boss = login("boss", {.password = "secret"});
  auto op = login("op", {.password = "word"});
  auto guest = login("guest");
  guest.chat("!reg X 1");
  guest.expect("<HubBot> Unknown command 'reg'; try +help.");
  guest.chat("+passwd x");
  guest.expect("<HubBot> Unknown command 'passwd'; try +help.");
  op.chat("!reg X 3");
  op.expect("<HubBot> The class must be a number from 1 to 2.");
  op.chat("!reg X many");
  op.expect("<HubBot> The class must be a number from 1 to 2.");
  op.chat("!unreg boss");
  op.expect("<HubBot> boss is registered in the hub's config file: change it there.");
  op.chat("+passwd x");
  op.expect("<HubBot> Your password is in the hub's config file: change it there.");
  op.chat("!unreg nobody");
  op.expect("<HubBot> nobody is not registered.");
  boss.chat("!reg X 4 pass word");
  boss.expect("<HubBot> X is registered now, with class 4.");
  op.chat("!setclass X 1");
  op.expect("<HubBot> You may only do that to users of a lower class than yours.");
  boss.chat("!setclass X 2");
  boss.expect("<HubBot> X has class 2 from the next login on.");
  op.chat("!unreg X");
  op.expect("<HubBot> X is not registered any more.");
}

// Another connection holds the lock for longer than a write of the hub takes; the hub's connection
// waits for it.
TEST_F(AccountsTest, ARegistrationWaitsForAScriptThatWrites) {
  EXPECT_EQ(vh("SQL", {"CREATE TABLE numbers(i)"}).repr(), "(1, [])");
  auto slow = hub().scripts().call(
      "proxy", "sql_on_thread",
      {"INSERT INTO numbers WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT "
       "400000) SELECT i FROM n"});
  EXPECT_TRUE(slow.get());
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(vh("AddRegUser", {"User" + std::to_string(i), 1}), Value(true));
  }
  EXPECT_EQ(call("proxy", "sql_result").repr(), "(1, [])");
  EXPECT_EQ(vh("SQL", {"SELECT count(*) FROM numbers"}).repr(), "(1, [['400000']])");
  auto database = Database::open(config.store_path.string());
  ASSERT_TRUE(database);
  auto mode = database->prepare("PRAGMA journal_mode");
  ASSERT_TRUE(mode && mode->step());
  EXPECT_EQ(mode->text(0), "wal");
}

TEST_F(AccountsTest, NoFileOfTheDatabaseHasAPasswordInIt) {
  constexpr std::string_view kPassword = "a very secret word";
  EXPECT_EQ(vh("AddRegUser", {"Ann", 4, kPassword, "op"}), Value(true));
  const auto bytes_of = [this](const char* suffix) {
    std::ifstream file(config.store_path.string() + suffix, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(file), {});
  };
  const auto log = bytes_of("-wal");
  EXPECT_TRUE(log.contains("Ann"));  // it is there, and that is not
  EXPECT_FALSE(log.contains(kPassword));
  EXPECT_FALSE(bytes_of("").contains(kPassword));
  stop();
  EXPECT_TRUE(bytes_of("").contains("Ann"));
  EXPECT_FALSE(bytes_of("").contains(kPassword));
}

TEST_F(AccountsTest, ABannedNickIsToldAndKeptAway) {
  auto boss = login("boss", {.password = "secret"});
  auto bad = login("bad");
  EXPECT_EQ(vh("Ban", {"op", "BAD", "too loud", 3'600, 2}), Value(true));
  EXPECT_TRUE(has(bad.expect_closed(), "You are banned by op until "));
  EXPECT_TRUE(has(refused("bad"), "UTC: too loud"));
  boss.sync();
  EXPECT_THAT(told(), HasSubstr("('OnNewBan', 'op', '', 'BAD', 'too loud')"));
  restart();
  EXPECT_TRUE(has(refused("Bad"), "You are banned by op until "));
  clock.advance(std::chrono::hours(2));
  auto later = login("bad");
  EXPECT_EQ(vh("Ban", {"op", "bad", "", 0, 99}), Value(false));
}

TEST_F(AccountsTest, ABanByAddressSparesOperatorsWhoAreThere) {
  auto boss = login("boss", {.password = "secret"});
  auto bad = login("bad");
  EXPECT_EQ(vh("Ban", {"op", "bad", "", 0, 1}), Value(true));
  EXPECT_TRUE(has(bad.expect_closed(), "You are banned by op for ever."));
  EXPECT_TRUE(has(connect().expect_closed(), "You are banned by op for ever."));
  boss.chat("!unban 127.0.0.1");
  boss.expect("<HubBot> 127.0.0.1 is not banned any more.");
  auto again = login("bad");
}

TEST_F(AccountsTest, ABanByShareIsAboutMyInfo) {
  EXPECT_EQ(vh("Ban", {"op", "1234", "fake", 0, 7}), Value(true));
  auto client = connect();
  client.login_up_to_hello("A");
  client.send("$MyINFO $ALL A $ $1\x01$$1234$|");
  EXPECT_TRUE(has(client.expect_closed(), "You are banned by op for ever: fake"));
}

TEST_F(AccountsTest, BansMayComeFromChat) {
  auto boss = login("boss", {.password = "secret"});
  auto op = login("op", {.password = "word"});
  auto bad = login("bad");
  op.chat("!ban boss");
  op.expect("<HubBot> You may only ban users of a lower class than yours.");
  op.chat("!ban bad 3h go away");
  op.expect("<HubBot> bad is banned for 3h.");
  EXPECT_TRUE(has(bad.expect_closed(), "UTC: go away"));
  op.chat("!ban 10.0.0.0/8 no reason given");
  op.expect("<HubBot> 10.0.0.0/8 is banned for ever.");
  op.chat("!ban 10.0.0.1 1hour no time");
  op.expect("<HubBot> '1hour' is no time: write one as 30m, 3h, 2d or 1w.");
  op.chat("!banlist");
  const auto list = op.expect_prefix("<HubBot> Bans: 2");
  EXPECT_THAT(list, HasSubstr("#1 bad, by op, until "));
  EXPECT_THAT(list, HasSubstr("#2 10.0.0.0/8, by op, for ever: no reason given"));
  op.chat("!unban #1");
  op.expect("<HubBot> #1 is not banned any more.");
  op.chat("!unban bad");
  op.expect("<HubBot> There is no ban of bad; see !banlist.");
  auto again = login("bad");
}

TEST_F(AccountsTest, AKickKeepsTheNickAwayForAWhile) {
  auto boss = login("boss", {.password = "secret"});
  auto bad = login("bad");
  EXPECT_EQ(vh("KickUser", {"boss", "bad", "loud", nullptr, "note"}), Value(true));
  bad.expect_closed();
  EXPECT_TRUE(has(refused("bad"), "UTC: loud"));
  EXPECT_EQ(vh("SQL", {"SELECT nick, ip, op, reason, note_op FROM hub_kicks"}),
            Value(Tuple{
                {Value(1), Value(List{Value(List{"bad", "127.0.0.1", "boss", "loud", "note"})})}}));
  EXPECT_EQ(vh("DelNickTempBan", {"bad"}), Value(true));
  EXPECT_EQ(vh("DelNickTempBan", {"bad"}), Value(false));
  EXPECT_EQ(vh("DelIPTempBan", {"127.0.0.1"}), Value(false));
  auto again = login("bad");
}

TEST_F(AccountsTest, RestrictionsAreEnforcedAndSurvive) {
  const auto all = Value(Dict{{{"chat", true}, {"pm", true}, {"search", true}, {"ctm", true}}});
  EXPECT_EQ(vh("UserRestrictions", {"ann", "3h", "1", "2d", "30m"}), all);
  for (int i = 0; i < 2; ++i) {
    auto other = login("other");
    auto ann = login("Ann");
    other.sync();
    ann.chat("hello");
    ann.expect_prefix("<HubBot> You may not chat until ");
    ann.pm("other", "hello");
    ann.expect_prefix("<HubBot> You may not send private messages until ");
    ann.send("$Search Hub:Ann F?T?0?1?ubuntu|");
    ann.expect_prefix("<HubBot> You may not search until ");
    ann.send("$RevConnectToMe Ann other|");
    ann.expect_prefix("<HubBot> You may not connect to others until ");
    ann.send("$ConnectToMe other 127.0.0.1:1000|");
    ann.expect_prefix("<HubBot> You may not connect to others until ");
    EXPECT_THAT(other.sync(), ::testing::IsEmpty());
    restart();
  }
  EXPECT_EQ(vh("UserRestrictions", {"Ann"}), all);
  clock.advance(std::chrono::hours(4));
  auto ann = login("Ann");
  ann.chat("at last");
  ann.expect("<Ann> at last");
}

TEST_F(AccountsTest, ATimeThatCannotBeReadIsAValueErrorAndChangesNothing) {
  const auto error =
      hub().scripts().call("proxy", "run", {"UserRestrictions", "ann", "3h", "soon"}).get();
  ASSERT_FALSE(error);
  EXPECT_EQ(error.error().python_type, "ValueError");
  EXPECT_THAT(error.error().message, HasSubstr("pm is 'soon'"));
  EXPECT_EQ(vh("UserRestrictions", {"ann"}),
            Value(Dict{{{"chat", false}, {"pm", false}, {"search", false}, {"ctm", false}}}));
}

TEST_F(AccountsTest, SettingsSurvive) {
  EXPECT_EQ(vh("SetConfig", {"config", "hub_name", "Better"}), Value(true));
  EXPECT_EQ(vh("SetConfig", {"config", "max_users", "7"}), Value(true));
  EXPECT_EQ(vh("SetConfig", {"mine", "color", "red"}), Value(true));
  EXPECT_EQ(vh("Topic", {"New"}), Value("New"));
  restart();
  EXPECT_EQ(vh("GetConfig", {"hookline", "hub_name"}), Value("Better"));
  EXPECT_EQ(vh("GetConfig", {"config", "max_users"}), Value("7"));
  EXPECT_EQ(vh("GetConfig", {"mine", "color"}), Value("red"));
  EXPECT_EQ(vh("Topic"), Value("New"));
}

TEST_F(AccountsTest, ScriptsQueryTheDatabase) {
  const Value empty = Tuple{{Value(1), Value(List())}};
  EXPECT_EQ(vh("SQL", {"CREATE TABLE notes(a, b)"}), empty);
  EXPECT_EQ(vh("SQL", {"INSERT INTO notes VALUES('x', 1), ('y', NULL)"}), empty);
  restart();
  EXPECT_EQ(vh("SQL", {"SELECT * FROM notes", 1}),
            Value(Tuple{{Value(1), Value(List{Value(List{"x", "1"})})}}));
  EXPECT_EQ(vh("SQL", {"SELECT password FROM hub_registrations"}),
            Value(Tuple{{Value(0), Value(List())}}));
}

}  // namespace
}  // namespace hookline::test
