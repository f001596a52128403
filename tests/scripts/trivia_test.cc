#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Trivia : public ScriptsTest {
 protected:
  // All questions have the same answer, so that their order does not matter.
  void load_game(int idle_questions = 3) {
    const auto file = folder.write("questions.txt",
                                   "# text|answer\n"
                                   "Where is the tower?|Paris|Par\xc3\xads\n"
                                   "no answer here\n"
                                   "The capital of France?|Paris|Par\xc3\xads\n");
    hub.set("trivia", "questions", file.string());
    hub.set("trivia", "seconds", "30");
    hub.set("trivia", "pause", "10");
    hub.set("trivia", "idle_questions", std::to_string(idle_questions));
    load("trivia");
  }
  // Returns what the bot says at this second.
  std::vector<std::string> at(double second) {
    event(verlihub::kOnTimer, {second * 1000});
    return told();
  }
  void begin() {
    EXPECT_EQ(command("op", "!trivia on"), "");
    EXPECT_THAT(told(), Contains("mc(op has started the game., Trivia)"));
    EXPECT_THAT(at(100), ElementsAre(HasSubstr("?, Trivia)")));
  }
};

TEST_F(Trivia, HasABotThatComesAndGoes) {
  load_game();
  EXPECT_THAT(told(), IsEmpty());  // the script that it replaces may still have the bot
  EXPECT_THAT(at(1), ElementsAre("IsRobotNickBad(Trivia)",
                                 HasSubstr("AddRobot(Trivia, 0, I ask, you answer")));
  reload();
  EXPECT_THAT(told(), Contains("DelRobot(Trivia)"));
}

TEST_F(Trivia, ABotWhoseNickIsTakenIsNotRemoved) {
  hub.answer("IsRobotNickBad", 1);
  load_game();
  EXPECT_THAT(at(1), ElementsAre("IsRobotNickBad(Trivia)"));
  hub.answer("IsRobotNickBad", 0);
  reload();
  EXPECT_THAT(told(), ::testing::Not(Contains("DelRobot(Trivia)")));
}

TEST_F(Trivia, TheFirstAnswerGetsThePoints) {
  load_game();
  begin();
  chat("ann", "London");
  EXPECT_THAT(told(), IsEmpty());
  chat("ann", "PAR\xc3\x8dS!");
  EXPECT_THAT(told(),
              ElementsAre("mc(ann is right and gets 3 of 3 points; that makes 3., Trivia)"));
  chat("bob", "Paris");
  EXPECT_THAT(told(), IsEmpty());
  EXPECT_THAT(at(109), IsEmpty());
  EXPECT_THAT(at(110), ElementsAre(HasSubstr("?, Trivia)")));
  EXPECT_EQ(call("get_score", {"ann"}), Value(3));
}

TEST_F(Trivia, HintsCostAPointEach) {
  load_game();
  begin();
  EXPECT_THAT(at(109), IsEmpty());
  EXPECT_THAT(at(110), ElementsAre("mc(Hint: P____, Trivia)"));
  EXPECT_THAT(at(120), ElementsAre("mc(Hint: Pa___, Trivia)"));
  chat("bob", "paris");
  EXPECT_THAT(told(), ElementsAre(HasSubstr("bob is right and gets 1 of 3 points")));
}

TEST_F(Trivia, StopsWhenNobodyPlays) {
  load_game(2);
  begin();
  at(110);
  at(120);
  EXPECT_THAT(at(130), ElementsAre("mc(Nobody knew: Paris., Trivia)"));
  EXPECT_THAT(at(140), ElementsAre(HasSubstr("?, Trivia)")));
  at(150);
  at(160);
  EXPECT_THAT(at(170), ElementsAre(HasSubstr("I stop asking")));
  EXPECT_THAT(at(1000), IsEmpty());
}

TEST_F(Trivia, ScoresOutliveTheHub) {
  load_game();
  begin();
  chat("ann", "paris");
  reload();
  EXPECT_EQ(command("ann", "+trivia"), "You have 3 points. The game is off, with 2 questions.");
  EXPECT_THAT(command("bob", "+trivia top"), HasSubstr("3  ann"));
}

TEST_F(Trivia, OnlyOperatorsStartAndStop) {
  load_game();
  EXPECT_EQ(command("ann", "+trivia on"), "Only operators start and stop the game.");
  begin();
  EXPECT_EQ(command("op", "!trivia on"), "It is on already.");
  EXPECT_EQ(command("op", "!trivia off"), "");
  EXPECT_THAT(told(), Contains("mc(op has stopped the game., Trivia)"));
  EXPECT_THAT(at(200), IsEmpty());
  EXPECT_THAT(command("ann", "+trivia what"), HasSubstr("Usage: trivia [top|on|off]"));
}

TEST_F(Trivia, TheQuestionsThatComeWithItAreRead) {
  load("trivia");
  EXPECT_THAT(command("ann", "+trivia"), HasSubstr("with 20 questions"));
}

}  // namespace
}  // namespace hookline::test
