#include <gmock/gmock.h>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;

constexpr std::string_view kOwner = R"py(
import vh
vh.AddRobot("Helper", 3, "helps <bot V:1>", "fast", "h@x", "42")
got = []
def add(nick): return vh.AddRobot(nick, 0, "", "", "", "0")
def remove(nick): return vh.DelRobot(nick)
def OnParsedMsgPM(nick, message, to):
    got.append((nick, message, to))
    if to == "Helper":
        vh.pm("you said " + message, nick, "Helper")
        return 0
def OnParsedMsgMCTo(nick, message, to): got.append((nick, message, to))
def OnUserCommand(*args): pass
def take(): return repr(got)
)py";

class BotsTest : public HubTest {
 public:
  void unload(std::string_view name) const {
    const auto id = hub().scripts().find(name);
    ASSERT_TRUE(id);
    EXPECT_TRUE(hub().scripts().unload(*id).get());
  }
};

TEST_F(BotsTest, AreInTheListsOfUsersWhoComeLater) {
  start({{"owner", std::string(kOwner)}});
  auto a = connect();
  a.login_up_to_hello("A", {.supports = "NoHello NoGetINFO"});
  a.send("$MyINFO $ALL A $ $1\x01$$0$|$GetNickList|");
  EXPECT_TRUE(a.expect_prefix("$NickList ").contains("Helper$$"));
  EXPECT_TRUE(a.expect_prefix("$OpList ").contains("Helper$$"));
  a.expect("$MyINFO $ALL Helper helps <bot V:1>$ $fast\x01$h@x$42$");
}

TEST_F(BotsTest, OldClientsAreGreetedByNewOnes) {
  start({{"owner", std::string(kOwner)}});
  auto old = login("Old", {.supports = "NoGetINFO"});
  EXPECT_EQ(call("owner", "add", {"New"}), Value(true));
  EXPECT_THAT(old.sync(), ElementsAre("$Hello New", "$MyINFO $ALL New $ $\x01$$0$"));
  old.send("$GetINFO New Old|");
  old.expect("$MyINFO $ALL New $ $\x01$$0$");
}

TEST_F(BotsTest, TakeMessagesAndAnswer) {
  start({{"owner", std::string(kOwner)}});
  auto a = login("A");
  a.pm("Helper", "hi");
  a.expect("$To: A From: Helper $<Helper> you said hi");
  a.send("$MCTo: Helper $A psst|");
  EXPECT_THAT(a.sync(), ElementsAre());
  EXPECT_EQ(call("owner", "take"), Value("[('A', 'hi', 'Helper'), ('A', 'psst', 'Helper')]"));
}

TEST_F(BotsTest, NobodyElseGetsTheirNick) {
  start({{"owner", std::string(kOwner)}});
  auto a = connect();
  a.expect_prefix("$Lock");
  a.send("$ValidateNick helper|");
  a.expect("$ValidateDenide helper");
}

TEST_F(BotsTest, LeaveWithTheirScript) {
  start({{"owner", std::string(kOwner)},
         {"second", "import vh\nvh.AddRobot('Stays', 0, '', '', '', '0')\n"}});
  auto a = login("A");
  EXPECT_EQ(call("owner", "add", {"Other"}), Value(true));
  a.expect_prefix("$MyINFO $ALL Other");
  unload("owner");
  std::vector<std::string> gone{a.expect_prefix("$Quit "), a.expect_prefix("$Quit ")};
  EXPECT_THAT(gone, ::testing::UnorderedElementsAre("$Quit Helper", "$Quit Other"));
  a.send("$GetNickList|");
  EXPECT_FALSE(has(a.sync(), "Helper"));
}

TEST_F(BotsTest, LeaveWithAScriptThatFailsToLoad) {
  start();
  auto a = login("A");
  const auto path = folder.write("broken.py",
                                 "import vh\n"
                                 "vh.AddRobot('Ghost', 0, '', '', '', '0')\n"
                                 "1/0\n");
  EXPECT_FALSE(hub().scripts().load(path).get());
  a.expect_prefix("$MyINFO $ALL Ghost");
  a.expect("$Quit Ghost");
}

