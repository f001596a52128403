#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <thread>

#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The hooks of this script return the value which their argument describes.
constexpr std::string_view kEcho = R"py(
import vh
seen = []

def OnParsedMsgChat(nick, message): return eval(message)
def OnParsedMsgMyINFO(nick, desc, tag, speed, mail, size): return eval(desc)
def OnUserLogin(nick): return eval(nick)
def OnTimer(): seen.append("timer")
def OnUserLogout(nick): seen.append(nick)
def OnSetConfig(*args): seen.append(args)
def OnNewConn(*args): return repr(args)
def OnHubCommand(nick, command, user_class, in_pm, prefix):
    return f"{nick} {command} {user_class} {in_pm} {prefix}"
def take(): return repr(seen)
)py";

class WrapperHooks : public WrapperTest {
 protected:
  std::string chat(const char* result) {
    return hook(script, W_OnParsedMsgChat, "ss", "ann", result);
  }
  void start(std::string_view source = kEcho) {
    begin();
    script = load("hooks", source);
  }
  int script = -1;
};

TEST_F(WrapperHooks, EveryResultHasItsFormat) {
  start();
  EXPECT_EQ(chat("None"), "l: 1");
  EXPECT_EQ(chat("True"), "l: 1");
  EXPECT_EQ(chat("False"), "l: 0");
  EXPECT_EQ(chat("0"), "l: 0");
  EXPECT_EQ(chat("5"), "l: 5");
  EXPECT_EQ(chat("2**70"), "l: 1");
  EXPECT_EQ(chat("0.5"), "d: 0.5");
  EXPECT_EQ(chat("'other'"), "s: 'other'");
  EXPECT_EQ(chat("('$line', 0)"), "sl: '$line', 0");
  EXPECT_EQ(chat("('$line', True)"), "sl: '$line', 1");
  EXPECT_EQ(chat("('nick', 'text')"), "ss: 'nick', 'text'");
  EXPECT_EQ(chat("(None, 'text')"), "ss: NULL, 'text'");
}

TEST_F(WrapperHooks, AMyInfoMayBeReplaced) {
  start();
  const auto info = [this](const char* result) {
    return hook(script, W_OnParsedMsgMyINFO, "ssssss", "ann", result, "tag", "speed", "mail", "1");
  };
  EXPECT_EQ(info("('desc', None, 'fast', None, '0')"), "sssss: 'desc', NULL, 'fast', NULL, '0'");
  EXPECT_EQ(info("('$line', 1)"), "sl: '$line', 1");
  EXPECT_EQ(info("('two', 'parts')"), "NULL");
}

TEST_F(WrapperHooks, WhatHasNoMeaningGoesOn) {
  start();
  for (const char* result :
       {"[1]", "{}", "(1, 2, 3)", "('a', 'b', 'c')", "b'bytes'", "object()", "'a\\0b'"}) {
    EXPECT_EQ(chat(result), "NULL") << result;
    EXPECT_STRNE(w.last_error(), "") << result;
  }
  EXPECT_EQ(hook(script, W_OnUserLogin, "s", "('a', 'b')"), "NULL") << "only chat is replaced";
  EXPECT_THAT(w.last_error(), HasSubstr("OnUserLogin"));
}

