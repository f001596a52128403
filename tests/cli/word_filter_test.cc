#include <string>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "tests/cli/example_scripts.h"

namespace hookline::test {
namespace {

class WordFilter : public ExampleScriptTest {
 protected:
  void SetUp() override {
    hub.set("forbidden", "spamword Badsite");
    hub.set("mild", "darn heck");
    hub.set_class("op", 3);
    load("word_filter");
  }

  // Returns the fate of the line: "" if it is unchanged, "BLOCKED", or its new text.
  std::string fate(std::string_view message, std::string_view nick = "nick") {
    const Decision decision = chat(nick, message);
    if (!decision.allowed) {
      return "BLOCKED";
    }
    const auto replaced = verlihub::replacement(decision);
    return replaced ? replaced->parts[1].value_or("?") : "";
  }
};

TEST_F(WordFilter, OrdinaryLinesGoOn) {
  for (const char* line :
       {"hello", "", "antispamwords", "spamwordy", "a dear friend", "darning socks", "check it",
        "caf\xe9", "\xd0\xbf\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "&#36;&#124;", "spam a word",
        "sp\xcc\x81", "\xff\xfe", "#1:2 3"}) {
    EXPECT_EQ(fate(line), "") << line;
  }
}

TEST_F(WordFilter, ForbiddenWordsAreBlockedInWhateverDisguise) {
  for (const char* line : {
           "spamword",
           "see badsite.example",
           "SpAmWoRd!",
           "yes spamword",
           "sp4mw0rd",
           "s p a m w o r d",
           "s.p.a.m.w.o.r.d",
           "s!p!a!m!w!o!r!d",
           "spaaamwwword",
           "s-s-p-amword",
           "1spamword1",
           "_spamword_",
           "spamword!x",
           "&#36;pamword",  // shown as $pamword
           "sp\xe9"
           "amword",  // a byte that is no UTF-8 inside
           "go\xff"
           "spamword\xff",  // and around
           "go\xff"
           "sp\xff"
           "amword",  // and both
           "sp\xe2\x80\x8b"
           "amword",  // a space without width
           "spam\xc2\xad"
           "word",                    // a soft hyphen
           "sp\xd0\xb0mw\xd0\xberd",  // Cyrillic a and o
           "sp\xc3\xa1mword",         // an accent
           "s\xcc\xb6p\xcc\xb6"
           "amword",                                     // struck out
           "\xef\xbd\x93\xef\xbd\x90\xef\xbd\x81mword",  // full width
           "spam\tword",
           "s\x07pamword",
       }) {
    EXPECT_EQ(fate(line), "BLOCKED") << line;
  }
}

TEST_F(WordFilter, MildWordsAreStarredOutAndNothingElseChanges) {
  EXPECT_EQ(fate("darn"), "****");
  EXPECT_EQ(fate("Oh DARN it, heck!"), "Oh **** it, ****!");
  EXPECT_EQ(fate("d a r n"), "****");
  EXPECT_EQ(fate("d4rn it"), "**** it");
  EXPECT_EQ(fate("daaarn!"), "****!");
  EXPECT_EQ(fate("d\xe9"
                 "arn caf\xe9"),
            "**** caf\xe9");  // other bad bytes stay as they came
  EXPECT_EQ(fate("darn for &#36;5"), "**** for &#36;5");
  EXPECT_EQ(fate("darn\xcc\x81 it"), "**** it");  // the accent is the letter's
}

TEST_F(WordFilter, OperatorsMayWriteAnything) { EXPECT_EQ(fate("spamword darn", "op"), ""); }

TEST_F(WordFilter, TheWriterIsToldOfABlockedLine) {
  const Decision decision = chat("nick", "spamword");
  const auto lines = verlihub::protocol_lines(decision);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("<HubBot> nick, ")) << lines[0];
}

TEST_F(WordFilter, PrivateMessagesAreOnlyBlocked) {
  const auto pm = [this](std::string_view text) {
    return scripts->decide_wait(verlihub::kOnParsedMsgPM, {"nick", text, "other"});
  };
  EXPECT_FALSE(pm("buy sp4mword").allowed);
  EXPECT_TRUE(pm("oh darn").allowed);
  EXPECT_FALSE(verlihub::replacement(pm("oh darn")));
}

TEST_F(WordFilter, ItCounts) {
  (void)fate("spamword");
  (void)fate("darn");
  (void)fate("darn");
  const Value counts = call("get_counts");
  EXPECT_EQ(*counts.as<Dict>()->find("blocked"), Value(1));
  EXPECT_EQ(*counts.as<Dict>()->find("replaced"), Value(2));
}

TEST_F(WordFilter, ALongLineCannotMakeItSlow) {
  // Each of these would take minutes if the search tried every way to read it.
  std::string spaced;
  for (int i = 0; i < 15'000; ++i) {
    spaced += "s p ";
  }
  EXPECT_EQ(fate(spaced), "");
  EXPECT_EQ(fate("sp" + std::string(60'000, ' ') + "x"), "");
  EXPECT_EQ(fate(std::string(60'000, 's')), "");
}

TEST_F(WordFilter, NoWordsBlockNothing) {
  scripts.reset();
  hub.set("forbidden", "");
  hub.set("mild", "");
  load("word_filter");
  EXPECT_EQ(fate("spamword darn"), "");
}

}  // namespace
}  // namespace hookline::test
