#include <gmock/gmock.h>

#include "hookline/verlihub/hooks.h"
#include "scripts_fixture.h"

namespace hookline::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class ChatLogger : public ScriptsTest {};

TEST_F(ChatLogger, WritesWhatHappens) {
  load("chat_logger");
  chat("ann", "hello everybody");
  event(verlihub::kOnUserLogin, {"bob"});
  event(verlihub::kOnUserLogout, {"bob"});
  event(verlihub::kOnOpChatMessage, {"op", "quiet today"});
  event(verlihub::kOnOperatorKicks, {"op", "bob", "noise"});
  event(verlihub::kOnOperatorDropsWithReason, {"op", "bob", "more noise"});
  event(verlihub::kOnNewReg, {"op", "ann", 2});
  event(verlihub::kOnNewBan, {"op", "192.0.2.2", "bob", "still noise"});
  EXPECT_EQ(call("flush"), Value(8));
  const auto log = command("op", "!log");
  for (const char* line :
       {" chat ann hello everybody", " login bob 192.0.2.2", " logout bob",
        " opchat op quiet today", " kick bob by op: noise", " drop bob by op: more noise",
        " reg ann by op: class 2", " ban bob 192.0.2.2 by op: still noise"}) {
    EXPECT_THAT(log, HasSubstr(line));
  }
  EXPECT_THAT(command("op", "!log ann"), Not(HasSubstr("bob")));
}

TEST_F(ChatLogger, FindsChatLines) {
  load("chat_logger");
  chat("ann", "the Quick fox");
  chat("bob", "the lazy dog");
  call("flush");
  EXPECT_THAT(command("op", "!logfind QUICK"), HasSubstr("chat ann the Quick fox"));
  EXPECT_THAT(command("op", "!logfind QUICK"), Not(HasSubstr("dog")));
  EXPECT_EQ(command("op", "!logfind 100%"), "Nothing of that kind is in the log.");
  EXPECT_THAT(command("op", "!logfind"), HasSubstr("Usage: logfind TEXT"));
  EXPECT_TRUE(leaves("ann", "!log"));
}

TEST_F(ChatLogger, BytesThatAreNoTextAreShownAsSuch) {
  load("chat_logger");
  chat("z\xff", "caf\xe9");
  EXPECT_EQ(call("flush"), Value(1));
  EXPECT_THAT(command("op", "!log z\xff"), HasSubstr("chat z\xef\xbf\xbd caf\xef\xbf\xbd"));
}

TEST_F(ChatLogger, ManyLinesAreAllThere) {
  hub.set("chat_logger", "batch_lines", "7");
  load("chat_logger");
  for (int i = 0; i < 500; ++i) {
    chat("ann", "line " + std::to_string(i));
  }
  EXPECT_EQ(call("flush"), Value(500));
}

TEST_F(ChatLogger, WhatWasNotWrittenYetIsWrittenAtTheEnd) {
  hub.set("chat_logger", "batch_seconds", "3600");
  load("chat_logger");
  chat("ann", "last words");
  reload();
  EXPECT_THAT(command("op", "!log"), HasSubstr("last words"));
}

TEST_F(ChatLogger, OldLinesAreForgotten) {
  load("chat_logger");
  chat("ann", "young");
  call("flush");
  const auto other = scripts
                         ->load(folder.write("old.py", R"py(
import sqlite3, vh
database = sqlite3.connect(vh.basedir + "/data/chat_log.sqlite", timeout=60)
with database:
    database.execute("INSERT INTO log VALUES (1000, 'chat', 'ann', 'ancient')")
database.close()
)py"))
                         .get();
  ASSERT_TRUE(other) << other.error().traceback;
  reload();
  chat("ann", "younger");
  call("flush");
  EXPECT_EQ(call("flush"), Value(2));  // the writer deletes old lines after it has written
  EXPECT_THAT(command("op", "!log"), Not(HasSubstr("ancient")));
}

}  // namespace
}  // namespace hookline::test
