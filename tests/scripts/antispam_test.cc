#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {

namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Antispam : public ScriptsTest {
 protected:
  // Sets no limit but the one under test, and no forgiving by the clock.
  Antispam() {
    for (const char* name : {"lines", "repeats", "receivers", "kick_after", "ban_after"}) {
      hub.set("antispam", name, "0");
    }
    for (const char* name : {"seconds", "pm_seconds", "forgive_seconds"}) {
      hub.set("antispam", name, "1000000");
    }
  }
  bool pm(std::string_view from, std::string_view to) {
    return event(verlihub::kOnParsedMsgPM, {from, "hello", to});
  }
};

TEST_F(Antispam, WarnsBlocksKicksAndBans) {
  hub.set("antispam", "repeats", "1");
  hub.set("antispam", "kick_after", "3");
  hub.set("antispam", "ban_after", "4");
  load("antispam");
  EXPECT_TRUE(chat("ann", "buy"));
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_TRUE(chat("ann", "Buy 2!"));
  EXPECT_THAT(told(), ElementsAre(HasSubstr("pm(Please note: you repeat yourself.")));
  EXPECT_FALSE(chat("ann", "BUY 3"));
  EXPECT_THAT(told(), ElementsAre(HasSubstr("usermc(Your line was not shown: you repeat"),
                                  "ScriptCommand(line_blocked, ann\nBUY 3)"));
  EXPECT_FALSE(chat("ann", "buy"));
  EXPECT_THAT(told(), Contains("KickUser(HubBot, ann, you repeat yourself)"));
  EXPECT_FALSE(chat("ann", "buy"));
  EXPECT_THAT(told(), Contains("Ban(HubBot, ann, you repeat yourself, 7200, 0)"));
  const Value counts = call("get_counts");
  for (const char* what : {"warned", "blocked", "kicked", "banned"}) {
    ASSERT_NE(counts.as<Dict>()->find(what), nullptr) << what;
    EXPECT_EQ(*counts.as<Dict>()->find(what), Value(1)) << what;
  }
}

TEST_F(Antispam, LimitsTheLinesInATime) {
  hub.set("antispam", "lines", "3");
  load("antispam");
  for (const char* text : {"a", "b", "c", "d"}) {
    EXPECT_TRUE(chat("ann", text));  // the last one gets a warning
  }
  EXPECT_FALSE(chat("ann", "e"));
  EXPECT_TRUE(chat("bob", "e"));
}

TEST_F(Antispam, OnlySomeUsersMaySendLinks) {
  load("antispam");
  EXPECT_TRUE(chat("ann", "see https://en.wikipedia.org/wiki/NMDC and example.org"));
  EXPECT_TRUE(chat("ann", "visit WWW.Example.Com now"));
  EXPECT_THAT(told(), ElementsAre(HasSubstr("links to this place")));
  EXPECT_FALSE(chat("ann", "dchub://other.example.com:411"));
  EXPECT_FALSE(chat("ann", "https://notwikipedia.org"));
  EXPECT_FALSE(chat("ann", "https://wikipedia.org.example.com/"));
  EXPECT_TRUE(chat("ann", "no link: www. or http"));
  hub.add_user("ann", {.user_class = 1});
  EXPECT_TRUE(chat("ann", "dchub://other.example.com:411"));
}

TEST_F(Antispam, PrivateMessagesToManyAreSpam) {
  hub.set("antispam", "receivers", "2");
  load("antispam");
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(pm("ann", "b"));
    EXPECT_TRUE(pm("ann", "c"));
  }
  EXPECT_TRUE(pm("ann", "d"));  // gets a warning
  EXPECT_FALSE(pm("ann", "e"));
  EXPECT_TRUE(pm("op", "b") && pm("op", "c") && pm("op", "d") && pm("op", "e"));
}

TEST_F(Antispam, OperatorsMayDoAnything) {
  hub.set("antispam", "repeats", "1");
  load("antispam");
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(chat("op", "same"));
  }
  EXPECT_THAT(told(), IsEmpty());
}

TEST_F(Antispam, OperatorsForgive) {
  hub.set("antispam", "repeats", "1");
  load("antispam");
  chat("ann", "same");
  chat("ann", "same");
  EXPECT_THAT(command("op", "!spammers"), HasSubstr("1 offenders; so far: 1 warned."));
  EXPECT_EQ(command("op", "!forgive ann"), "ann is forgiven.");
  EXPECT_EQ(call("get_offences", {"ann"}), Value(0));
  EXPECT_EQ(command("op", "!forgive ann"), "ann has done nothing.");
}

TEST_F(Antispam, ForgetsThoseWhoHaveBeenQuiet) {
  for (const char* name : {"seconds", "pm_seconds", "forgive_seconds"}) {
    hub.set("antispam", name, "0");
  }
  hub.set("antispam", "repeats", "1");
  load("antispam");
  chat("ann", "same");
  chat("ann", "same");
  EXPECT_EQ(call("get_offences", {"ann"}), Value(1));
  event(verlihub::kOnTimer, {1000.0});
  EXPECT_EQ(call("get_offences", {"ann"}), Value(0));
}

TEST_F(Antispam, ANumberThatIsNoneIsTheDefault) {
  hub.set("antispam", "repeats", "many");
  load("antispam");
  for (int i = 0; i < 4; ++i) {
    EXPECT_TRUE(chat("ann", "same"));
  }
  EXPECT_FALSE(chat("ann", "same"));
}

}  // namespace
}  // namespace hookline::test
