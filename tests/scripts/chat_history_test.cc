#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ChatHistory : public ScriptsTest {};

TEST_F(ChatHistory, ShowsTheLastLinesToNewcomers) {
  hub.set("chat_history", "lines", "2");
  load("chat_history");
  event(verlihub::kOnUserInList, {"bob"});
  EXPECT_THAT(told(), IsEmpty());
  chat("ann", "one");
  chat("ann", "two");
  chat("op", "three &#36;");
  event(verlihub::kOnUserInList, {"bob"});
  const auto lines = told();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_THAT(lines[0], ::testing::MatchesRegex(
                            "usermc\\(The last 2 lines:\n\\[..:..\\] <ann> two\n\\[..:..\\] <op> "
                            "three &#36;, bob\\)"));
}

TEST_F(ChatHistory, ShowsAsManyAsAskedFor) {
  load("chat_history");
  EXPECT_EQ(command("ann", "+history"), "Nobody has said anything yet.");
  for (const char* text : {"one", "two", "three"}) {
    chat("ann", text);
  }
  EXPECT_THAT(command("ann", "+history 1"), HasSubstr("<ann> three"));
  EXPECT_THAT(command("ann", "+history 1"), Not(HasSubstr("two")));
  EXPECT_THAT(command("ann", "+history"), HasSubstr("one"));
  EXPECT_THAT(command("ann", "+history nonsense"), HasSubstr("one"));
}

TEST_F(ChatHistory, ForgetsWhatWasNotShown) {
  load("chat_history");
  chat("ann", "buy this");
  chat("bob", "buy this");
  chat("ann", "buy this");
  event(verlihub::kOnScriptCommand, {"line_blocked", "ann\nbuy this", "python", "antispam"});
  event(verlihub::kOnScriptCommand, {"line_blocked", "ann\nnever said", "python", "antispam"});
  event(verlihub::kOnScriptCommand, {"something_else", "bob\nbuy this", "python", "antispam"});
  const auto shown = command("op", "+history");
  EXPECT_LT(shown.find("<ann>"), shown.find("<bob>"));
  EXPECT_EQ(shown.find("<ann>"), shown.rfind("<ann>"));
}

TEST_F(ChatHistory, OutlivesTheHub) {
  load("chat_history");
  chat("ann", "remember \xe9 me");
  reload();
  EXPECT_THAT(command("ann", "+history"), HasSubstr("remember \xe9 me"));
}

TEST_F(ChatHistory, IsSavedNowAndThen) {
  load("chat_history");
  event(verlihub::kOnTimer, {1'000'000.0});
  chat("ann", "hello");
  const auto file = folder.path() / "data/chat_history.json";
  event(verlihub::kOnTimer, {1'299'999.0});
  EXPECT_FALSE(std::filesystem::exists(file));
  event(verlihub::kOnTimer, {1'300'000.0});
  EXPECT_TRUE(std::filesystem::exists(file));
}

TEST_F(ChatHistory, ADamagedFileIsKeptAside) {
  std::filesystem::create_directory(folder.path() / "data");
  folder.write("data/chat_history.json", "[[1, \"ann\"");
  load("chat_history");
  EXPECT_EQ(command("ann", "+history"), "Nobody has said anything yet.");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "data/chat_history.json.damaged"));
}

TEST_F(ChatHistory, KeepsABound) {
  hub.set("chat_history", "kept", "10");
  load("chat_history");
  for (int i = 0; i < 30; ++i) {
    chat("ann", "line" + std::to_string(i));
  }
  EXPECT_THAT(command("ann", "+history 100"), Not(HasSubstr("line19")));
  EXPECT_THAT(command("ann", "+history 100"), HasSubstr("line20"));
}

}  // namespace
}  // namespace hookline::test