TEST_F(WrapperHooks, FailuresAreNull) {
  start();
  EXPECT_EQ(chat("1 / 0"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("ZeroDivisionError"));
  EXPECT_EQ(hook(script, W_OnOpChatMessage, "ss", "a", "b"), "NULL") << "the script has it not";
  EXPECT_THAT(w.last_error(), HasSubstr("function_not_found"));
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "s", "alone"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("TypeError"));
  EXPECT_EQ(hook(script, 41, "s", "x"), "NULL");
  EXPECT_EQ(hook(script, -1, "s", "x"), "NULL");
  EXPECT_EQ(hook(7, W_OnUserLogin, "s", "1"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("script_not_found"));
  EXPECT_EQ(chat("1"), "l: 1");
  EXPECT_STREQ(w.last_error(), "");
}

TEST_F(WrapperHooks, HasHook) {
  start();
  EXPECT_EQ(w.has_hook(script, W_OnParsedMsgChat), 1);
  EXPECT_EQ(w.has_hook(script, W_OnOpChatMessage), 0);
  EXPECT_EQ(w.has_hook(script, 99), 0);
  EXPECT_EQ(w.has_hook(script, -1), 0);
  EXPECT_EQ(w.has_hook(script + 1, W_OnParsedMsgChat), 0);
}

TEST_F(WrapperHooks, ArgumentsOfEachKindArrive) {
  start();
  EXPECT_EQ(hook(script, W_OnHubCommand, "sslls", "ann", "topic", 3L, 1L, "!"),
            "s: 'ann topic 3 1 !'");
  int object = 0;
  const std::string pointer = std::to_string(reinterpret_cast<std::intptr_t>(&object));
  EXPECT_EQ(hook(script, W_OnNewConn, "pdT(sl)", &object, 2.5, "x", 1L),
            "s: \"(" + pointer + ", 2.5, ('x', 1))\"");
}

TEST_F(WrapperHooks, ObserversAreNotWaitedFor) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("gate_path.py", "GATE = '" + gate.path() + "'");
  begin();
  script = load("slow", std::string(kGateSource) + R"py(
from gate_path import GATE
seen = []
def OnUserLogout(nick):
    wait_at(GATE)
    seen.append(nick)
def OnTimer(): seen.append("timer")
def take(): return repr(seen)
)py");
  EXPECT_EQ(hook(script, W_OnUserLogout, "s", "ann"), "NULL");
  EXPECT_STREQ(w.last_error(), "");
  EXPECT_EQ(hook(script, W_OnTimer, "d", 1000.0), "NULL");
  gate.open();
  EXPECT_EQ(call(script, "take"), R"(s: "['ann', 'timer']")") << "in order, before the call";
}

TEST_F(WrapperHooks, ADeadlineEndsTheWaitAndNotTheScript) {
  const Gate gate((folder.path() / "gate").string());
  const std::string began = (folder.path() / "began").string();
  folder.write("gate_path.py", "GATE = '" + gate.path() + "'\nBEGAN = '" + began + "'\n");
  begin();
  script = load("slow", std::string(kGateSource) + R"py(
from gate_path import BEGAN, GATE
seen = []
def OnParsedMsgChat(nick, message):
    open(BEGAN, "w").close()
    wait_at(GATE)
    seen.append(message)
    return False
def slow():
    return seen
)py");
  w.set_deadline(1);
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", "hello"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("deadline_exceeded"));
  while (!std::filesystem::exists(began)) {  // the hook starts, although late
    std::this_thread::yield();
  }
  EXPECT_EQ(call(script, "slow"), "NULL") << "it waits behind the hook";
  EXPECT_THAT(w.last_error(), HasSubstr("deadline_exceeded"));
  w.set_deadline(0);
  gate.open();
  EXPECT_EQ(call(script, "slow"), R"(D: '["hello"]')");
}

TEST_F(WrapperHooks, TheConfigFileSaysHowLongAHookIsWaitedFor) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("hookline.toml", "[hooks]\ndeadline = 0.001\n");
  begin();
  script = load(
      "slow", std::string(kGateSource) + "def OnParsedMsgChat(nick, message): wait_at(message)\n");
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", gate.path().c_str()), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("deadline_exceeded"));
  gate.open();
}

// A stuck script costs the hub one deadline, not one for each line.
TEST_F(WrapperHooks, AStuckScriptIsWaitedForOnce) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("hookline.toml", "[hooks]\ndeadline = 0.001\n");
  begin();
  script = load("stuck", std::string(kGateSource) + R"py(
seen = []
gate = None
def set_gate(path):
    global gate
    gate = path
def OnTimer(): wait_at(gate)
def OnParsedMsgChat(nick, message):
    seen.append(message)
    return False
def take(): return seen
)py");
  ASSERT_EQ(call(script, "set_gate", "s", gate.path().c_str()), "NULL");
  EXPECT_EQ(hook(script, W_OnTimer, "d", 1000.0), "NULL");
  int waited = 0;
  int at_once = 0;
  std::string lines;
  for (int i = 0; i < 20; ++i) {
    const std::string line = std::to_string(i);
    lines += (i == 0 ? "\"" : ",\"") + line + "\"";
    EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", line.c_str()), "NULL");
    EXPECT_THAT(w.last_error(), HasSubstr("deadline_exceeded"));
    const std::string error = w.last_error();
    waited += error.contains("has not answered in time") ? 1 : 0;
    at_once += error.contains("is not waited for") ? 1 : 0;
  }
  EXPECT_EQ(waited, 1);
  EXPECT_EQ(at_once, 19);
  gate.open();
  EXPECT_EQ(call(script, "take"), "D: '[" + lines + "]'") << "it has got them all, in order";
  w.set_deadline(3'600'000);
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", "again"), "l: 0") << "it decides again";
}

