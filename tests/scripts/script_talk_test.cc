#include <gmock/gmock.h>

#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class ScriptTalk : public ScriptsTest {};

TEST_F(ScriptTalk, ListsTheCommandsThatAUserMayUse) {
  hub.answer("ScriptQuery", List{Tuple{{"b", "0 zebra : strips\n3 ape NICK: climbs"}},
                                 Tuple{{"a", "not of that form"}}});
  load("script_talk");
  const auto guests = command("ann", "+commands");
  EXPECT_THAT(guests, HasSubstr("\n  zebra : strips"));
  EXPECT_THAT(guests, HasSubstr("\n  commands : "));
  EXPECT_THAT(guests, Not(HasSubstr("ape")));
  EXPECT_THAT(guests, Not(HasSubstr("form")));
  const auto operators = command("op", "+commands");
  EXPECT_LT(operators.find("ape NICK: climbs"), operators.find("zebra"));
  EXPECT_THAT(told(), Contains("ScriptQuery(commands, , , 1)"));
}

TEST_F(ScriptTalk, AsksHowTheScriptsDo) {
  hub.answer("ScriptQuery", List{Tuple{{"trivia", "on, 3 players"}}});
  load("script_talk");
  EXPECT_EQ(command("op", "!scripts"),
            "script_talk: asks the others, as script_talk\ntrivia: on, 3 players");
  EXPECT_TRUE(leaves("ann", "!scripts"));
}

TEST_F(ScriptTalk, AdminsAskOneScript) {
  hub.answer("ScriptQuery", List{Tuple{{"trivia", "42"}}});
  load("script_talk");
  EXPECT_EQ(command("admin", "!ask trivia score of ann"), "42");
  EXPECT_THAT(told(), Contains("ScriptQuery(score, of ann, trivia, 1)"));
  hub.answer("ScriptQuery", List{});
  EXPECT_EQ(command("admin", "!ask nobody score"), "nobody has no answer to that.");
  EXPECT_THAT(command("admin", "!ask trivia"), HasSubstr("Usage: ask SCRIPT QUESTION"));
}

TEST_F(ScriptTalk, DoesNotWaitForItself) {
  load("script_talk");
  EXPECT_EQ(command("admin", "!ask script_talk status"), "asks the others, as script_talk");
  EXPECT_THAT(told(), Not(Contains(HasSubstr("ScriptQuery"))));
}

TEST_F(ScriptTalk, AdminsTellAllScripts) {
  load("script_talk");
  EXPECT_EQ(command("admin", "!tell announce hello to all"),
            "The scripts have been told announce.");
  EXPECT_THAT(told(), Contains("ScriptCommand(announce, hello to all)"));
  EXPECT_THAT(command("admin", "!tell"), HasSubstr("Usage: tell COMMAND"));
}

}  // namespace
}  // namespace hookline::test