TEST_F(BotsTest, AReloadedScriptHasItsBotAgain) {
  start({{"owner", std::string(kOwner)}});
  auto a = login("A");
  unload("owner");
  EXPECT_TRUE(hub().scripts().load(config.script_folder / "owner.py").get());
  a.expect("$Quit Helper");
  a.expect_prefix("$MyINFO $ALL Helper");
}

// During a reload, both runs of the script own the bot.
constexpr std::string_view kReloaded = R"py(
import vh
vh.AddRobot("Helper", 0, "DESC", "", "", "0")
def UnLoad(): vh.DelRobot("Helper")
def OnUserCommand(*args): pass
END
)py";

class BotsOverReload : public BotsTest {
 protected:
  // Starts a hub with the first version of the script.
  void begin(std::string_view end = "") {
    start();
    write("first", end);
    ASSERT_TRUE(hub().scripts().load(config.script_folder / "owner.py").get());
  }
  void write(std::string_view desc, std::string_view end) {
    std::string source(kReloaded);
    source.replace(source.find("DESC"), 4, desc);
    source.replace(source.find("END"), 3, end);
    folder.write("scripts/owner.py", source);
  }
  [[nodiscard]] bool reload() const {
    const auto id = hub().scripts().find("owner");
    return id && hub().scripts().reload(*id).get();
  }
  [[nodiscard]] std::vector<std::string> quits(TestClient& client) const {
    auto lines = client.sync();
    std::erase_if(lines, [](const std::string& line) { return !line.starts_with("$Quit"); });
    return lines;
  }
};

TEST_F(BotsOverReload, TheyStayThroughAReload) {
  begin();
  auto a = login("A");
  write("second", "");
  ASSERT_TRUE(reload());
  EXPECT_THAT(a.sync(), ElementsAre("$MyINFO $ALL Helper second$ $\x01$$0$"));
  unload("owner");
  a.expect("$Quit Helper");
}

TEST_F(BotsOverReload, AReloadThatFailsLeavesThemToTheOldRun) {
  begin();
  auto a = login("A");
  write("second", "vh.AddRobot('Ghost', 0, '', '', '', '0')\n1/0");
  EXPECT_FALSE(reload());
  EXPECT_THAT(quits(a), ElementsAre("$Quit Ghost"));
  unload("owner");
  a.expect("$Quit Helper");
}

TEST_F(BotsOverReload, WhatTheNewRunDoesNotAddGoesWithTheOldOne) {
  begin("vh.AddRobot('Extra', 0, '', '', '', '0')");
  auto a = login("A");
  write("second", "");
  ASSERT_TRUE(reload());
  EXPECT_THAT(quits(a), ElementsAre("$Quit Extra"));
}

TEST_F(BotsTest, OnlyTheirOwnScriptRemovesThem) {
  start({{"owner", std::string(kOwner)},
         {"thief", "import vh\ndef steal(): return vh.DelRobot('Helper')\n"}});
  auto a = login("A");
  EXPECT_EQ(call("thief", "steal"), Value(false));
  EXPECT_EQ(call("owner", "remove", {"helper"}), Value(true));
  EXPECT_EQ(call("owner", "remove", {"helper"}), Value(false));
  a.expect("$Quit Helper");
}

TEST_F(BotsTest, MayChangeWhatTheySay) {
  start({{"owner", std::string(kOwner) + "def say(desc): return vh.SetMyINFO('Helper', desc)\n"}});
  auto a = login("A");
  EXPECT_EQ(call("owner", "say", {"away"}), Value(true));
  a.expect("$MyINFO $ALL Helper away<bot V:1>$ $fast\x01$h@x$42$");
}

}  // namespace
}  // namespace hookline::test