// A hub that calls OnTimer every second must not fill the queue of a stuck script.
TEST_F(WrapperHooks, OnTimerDoesNotPileUp) {
  const Gate gate((folder.path() / "gate").string());
  begin();
  script = load("stuck", std::string(kGateSource) + R"py(
ticks = 0
gate = None
def set_gate(path):
    global gate
    gate = path
def OnTimer():
    global ticks
    ticks += 1
    if ticks == 1: wait_at(gate)
def take(): return ticks
)py");
  ASSERT_EQ(call(script, "set_gate", "s", gate.path().c_str()), "NULL");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(hook(script, W_OnTimer, "d", 1000.0), "NULL");
  }
  gate.open();
  EXPECT_EQ(call(script, "take"), "l: 1");
  EXPECT_EQ(hook(script, W_OnTimer, "d", 1000.0), "NULL");
  EXPECT_EQ(call(script, "take"), "l: 2");
}

// A wait that another thread gave up counts as the host's.
TEST_F(WrapperHooks, AMissOnAnotherThreadCountsToo) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("hookline.toml", "[hooks]\ndeadline = 0.001\n");
  begin();
  script = load("stuck", std::string(kGateSource) +
                             "def OnParsedMsgChat(nick, message):\n"
                             "    if message != 'free': wait_at(message)\n"
                             "    return False\n"
                             "def f(): return 1\n");
  std::jthread([&] {
    EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", gate.path().c_str()), "NULL");
    EXPECT_THAT(w.last_error(), HasSubstr("has not answered in time"));
  }).join();
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", "free"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("is not waited for"));
  gate.open();
  EXPECT_EQ(call(script, "f"), "l: 1");
  w.set_deadline(3'600'000);
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", "free"), "l: 0");
}

TEST_F(WrapperHooks, TheConfigFileSaysWhatDecides) {
  folder.write("hookline.toml", R"(
[hooks]
deadline = 3600
OnUserLogout = "decide"
OnParsedMsgChat = "observe"
)");
  start();
  EXPECT_EQ(hook(script, W_OnUserLogout, "s", "ann"), "l: 1");
  EXPECT_EQ(chat("0"), "NULL");
  EXPECT_STREQ(w.last_error(), "");
}

TEST_F(WrapperHooks, AConfigFileWithAMistakeLoadsNothing) {
  folder.write("hookline.toml", "[hooks]\nOnUserLogot = \"decide\"\n");
  folder.write("hooks.py", kEcho);
  begin();
  EXPECT_EQ(load_path(script_path("hooks"), w.reserve_id()), -1);
  EXPECT_THAT(w.last_error(), HasSubstr("hookline.toml:2"));
  EXPECT_THAT(w.last_error(), HasSubstr("OnUserLogot"));
  folder.write("hookline.toml", "");
  EXPECT_EQ(load_path(script_path("hooks"), w.reserve_id()), 0);
}

TEST_F(WrapperHooks, TextIsInTheEncodingOfTheHub) {
  folder.write("hookline.toml", "[hub]\nencoding = \"cp1251\"\n");
  start(R"py(
def OnParsedMsgChat(nick, message): return message.upper()
def length(text): return len(text)
def words(): return ["\u043c\u0438\u0440"]
def lengths(texts): return [len(text) for text in texts]
def echo(x): return x
)py");
  EXPECT_EQ(
      shown_and_freed(w.call_hook(
          script, W_OnParsedMsgChat,
          Packed(w.pack("ss", "ann", "\xec\xe8\xf0")).get())),  // "mir" in Cyrillic lower case
      "s: " + Value("\xcc\xc8\xd0").repr());
  EXPECT_EQ(call(script, "length", "s", "\xec\xe8\xf0"), "l: 3");
  // JSON carries the hub's own bytes too, in both directions.
  EXPECT_EQ(call(script, "words"), "D: " + Value("[\"\xec\xe8\xf0\"]").repr());
  EXPECT_EQ(call(script, "lengths", "D", "[\"\xec\xe8\xf0\", \"mir\", \"\\u006d\\udcec\"]"),
            "D: '[3,3,2]'");
  EXPECT_EQ(
      call(script, "echo", "D", "{\"\xec\": \"\x98 \\\\udcff \\n\"}"),  // 0x98 is unused in cp1251
      "D: " + Value("{\"\xec\":\"\x98 \\\\udcff \\n\"}").repr());
  EXPECT_EQ(call(script, "echo", "D", "[\"\\u043c\"]"), "NULL") << "what it is there, is not known";
  EXPECT_THAT(w.last_error(), HasSubstr("cp1251"));
  EXPECT_EQ(call(script, "echo", "D", "[\"\\\xec\"]"), "NULL");
  EXPECT_THAT(w.last_error(), HasSubstr("unknown escape"));
  EXPECT_EQ(call(script, "echo", "D", "[\xec]"), "NULL");
}

