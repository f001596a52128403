#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string rss_item(std::string_view title) {
  return "<item><title>" + std::string(title) + "</title><link>http://example.org/" +
         std::string(title) + "</link></item>";
}

class Rss : public ScriptsTest {
 protected:
  // The newest item is first, as in real feeds.
  void write_feed(std::initializer_list<std::string_view> titles) {
    std::string items;
    for (const auto title : titles) {
      items += rss_item(title);
    }
    folder.write("feed.xml", "<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>" +
                                 items + "</channel></rss>");
  }
  // The script reads the feed only when the test says so.
  void name_feed() {
    hub.set("rss", "feeds", "file://" + (folder.path() / "feed.xml").string());
    hub.set("rss", "minutes", "0");
  }
  void load_feed() {
    name_feed();
    load("rss");
    call("update");
    static_cast<void>(told());
  }
};

TEST_F(Rss, TellsWhatIsNew) {
  write_feed({"b", "a"});
  load_feed();
  write_feed({"d", "c", "b", "a"});
  EXPECT_EQ(call("update"), Value(2));
  EXPECT_THAT(told(), ElementsAre("mc(c  http://example.org/c, News)",
                                  "mc(d  http://example.org/d, News)"));
  EXPECT_EQ(call("update"), Value(0));
  EXPECT_THAT(command("ann", "+news 2"),
              "The news:\n  d  http://example.org/d\n  c  http://example.org/c");
}

TEST_F(Rss, AFeedThatIsNewItselfIsNotTold) {
  write_feed({"b", "a"});
  name_feed();
  load("rss");
  EXPECT_EQ(call("update"), Value(0));
  EXPECT_THAT(told(), Not(Contains(HasSubstr("mc("))));
}

TEST_F(Rss, WhatWasToldIsNotToldAgain) {
  write_feed({"a"});
  load_feed();
  write_feed({"b", "a"});
  EXPECT_EQ(call("update"), Value(1));
  reload();
  EXPECT_EQ(call("update"), Value(0));
}

TEST_F(Rss, TellsOnlySoManyAtOnce) {
  hub.set("rss", "most", "1");
  write_feed({"a"});
  load_feed();
  write_feed({"c", "b", "a"});
  EXPECT_EQ(call("update"), Value(2));
  EXPECT_THAT(told(), ElementsAre(HasSubstr("mc(c ")));
}

TEST_F(Rss, ReadsAtom) {
  folder.write("feed.xml", "<feed xmlns='http://www.w3.org/2005/Atom'></feed>");
  load_feed();
  folder.write(
      "feed.xml",
      "<feed xmlns='http://www.w3.org/2005/Atom'><entry><id>1</id>"
      "<title> Something\n new </title><link href='http://example.org/1'/></entry></feed>");
  EXPECT_EQ(call("update"), Value(1));
  EXPECT_THAT(told(), ElementsAre("mc(Something new  http://example.org/1, News)"));
}

TEST_F(Rss, WhatIsNoFeedIsSaid) {
  folder.write("feed.xml", "<html>no</ht");
  load_feed();
  EXPECT_THAT(command("op", "!newsupdate"), HasSubstr("feed.xml: unclosed token"));
}

TEST_F(Rss, LooksOnAThreadOfItsOwn) {
  write_feed({"a"});
  load_feed();
  event(verlihub::kOnTimer, {1000.0});
  EXPECT_THAT(told(), ElementsAre("IsRobotNickBad(News)", HasSubstr("AddRobot(News, 0, ")));
  write_feed({"b", "a"});
  EXPECT_THAT(command("op", "!newsupdate"), HasSubstr("feed.xml: fine"));
  auto news = told();
  while (news.empty()) {
    static_cast<void>(command("ann", "+news"));  // serves the thread meanwhile
    news = told();
  }
  EXPECT_THAT(news, ElementsAre("mc(b  http://example.org/b, News)"));
}

TEST_F(Rss, WithoutAFeedThereIsNoNews) {
  load("rss");
  EXPECT_EQ(command("ann", "+news"), "There is no news.");
  EXPECT_THAT(command("op", "!newsupdate"), HasSubstr("There are no feeds"));
  EXPECT_TRUE(leaves("ann", "!newsupdate"));
  event(verlihub::kOnTimer, {1000.0});
  reload();
  EXPECT_THAT(told(), Contains("DelRobot(News)"));
}

}  // namespace
}  // namespace hookline::test
