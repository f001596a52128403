// Tests that scripts follow the files in their folder. The tests do not sleep: each step waits for
// the line that the new code says.

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "hookline/script_info.h"
#include "hub/scripts/script_watcher.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

class ScriptWatch : public HubTest {
 protected:
  ScriptWatch() { config.watch = true; }

  // Sends a line when it is loaded.
  static std::string saying(std::string_view text) {
    return "import vh\nvh.mc('" + std::string(text) + "')\n";
  }
};

TEST_F(ScriptWatch, AChangedFileIsReloaded) {
  start({{"one", saying("first")}});
  auto user = login("A");
  folder.write("scripts/one.py", saying("second"));
  user.expect("<HubBot> second");
  EXPECT_EQ(hub().scripts().scripts().size(), 1U);
}

TEST_F(ScriptWatch, AFileThatIsRenamedIntoPlaceIsReloaded) {
  start({{"one", saying("first")}});
  auto user = login("A");
  const auto written = folder.write("scripts/.one.py.swp", saying("second"));
  std::filesystem::rename(written, config.script_folder / "one.py");
  user.expect("<HubBot> second");
}

TEST_F(ScriptWatch, AFailureLeavesTheOldOneUntilTheFileIsRight) {
  start({{"one", "def OnParsedMsgChat(nick, message): return message + ' old'\n"}});
  auto user = login("A");
  folder.write("scripts/one.py", "import vh\nvh.mc('tried')\nraise ValueError()\n");
  user.expect("<HubBot> tried");
  user.chat("x");
  user.expect("<A> x old");
  folder.write("scripts/one.py", saying("right"));
  user.expect("<HubBot> right");
}

TEST_F(ScriptWatch, ANewFileIsLoadedAndARemovedOneUnloaded) {
  start();
  auto user = login("A");
  folder.write("scripts/new.py", saying("new") + "def UnLoad(): vh.mc('gone')\n");
  user.expect("<HubBot> new");
  std::filesystem::remove(config.script_folder / "new.py");
  user.expect("<HubBot> gone");
}

// Editors keep such files beside the one that is edited. Their events come first.
TEST_F(ScriptWatch, AHiddenFileIsNoScript) {
  start({}, &clock);
  auto user = login("A");
  folder.write("scripts/.#new.py", saying("hidden"));
  folder.write("scripts/new.py", saying("new"));
  user.sync();
  user.sync();
  clock.advance(ScriptWatcher::kQuiet);
  EXPECT_EQ(user.read(), "<HubBot> new");
  const auto is_another = [](const auto& script) { return script.name != "new"; };
  EXPECT_TRUE(std::ranges::none_of(hub().scripts().unfinished(), is_another));
  EXPECT_TRUE(std::ranges::none_of(hub().scripts().scripts(), is_another));
}

TEST_F(ScriptWatch, AFileThatChangesWhileItIsReloadedIsReloadedAgain) {
  const Gate entered(folder.path() / "entered");
  const Gate gate(folder.path() / "gate");
  start({{"one", saying("first")}});
  auto user = login("A");
  folder.write("scripts/one.py", std::string(kGateSource) + "open('" + entered.path() +
                                     "', 'w').close()\nwait_at('" + gate.path() + "')\n" +
                                     saying("second"));
  (void)std::ifstream(entered.path()).peek();
  folder.write("scripts/one.py", saying("third"));
  user.sync();
  user.sync();
  gate.open();
  user.expect("<HubBot> second");
  user.expect("<HubBot> third");
}

TEST_F(ScriptWatch, APackageIsOneScript) {
  start();
  auto user = login("A");
  std::filesystem::create_directory(config.script_folder / "pack");
  folder.write("scripts/pack/part.py", "name = 'first'\n");
  folder.write("scripts/pack/__init__.py", "import vh\nfrom .part import name\nvh.mc(name)\n");
  user.expect("<HubBot> first");
  folder.write("scripts/pack/part.py", "name = 'second'\n");
  user.expect("<HubBot> second");
}

// Elsewhere only loaded scripts are followed, and a script whose file was removed goes on.
TEST_F(ScriptWatch, AScriptFromElsewhereIsFollowedToo) {
  config.users = {{"boss", "secret", kClassAdmin}};
  const auto elsewhere = folder.path() / "elsewhere";
  std::filesystem::create_directories(elsewhere / "pack");
  folder.write("elsewhere/far.py", saying("first"));
  folder.write("elsewhere/pack/__init__.py", saying("pack first"));
  start();
  auto boss = login("boss", {.password = "secret"});
  for (const auto* name : {"far.py", "pack"}) {
    boss.chat("!pyload " + (elsewhere / name).string());
    boss.expect_prefix("<HubBot> '");
  }
  folder.write("elsewhere/other.py", saying("never"));
  folder.write("elsewhere/far.py", saying("second"));
  boss.expect("<HubBot> second");
  folder.write("elsewhere/pack/part.py", "x = 1\n");
  boss.expect("<HubBot> pack first");
  EXPECT_EQ(hub().scripts().scripts().size(), 2U);
  std::filesystem::remove(elsewhere / "far.py");
  folder.write("elsewhere/far.py", saying("third"));
  boss.expect("<HubBot> third");
  boss.chat("!pyunload far");
  boss.expect("<HubBot> 'far' is unloaded.");
  folder.write("elsewhere/far.py", saying("never"));
  folder.write("elsewhere/pack/__init__.py", saying("pack last"));
  while (const auto line = boss.read()) {
    EXPECT_THAT(*line, ::testing::Not(::testing::HasSubstr("never")));
    if (*line == "<HubBot> pack last") {
      break;
    }
  }
}

// The script was loaded from there before the last restart.
TEST_F(ScriptWatch, AScriptThatCameBackAtTheStartIsFollowed) {
  config.base_dir = folder.path();
  config.store_path = "hub.db";
  config.users = {{"boss", "secret", kClassAdmin}};
  const auto file = folder.write("far.py", saying("first"));
  start();
  {
    auto boss = login("boss", {.password = "secret"});
    boss.chat("!pyload " + file.string());
    boss.expect("<HubBot> 'far' is loaded.");
  }
  stop();
  start();
  auto user = login("A");
  folder.write("far.py", saying("second"));
  user.expect("<HubBot> second");
}

// The hub's clock stands still, so several writes are one change.
TEST_F(ScriptWatch, WhatIsStillBeingWrittenIsNotRead) {
  start({{"one", saying("first")}}, &clock);
  auto user = login("A");
  for (int i = 0; i < 20; ++i) {
    folder.write("scripts/one.py", saying("half " + std::to_string(i)));
    user.sync();
  }
  folder.write("scripts/one.py", saying("whole"));
  // The turn of the loop that answers the first also sees the event of the file, before it answers
  // the second.
  user.sync();
  user.sync();
  clock.advance(ScriptWatcher::kQuiet);
  EXPECT_EQ(user.read(), "<HubBot> whole");
}

TEST(ScriptWatchFolder, MustBeThere) {
  HubConfig config;
  config.address = "127.0.0.1";
  config.port = 0;
  config.watch = true;
  config.script_folder = "/nowhere/at/all";
  const auto hub = Hub::create(config);
  ASSERT_FALSE(hub);
  EXPECT_THAT(hub.error().message, ::testing::HasSubstr("/nowhere/at/all cannot be watched"));
}

}  // namespace
}  // namespace hookline::test