TEST_F(WrapperHooks, BytesThatAreNoTextComeBackAsTheyWere) {
  start(
      "def OnParsedMsgChat(nick, message): return (None, message + '!')\n"
      "def echo(x): return x\n");
  EXPECT_EQ(hook(script, W_OnParsedMsgChat, "ss", "ann", "\xff\xfe"),
            "ss: NULL, " + Value("\xff\xfe!").repr());
  EXPECT_EQ(call(script, "echo", "D", R"(["\udcff", "ok"])"), R"(D: '["\\udcff","ok"]')");
  EXPECT_EQ(call(script, "echo", "D", "[\"\xff\", \"\xd0\xbc\xd0\"]"),
            "D: '[\"\\\\udcff\",\"\xd0\xbc\\\\udcd0\"]'");
  EXPECT_EQ(call(script, "echo", "D", "[\"\\\xff\"]"), "NULL") << "an escape of nothing";
  EXPECT_EQ(call(script, "echo", "L", nullptr), "NULL");
}

// vh.SetConfig in a hook: the hub tells all scripts, including the caller, before it answers.
TEST_F(WrapperHooks, ACallbackMayFireHooksAtTheScriptThatCalls) {
  static WrapperHooks* test = nullptr;
  test = this;
  hub.table.at(W_SetConfig) = [](int id, w_Targs* args) {
    char* conf = nullptr;
    char* var = nullptr;
    char* value = nullptr;
    EXPECT_EQ(test->w.unpack(args, "sss", &conf, &var, &value), 1);
    EXPECT_EQ(test->hook(id, W_OnSetConfig, "sssssl", "ann", conf, var, value, "old", 1L), "NULL");
    EXPECT_EQ(test->call(id, "take"), "NULL");
    EXPECT_THAT(test->w.last_error(), HasSubstr("would_deadlock"));
    EXPECT_EQ(test->w.end(), 0) << "in the middle of a call";
    return test->w.pack("l", 1L);
  };
  hub.offer<W_mc>();
  folder.write("hookline.toml", "[hooks]\nOnSetConfig = \"decide\"\n");
  start();
  EXPECT_EQ(hook(script, W_OnUserLogin, "s", "vh.SetConfig('a', 'b', 'c') and vh.mc('done')"),
            "l: 1");
  EXPECT_EQ(call(script, "take"), R"(s: "[('ann', 'a', 'b', 'c', 'old', 1)]")");
  EXPECT_THAT(hub.calls, ElementsAre("mc(0): s|s: 'done', NULL"));
}

TEST_F(WrapperHooks, ACircleOfTwoScriptsEndsImmediately) {
  static WrapperHooks* test = nullptr;
  static int first = -1;
  static int other = -1;
  static int served = 0;
  test = this;
  hub.table.at(W_SetConfig) = [](int id, w_Targs* /*args*/) {
    ++served;
    if (id == first) {
      EXPECT_EQ(test->call(other, "OnUserLogin", "s", "vh.SetConfig('a', 'b', 'c') and 'through'"),
                "s: 'through'");
    } else {
      EXPECT_EQ(test->call(first, "take"), "NULL");
      EXPECT_THAT(test->w.last_error(), HasSubstr("would_deadlock"));
    }
    return test->w.pack("l", 1L);
  };
  start();
  first = script;
  other = load("other", kEcho);
  EXPECT_EQ(call(script, "OnUserLogin", "s", "vh.SetConfig('a', 'b', 'c') and 'done'"),
            "s: 'done'");
  EXPECT_EQ(served, 2);
}

}  // namespace
}  // namespace hookline::test
