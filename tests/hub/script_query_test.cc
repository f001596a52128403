#include <gmock/gmock.h>

#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {
namespace {

std::string answering(std::string_view answer) {
  return "def OnScriptQuery(command, data, recipient, sender): return " + std::string(answer) +
         "\n";
}

constexpr std::string_view kAsker = R"py(
import vh
def ask(*args): return repr(vh.ScriptQuery(*args))
)py";

class ScriptQueryTest : public HubTest {
 public:
  [[nodiscard]] std::string ask(List args) const {
    return *call("asker", "ask", std::move(args)).as<std::string>();
  }
};

TEST_F(ScriptQueryTest, TheAnswersOfAllOthersComeInLoadOrder) {
  start({{"a", answering("'first'")},
         {"asker", std::string(kAsker) + answering("'not asked'")},
         {"b", answering("command + data + sender")},
         {"c", ""}});
  EXPECT_EQ(ask({"cmd", "data"}), "['first', 'cmddataasker']");
  EXPECT_EQ(ask({"cmd", "data", "", 1}), "[('a', 'first'), ('b', 'cmddataasker')]");
  EXPECT_EQ(ask({"cmd", "data", "b"}), "['cmddataasker']");
  EXPECT_EQ(ask({"cmd", "data", "c"}), "[]");
}

TEST_F(ScriptQueryTest, WhatIsNoTextIsNoAnswer) {
  start({{"asker", std::string(kAsker)},
         {"a", answering("None")},
         {"b", answering("1 / 0")},
         {"c", answering("12")},
         {"d", answering("'yes'")}});
  EXPECT_EQ(ask({"cmd", "data"}), "['yes']");
}

TEST_F(ScriptQueryTest, ScriptsThatAskEachOtherAreAnsweredByTheDeadline) {
  config.decision_deadline = std::chrono::seconds(5);
  // The clock goes faster than the scripts, which must not be interrupted for that.
  config.interrupt_after = config.quarantine_after = {};
  // Each script says that it asks, and then waits for the other, which waits too.
  const std::string mutual = R"py(
import vh
def ask(other):
    return repr(vh.ScriptQuery("cmd", "data", other))
def OnScriptQuery(command, data, recipient, sender): return "from " + recipient
)py";
  start({{"a", mutual}, {"b", mutual}}, &clock);
  auto a = hub().scripts().call("a", "ask", {"b"});
  auto b = hub().scripts().call("b", "ask", {"a"});
  // Only the deadline ends that, and then each has been asked.
  while (!a.ready() || !b.ready()) {
    clock.advance(std::chrono::seconds(5));
    std::this_thread::yield();
  }
  for (auto* answer : {&a, &b}) {
    const auto result = answer->get();
    ASSERT_TRUE(result) << result.error().to_string();
    EXPECT_THAT(*result->as<std::string>(), ::testing::AnyOf("[]", "['from a']", "['from b']"));
  }
}

TEST_F(ScriptQueryTest, TheHubGoesOnMeanwhile) {
  const Gate gate(folder.path() / "gate");
  start(
      {{"asker", std::string(kAsker)},
       {"slow", std::string(kGateSource) + "def OnScriptQuery(command, data, recipient, sender):\n"
                                           "    wait_at(data)\n"
                                           "    return 'at last'\n"}});
  auto a = login("A");
  auto answer = hub().scripts().call("asker", "ask", {"cmd", gate.path()});
  a.chat("still here");
  a.expect("<A> still here");
  EXPECT_FALSE(answer.ready());
  gate.open();
  EXPECT_EQ(*answer.get().value_or(Value()).as<std::string>(), "['at last']");
}

TEST_F(ScriptQueryTest, AnAskerIsAskedOnAnotherThreadThanItsWorker) {
  // The asking thread is not the worker, so the script can be asked meanwhile.
  start({{"asker", R"py(
import threading, vh
answers = []
def begin():
    threading.Thread(target=lambda: (answers.extend(vh.ScriptQuery("q", "")), vh.mc("done"))).start()
def OnScriptQuery(command, data, recipient, sender): return "back"
def take(): return repr(answers)
)py"},
         {"other",
          "import vh\n"
          "def OnScriptQuery(command, data, recipient, sender):\n"
          "    return repr(vh.ScriptQuery('again', '', sender))\n"}});
  auto a = login("A");
  static_cast<void>(call("asker", "begin"));
  a.expect("<HubBot> done");
  EXPECT_EQ(call("asker", "take"), Value("[\"['back']\"]"));
}

TEST_F(ScriptQueryTest, BytesThatAreNoTextPass) {
  start({{"asker",
          std::string(kAsker) + "def ask_bytes(): return ascii(vh.ScriptQuery('\\udce9', 'x'))\n"},
         {"a", answering("command + '\\udcff'")}});
  EXPECT_EQ(call("asker", "ask_bytes"), Value("['\\udce9\\udcff']"));
}

}  // namespace
}  // namespace hookline::test
