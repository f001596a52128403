#include <gmock/gmock.h>

#include <string>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

using ::testing::ElementsAre;

constexpr std::string_view kControlProxy = R"py(
import vh
events = []
def run(text): return repr(eval(text))
def OnHubCommand(nick, command, user_class, in_pm, prefix):
    if not command.startswith("sync"): events.append((nick, command, user_class, in_pm, prefix))
def take(): return repr(events)
)py";

class VhControlTest : public HubTest {
 public:
  [[nodiscard]] Value run(std::string_view expression) const {
    return call("proxy", "run", {expression});
  }
};

TEST_F(VhControlTest, ACommandOfAScriptIsOneOfTheUser) {
  config.users = {{"op", "secret", kClassOperator}};
  start({{"proxy", std::string(kControlProxy)}});
  auto op = login("op", {.password = "secret"});
  EXPECT_EQ(run("vh.ParseCommand('op', '!topic New', 1)"), Value("True"));
  op.expect("$HubTopic New");
  EXPECT_EQ(call("proxy", "take"), Value("[('op', 'topic New', 3, 1, '!')]"));
}

// The session waits for this script at that moment, so the command comes after what it waits for.
TEST_F(VhControlTest, ACommandFromAHookOfTheSameUserComesAfterIt) {
  start({{"proxy", R"py(
import vh
def OnParsedMsgPM(nick, message, to):
    vh.ParseCommand(nick, "+topic", 0)
    return ("$Raw before", 0)
)py"}});
  auto a = login("A");
  a.pm("HubBot", "hello");
  a.expect("$Raw before");
  a.expect("<HubBot> The topic is: ");
}

TEST_F(VhControlTest, TooManyCommandsAreRefused) {
  start({{"proxy", R"py(
import vh
def OnParsedMsgPM(nick, message, to):
    taken = [vh.ParseCommand(nick, "+topic", 0) for _ in range(70)]
    vh.pm("%d" % sum(taken), nick)
)py"}});
  auto a = login("A");
  a.pm("HubBot", "hello");
  a.expect("$To: A From: HubBot $<HubBot> 64");
  for (int i = 0; i < 64; ++i) {
    a.expect("<HubBot> The topic is: ");
  }
  EXPECT_THAT(a.sync(), ElementsAre());
}

TEST_F(VhControlTest, TheHubStopsWhenItIsTold) {
  config.idle_timeout = Duration::zero();
  start({{"proxy", std::string(kControlProxy)}}, &clock);
  auto a = login("A");
  EXPECT_EQ(run("vh.StopHub(7, 5000)"), Value("True"));
  clock.advance(std::chrono::milliseconds(4'999));
  a.sync();
  clock.advance(std::chrono::milliseconds(1));
  a.expect_closed();
  EXPECT_EQ(wait_for_end(), 7);
}

TEST_F(VhControlTest, ACodeThatNoProcessCanReturnIsRefused) {
  start({{"proxy", std::string(kControlProxy)}});
  EXPECT_EQ(run("vh.StopHub(256), vh.StopHub(-1)"), Value("(False, False)"));
  EXPECT_EQ(run("vh.StopHub(255)"), Value("True"));
  EXPECT_EQ(wait_for_end(), 255);
}

// There is one end time, however often a script sets it.
TEST_F(VhControlTest, TheEarliestOfSeveralDelayedStopsCounts) {
  config.idle_timeout = Duration::zero();
  start({{"proxy", std::string(kControlProxy)}}, &clock);
  auto a = login("A");
  EXPECT_EQ(run("vh.StopHub(7, 9000), vh.StopHub(8, 5000), vh.StopHub(9, 7000)"),
            Value("(True, True, True)"));
  clock.advance(std::chrono::milliseconds(4'999));
  a.sync();
  clock.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(wait_for_end(), 8);
}

TEST_F(VhControlTest, TheReasonOfAClosedConnectionIsTold) {
  start({{"proxy", std::string(kControlProxy)}, {"recorder", std::string(kRecorder)}});
  auto b = login("B");
  for (int reason = 0; reason <= 20; ++reason) {
    auto a = login("A");
    static_cast<void>(recorded());
    EXPECT_EQ(run("vh.CloseConnection('A', " + std::to_string(reason) + ")"), Value("True"));
    a.expect_closed();
    b.sync();
    EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', " +
                                                std::to_string(reason) + ", 'A')"));
  }
  auto a = login("A");
  EXPECT_EQ(run("vh.CloseConnection('A', -1), vh.CloseConnection('A', 21)"),
            Value("(False, False)"));
  a.sync();
}

// There is one end time for each user, however often a script sets it.
TEST_F(VhControlTest, TheEarliestOfSeveralDelayedEndsOfAUserCounts) {
  config.idle_timeout = Duration::zero();
  start({{"proxy", std::string(kControlProxy)}, {"recorder", std::string(kRecorder)}}, &clock);
  auto a = login("A");
  auto b = login("B");
  EXPECT_EQ(run("vh.CloseConnection('A', 17, 9000), vh.CloseConnection('A', 18, 5000), "
                "vh.CloseConnection('A', 16, 7000)"),
            Value("(True, True, True)"));
  clock.advance(std::chrono::milliseconds(4'999));
  a.sync();
  clock.advance(std::chrono::milliseconds(1));
  a.expect_closed();
  b.sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', 18, 'A')"));
}

// Old scripts pass text only.
TEST_F(VhControlTest, NumbersAndBoolsOfTheConfigurationAreTexts) {
  const auto parsed = parse_config(
      "[variables.x]\nnumber = -7\nyes = true\nno = false\ntext = \"a\"\n", "test.toml");
  ASSERT_TRUE(parsed);
  config.variables = parsed->variables;
  start({{"proxy", std::string(kControlProxy)}});
  EXPECT_EQ(run("[vh.GetConfig('x', n) for n in ('number', 'yes', 'no', 'text', 'none')]"),
            Value("['-7', '1', '0', 'a', None]"));
}

TEST_F(VhControlTest, TheFirstStopCounts) {
  start({{"proxy", std::string(kControlProxy)}});
  EXPECT_EQ(run("vh.StopHub(2), vh.StopHub(3)"), Value("(True, True)"));
  EXPECT_EQ(wait_for_end(), 2);
}

TEST_F(VhControlTest, AHubThatIsStoppedWhileItLoadsDoesNotBegin) {
  start({{"proxy", "import vh\nvh.StopHub(4)\n"}});
  EXPECT_EQ(wait_for_end(), 4);
}

TEST_F(VhControlTest, TheFrequencyIsThatOfTheLoop) {
  config.idle_timeout = Duration::zero();
  start({{"proxy", std::string(kControlProxy)}}, &clock);
  auto a = login("A");
  EXPECT_EQ(run("vh.GetServFreq()"), Value("0.0"));
  clock.advance(std::chrono::seconds(10));
  while (run("vh.GetServFreq()") == Value("0.0")) {
  }
  EXPECT_EQ(run("vh.GetServFreq() > 0"), Value("True"));
}

TEST_F(VhControlTest, ClientsAreAskedByWhichAddressTheyCame) {
  start({{"proxy", std::string(kControlProxy)}});
  auto a = connect();
  a.login_up_to_hello("A", {.supports = "NoHello NoGetINFO HubURL"});
  a.expect("$GetHubURL");
  a.send("$MyHubURL dchub://hub.example:411|$MyINFO $ALL A $ $1\x01$$0$|");
  a.sync();
  EXPECT_EQ(run("vh.GetUserHubURL('A')"), Value("'dchub://hub.example:411'"));
  auto b = login("B");
  EXPECT_FALSE(has(b.sync(), "$GetHubURL"));
}

TEST_F(VhControlTest, AFlagThatAScriptHasSetStays) {
  start({{"proxy", std::string(kControlProxy)}});
  auto a = login("A");
  EXPECT_EQ(run("vh.SetMyINFOFlag('A', 2)"), Value("True"));
  a.sync();
  a.send("$MyINFO $ALL A new<t M:A>$ $1\x01$$0$|");
  EXPECT_THAT(a.sync(), ElementsAre("$MyINFO $ALL A new<t M:A>$ $1\x03$$0$"));
  EXPECT_EQ(run("vh.UnsetMyINFOFlag('A', 2)"), Value("True"));
  EXPECT_THAT(a.sync(), ElementsAre("$MyINFO $ALL A new<t M:A>$ $1\x01$$0$"));
  a.send("$MyINFO $ALL A new<t M:A>$ $1\x03$$0$|");
  EXPECT_THAT(a.sync(), ElementsAre("$MyINFO $ALL A new<t M:A>$ $1\x01$$0$"));
}

TEST_F(VhControlTest, AnAddressThatAScriptHasSetIsTheUsersOwn) {
  start({{"proxy", std::string(kControlProxy)}});
  auto a = login("A");
  auto b = login("B");
  EXPECT_EQ(run("vh.SetUserIP('A', '192.0.2.1')"), Value("True"));
  a.send("$ConnectToMe B 192.0.2.1:4000|");
  b.expect("$ConnectToMe B 192.0.2.1:4000");
  a.send("$ConnectToMe B 127.0.0.1:4000|");
  a.expect_prefix("<HubBot> Your connection request names the address 127.0.0.1");
}

TEST_F(VhControlTest, TheHubsOwnAnnouncementsAreBotMessages) {
  config.users = {{"op", "secret", kClassOperator}};
  start(
      {{"proxy", std::string(kControlProxy) + "def OnPublicBotMessage(*args): events.append(args)\n"
                                              "def OnUserCommand(*args): pass\n"}});
  auto op = login("op", {.password = "secret"});
  auto a = login("A");
  op.chat("+kick A");
  op.expect("$Quit A");
  auto b = login("B");  // waits until the events have been sent
  EXPECT_THAT(*call("proxy", "take").as<std::string>(),
              ::testing::HasSubstr("('HubBot', 'A was kicked by op.', 0, 10)"));
}

TEST_F(VhControlTest, AScriptIsNotToldOfWhatItSaysItself) {
  start({{"loud",
          "import vh\n"
          "got = []\n"
          "def OnPublicBotMessage(*args):\n"
          "    got.append(args)\n"
          "    vh.mc('again')\n"
          "def say(): return vh.mc('hello')\n"
          "def OnUserCommand(*args): pass\n"
          "def take(): return repr(got)\n"}});
  auto a = login("A");
  EXPECT_EQ(call("loud", "say"), Value(true));
  EXPECT_THAT(a.sync(), ElementsAre("<HubBot> hello"));
  EXPECT_EQ(call("loud", "take"), Value("[]"));
}

}  // namespace
}  // namespace hookline::test
