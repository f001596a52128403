#include <gmock/gmock.h>

#include <fstream>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Blacklist : public ScriptsTest {
 protected:
  void load_list(std::string_view content) {
    const auto file = folder.write("list.txt", content);
    hub.set("blacklist", "sources", "file://" + file.string());
    hub.set("blacklist", "hours", "0");  // it fetches only when the test says so
    load("blacklist");
    call("update");
  }
  bool lets_in(std::string_view ip) { return event(verlihub::kOnNewConn, {ip}); }
};

TEST_F(Blacklist, KnowsEveryFormOfARange) {
  load_list(
      "# a comment\n"
      "Some: organisation:198.51.100.10-198.51.100.19\n"
      "198.51.100.30 - 198.51.100.39\n"
      "203.0.113.0/28   # documentation\n"
      "192.0.2.66\n"
      "2001:db8:1::/48\n"
      "no range at all\n");
  for (const char* ip : {"198.51.100.10", "198.51.100.19", "198.51.100.30", "203.0.113.15",
                         "192.0.2.66", "2001:db8:1:2::3", "::ffff:192.0.2.66"}) {
    EXPECT_FALSE(lets_in(ip)) << ip;
  }
  for (const char* ip : {"198.51.100.9", "198.51.100.20", "203.0.113.16", "192.0.2.67",
                         "2001:db8:2::", "127.0.0.1"}) {
    EXPECT_TRUE(lets_in(ip)) << ip;
  }
  EXPECT_THAT(command("op", "!blacklist"), StartsWith("5 ranges, 7 connections turned away."));
}

TEST_F(Blacklist, RangesThatTouchBecomeOne) {
  load_list("10.0.0.0-10.0.0.9\n10.0.0.10-10.0.0.19\n10.0.0.5-10.0.0.6\n");
  EXPECT_EQ(call("update"), Value(1));
  EXPECT_FALSE(lets_in("10.0.0.19"));
  EXPECT_TRUE(lets_in("10.0.0.20"));
}

TEST_F(Blacklist, WhatIsAllowedIsLetIn) {
  hub.set("blacklist", "allow", "10.1.0.0/16 10.3.0.1");
  load_list("10.0.0.0/8\n");
  EXPECT_TRUE(lets_in("10.1.2.3"));
  EXPECT_TRUE(lets_in("10.3.0.1"));
  EXPECT_FALSE(lets_in("10.2.0.1"));
}

TEST_F(Blacklist, TheLastCopyOutlivesTheHubAndTheServer) {
  load_list("10.0.0.0/8\n");
  std::filesystem::remove(folder.path() / "list.txt");
  reload();
  EXPECT_FALSE(lets_in("10.0.0.1"));
  EXPECT_EQ(call("update"), Value(1));
  EXPECT_FALSE(lets_in("10.0.0.1"));
  EXPECT_THAT(command("op", "!blacklist"), HasSubstr("list.txt: "));
}

TEST_F(Blacklist, WhatIsNoListIsNotUsed) {
  load_list("10.0.0.0/8\n");
  folder.write("list.txt", "<html>Moved, sorry</html>\n");
  EXPECT_EQ(call("update"), Value(1));
  EXPECT_FALSE(lets_in("10.0.0.1"));
  EXPECT_THAT(command("op", "!blacklist"), HasSubstr("is it a list at all?"));
}

TEST_F(Blacklist, AListMayBecomeEmpty) {
  load_list("10.0.0.0/8\n");
  folder.write("list.txt", "# nothing any more\n");
  EXPECT_EQ(call("update"), Value(0));
  EXPECT_TRUE(lets_in("10.0.0.1"));
}

TEST_F(Blacklist, AListMayBeGzipped) {
  // "10.0.0.0/8\n"
  constexpr char kZipped[] =
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x33\x34\xd0\x03\x43\x7d\x0b\x2e\x00"
      "\xd4\xd5\x17\xf4\x0b\x00\x00\x00";
  load_list({kZipped, sizeof(kZipped) - 1});
  EXPECT_FALSE(lets_in("10.0.0.1"));
}

TEST_F(Blacklist, TellsOperatorsAboutAnAddress) {
  load_list("10.0.0.0/8\n");
  EXPECT_EQ(command("op", "!blacklist 10.9.9.9"), "10.9.9.9 is on the list.");
  EXPECT_EQ(command("op", "!blacklist 11.9.9.9"), "11.9.9.9 is not on the list.");
  EXPECT_EQ(command("op", "!blacklist ann"), "ann is no IP address.");
  EXPECT_TRUE(leaves("ann", "!blacklist"));
}

TEST_F(Blacklist, FetchesOnAThreadOfItsOwn) {
  load_list("10.0.0.0/8\n");
  folder.write("list.txt", "11.0.0.0/8\n");
  EXPECT_THAT(command("op", "!blacklistupdate"), HasSubstr("being fetched"));
  while (lets_in("11.0.0.1")) {
  }
  EXPECT_TRUE(lets_in("10.0.0.1"));
}

TEST_F(Blacklist, WithoutAListEverybodyIsLetIn) {
  load("blacklist");
  EXPECT_TRUE(lets_in("10.0.0.1"));
  EXPECT_THAT(command("op", "!blacklistupdate"), HasSubstr("There are no lists"));
}

}  // namespace
}  // namespace hookline::test
