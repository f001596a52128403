#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hookline/hook.h"
#include "tests/wrapper/wrapper_fixture.h"
#include "wrapper/callback_table.h"

namespace hookline::test {

using namespace wrapper;

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kRun = R"py(
import threading
import vh

answers = []

def run(expression):
    try:
        return repr(eval(expression))
    except Exception as error:
        return f"{type(error).__name__}: {error}"

def run_in_thread(expression):
    threading.Thread(target=lambda: answers.append(run(expression))).start()

def take():
    return repr(answers)
)py";

const Wrapper& wrapper() {
  static const Wrapper instance;
  return instance;
}

// These make the results of callbacks, whose strings come from malloc().
w_Targs* text(const char* value) { return wrapper().pack("s", strdup(value)); }
w_Targs* json(const char* value) { return wrapper().pack("D", strdup(value)); }
w_Targs* number(long value) { return wrapper().pack("l", value); }

class WrapperCallbacks : public WrapperTest {
 protected:
  void start() {
    begin();
    script = load("callbacks", kRun);
  }
  // Evaluates the expression in the script, and returns its value or what it raises.
  std::string run(const char* expression) {
    const Packed params(w.pack("s", expression));
    w_Targs* const result = w.call_function(script, "run", params.get());
    char* answer = nullptr;
    EXPECT_EQ(w.unpack(result, "s", &answer), 1) << w.last_error();
    std::string out = answer != nullptr ? answer : "";
    w.free_args(result);
    return out;
  }
  int script = -1;
};

TEST_F(WrapperCallbacks, NickListsMayHaveEachFormat) {
  hub.offer<W_GetNickList>([] { return json(R"(["ann", "bob"])"); });
  hub.offer<W_GetOpList>([] { return text("ann$$bob$$"); });
  hub.offer<W_GetBotList>([] {
    auto** const list = static_cast<char**>(std::malloc(3 * sizeof(char*)));
    list[0] = strdup("ann");
    list[1] = strdup("bob");
    list[2] = nullptr;
    return wrapper().pack("L", list);
  });
  start();
  for (const char* call : {"vh.GetNickList()", "vh.GetOpList()", "vh.GetBotList()"}) {
    EXPECT_EQ(run(call), "['ann', 'bob']") << call;
  }
}

TEST_F(WrapperCallbacks, NickListsMayBeRaw) {
  static const char* raw = nullptr;
  hub.offer<W_GetNickList>([] { return text(raw); });
  start();
  for (const char* empty : {"", "$$", "$NickList |"}) {
    raw = empty;
    EXPECT_EQ(run("vh.GetNickList()"), "[]") << empty;
  }
  raw = "$NickList ann$$bob$$|";
  EXPECT_EQ(run("vh.GetNickList()"), "['ann', 'bob']");
  raw = "ann";
  EXPECT_EQ(run("vh.GetNickList()"), "['ann']");
}

TEST_F(WrapperCallbacks, WhatIsNoListOfNicksIsAnError) {
  static const char* answer = nullptr;
  hub.offer<W_GetNickList>([] { return json(answer); });
  start();
  for (const char* wrong : {"{}", "[1]", "5", "[\"a\"", "\"a\""}) {
    answer = wrong;
    EXPECT_THAT(run("vh.GetNickList()"), StartsWith("TypeError: vh.GetNickList()")) << wrong;
  }
}

TEST_F(WrapperCallbacks, MyInfoMayHaveEachFormat) {
  static int mode = 0;
  hub.offer<W_GetMyINFO>([]() -> w_Targs* {
    switch (mode) {
      case 0:
        return wrapper().pack("ssssss", strdup("ann"), strdup("d"), strdup("t"), strdup("s"),
                              strdup("m"), strdup("1"));
      case 1:
        return json(R"(["ann", "d", "t", "s", "m", "1"])");
      case 2:
        return json(R"(["ann"])");
      case 3:
        return wrapper().pack("");
      default:
        return nullptr;
    }
  });
  start();
  EXPECT_EQ(run("vh.GetMyINFO('ann')"), "('ann', 'd', 't', 's', 'm', '1')");
  mode = 1;
  EXPECT_EQ(run("vh.GetMyINFO('ann')"), "('ann', 'd', 't', 's', 'm', '1')");
  mode = 2;
  EXPECT_THAT(run("vh.GetMyINFO('ann')"), StartsWith("TypeError"));
  for (mode = 3; mode < 5; ++mode) {
    EXPECT_EQ(run("vh.GetMyINFO('nobody')"), "None");
  }
}

TEST_F(WrapperCallbacks, ScalarsAndDictsAreConverted) {
  hub.offer<W_GetUserClass>([] { return number(-1); });
  hub.offer<W_GetUserIP>([] { return text("10.0.0.1"); });
  hub.offer<W_GetServFreq>([] { return wrapper().pack("d", 2.5); });
  hub.offer<W_GetTotalShareSize>([] { return number(1'000'000'000'000); });
  hub.offer<W_GetConfig>([]() -> w_Targs* { return nullptr; });
  hub.offer<W_GetGeoIP>([] { return json(R"({"city": "Bern", "lat": 46.9})"); });
  hub.offer<W_UserRestrictions>([] { return wrapper().pack("llll", 1L, 0L, 1L, 0L); });
  hub.offer<W_GetUserExtJSON>([] { return text("{\"a\":1}"); });
  hub.offer<W_DelRobot>([] { return number(0); });
  start();
  EXPECT_EQ(run("vh.GetUserClass('ann')"), "-1");
  EXPECT_EQ(run("vh.GetUserIP('ann')"), "'10.0.0.1'");
  EXPECT_EQ(run("vh.GetServFreq()"), "2.5");
  EXPECT_EQ(run("vh.GetTotalShareSize()"), "'1000000000000'");
  EXPECT_EQ(run("vh.GetConfig('a', 'b')"), "None");
  EXPECT_EQ(run("vh.GetGeoIP('1.2.3.4')"), "{'city': 'Bern', 'lat': 46.9}");
  EXPECT_EQ(run("vh.UserRestrictions('ann', pm='1')"),
            "{'chat': True, 'pm': False, 'search': True, 'ctm': False}");
  EXPECT_EQ(run("vh.GetUserExtJSON('ann')"), "'{\"a\":1}'");
  EXPECT_EQ(run("vh.DelRobot('bot')"), "False");
  EXPECT_THAT(hub.calls, ::testing::Contains("UserRestrictions(0): sssss: 'ann', '', '1', '', ''"));
}

TEST_F(WrapperCallbacks, AResultOfAnotherTypeIsAnError) {
  hub.offer<W_GetUserClass>([] { return text("three"); });
  hub.offer<W_GetUserIP>([] { return number(0x7f000001); });
  hub.offer<W_mc>([] { return wrapper().pack("ll", 1L, 2L); });
  hub.offer<W_Topic>([] {
    w_Targs* const lie = number(5);
    lie->format = "s";  // but the element says l: read as a string it would be a wild pointer
    return lie;
  });
  start();
  EXPECT_EQ(run("vh.GetUserClass('ann')"),
            "TypeError: vh.GetUserClass(): the hub answered \"s\", expected one of \"l\"");
  EXPECT_THAT(run("vh.GetUserIP('ann')"), StartsWith("TypeError"));
  EXPECT_THAT(run("vh.mc('x')"), StartsWith("TypeError"));
  EXPECT_EQ(run("vh.Topic()"),
            "TypeError: vh.Topic(): the hub answered \"s\" with elements of other types");
}

TEST_F(WrapperCallbacks, AFunctionThatTheHubLacksIsOneSentence) {
  hub.offer<W_SendToOpChat>([] { return number(1); });
  start();
  EXPECT_EQ(run("vh.StopHub(0)"), "RuntimeError: vh.StopHub(): this hub has no such function");
  EXPECT_EQ(run("vh.SQL('select 1')"), "RuntimeError: vh.SQL(): this hub has no such function");
  EXPECT_EQ(run("vh.GetRawNickList()"),
            "RuntimeError: vh.GetRawNickList(): this hub has no such function");
}

TEST_F(WrapperCallbacks, FunctionsOfTheEmbeddedHubAreNotThere) {
  start();
  EXPECT_THAT(run("vh.GetUser('ann')"), StartsWith("AttributeError"));
}

// Functions of `vh` that the C interface lacks are composed of those that it has.
TEST_F(WrapperCallbacks, RawListsAreMadeOfTheHubsAnswers) {
  static const char* nicks = nullptr;
  hub.offer<W_GetNickList>([] { return nicks != nullptr ? json(nicks) : nullptr; });
  hub.offer<W_GetOpList>([] { return text("$OpList ann$$|"); });
  hub.offer<W_GetBotList>([] { return number(5); });
  start();
  nicks = R"(["ann", "bob"])";
  EXPECT_EQ(run("vh.GetRawNickList()"), "'$NickList ann$$bob$$|'");
  nicks = nullptr;
  EXPECT_EQ(run("vh.GetRawNickList()"), "'$NickList |'");
  EXPECT_EQ(run("vh.GetRawOpList()"), "'$OpList ann$$|'");
  EXPECT_THAT(run("vh.GetRawBotList()"), StartsWith("TypeError"));
  EXPECT_THAT(hub.calls, ElementsAre("GetNickList(0): : ", "GetNickList(0): : ", "GetOpList(0): : ",
                                     "GetBotList(0): : "));
}

// One nick with legacy bytes must not spoil the list for everybody.
TEST_F(WrapperCallbacks, NicksMayBeInvalidUtf8) {
  hub.offer<W_GetNickList>([] { return json("[\"ann\", \"\xec\xe8\", \"\xd0\xbc\"]"); });
  hub.offer<W_GetUserIP>([] { return number(1); });
  hub.table.at(W_GetUserHost) = [](int, w_Targs* args) { return text(args->args[0].s); };
  start();
  EXPECT_EQ(run("ascii(vh.GetNickList())"), R"("['ann', '\\udcec\\udce8', '\\u043c']")");
  EXPECT_EQ(run("ascii(vh.GetRawNickList())"), R"("'$NickList ann$$\\udcec\\udce8$$\\u043c$$|'")");
  EXPECT_EQ(run("vh.GetUserHost(vh.GetNickList()[1]) == vh.GetNickList()[1]"), "True")
      << "and the nick is the same bytes on its way back";
}

TEST_F(WrapperCallbacks, NicksAreInTheHubsOwnEncoding) {
  folder.write("hookline.toml", "[hub]\nencoding = \"cp1251\"\n");
  hub.offer<W_GetNickList>(
      [] { return json("[\"\xec\xe8\xf0\", \"\x98\"]"); });  // 0x98 is unused in cp1251
  start();
  ASSERT_EQ(
      w.register_function(-1, "show", [](int, w_Targs* args) { return text(args->args[0].s); }), 1);
  EXPECT_EQ(run("ascii(vh.GetNickList())"), R"("['\\u043c\\u0438\\u0440', '\\udc98']")");
  EXPECT_EQ(run("ascii(vh.GetRawNickList())"),
            R"("'$NickList \\u043c\\u0438\\u0440$$\\udc98$$|'")");
  // Registered functions get and return the same bytes.
  EXPECT_EQ(run("vh.show(vh.GetNickList()) == '[\"\\u043c\\u0438\\u0440\",\"\\udc98\"]'"), "True");
}

TEST_F(WrapperCallbacks, AScriptAsksTheOthers) {
  folder.write("hookline.toml", "[hooks]\ndeadline = 3600\n");
  hub.offer<W_GetUserClass>([] { return number(7); });
  start();
  const int other = load("other", R"py(
import vh
def OnScriptQuery(command, data, recipient, sender):
    return f"{command} {data} {recipient} {sender} {vh.GetUserClass('ann')}"
)py");
  (void)load("silent", "def OnScriptQuery(command, data, recipient, sender): return None\n");
  (void)load("without", "x = 1\n");
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data')"), "['cmd data  callbacks 7']")
      << "the one that is asked may ask the hub";
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data', 'other', 1)"),
            "[('other', 'cmd data other callbacks 7')]");
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data', 'callbacks')"), "[]") << "not itself";
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data', 'nobody')"), "[]");
  EXPECT_EQ(run("vh.ScriptQuery('cmd')"), "TypeError: vh.ScriptQuery() needs the argument 'data'");
  EXPECT_EQ(w.unload(other), 1);
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data')"), "[]");
}

TEST_F(WrapperCallbacks, AnAnswerThatDoesNotComeIsLeftOut) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("hookline.toml", "[hooks]\ndeadline = 0.01\n");
  start();
  const int slow =
      load("slow", std::string(kGateSource) + "def OnTimer(): wait_at('" + gate.path() + "')\n" +
                       "def OnScriptQuery(*args): return 'late'\n");
  EXPECT_EQ(hook(slow, W_OnTimer, "d", 1000.0), "NULL");
  EXPECT_EQ(run("vh.ScriptQuery('cmd', 'data')"), "[]");
  gate.open();
}

TEST_F(WrapperCallbacks, LiteralsAndArgumentsAreNotFreed) {
  hub.table.at(W_GetUserIP) = [](int, w_Targs*) {
    return wrapper().pack("s", const_cast<char*>("a literal"));
  };
  hub.table.at(W_GetUserHost) = [](int, w_Targs* args) {
    return wrapper().pack("s", args->args[0].s);
  };
  hub.table.at(W_Topic) = [](int, w_Targs* args) { return args; };
  start();
  EXPECT_EQ(run("vh.GetUserIP('ann')"), "'a literal'");
  EXPECT_EQ(run("vh.GetUserHost('ann')"), "'ann'");
  EXPECT_EQ(run("vh.Topic('new')"), "'new'");
}

TEST_F(WrapperCallbacks, ACallbackThatThrowsIsAnException) {
  hub.table.at(W_mc) = [](int, w_Targs*) -> w_Targs* { throw std::runtime_error("no users"); };
  hub.table.at(W_usermc) = [](int, w_Targs*) -> w_Targs* {
    throw std::invalid_argument("no such user");
  };
  hub.table.at(W_pm) = [](int, w_Targs*) -> w_Targs* { throw 5; };
  start();
  ASSERT_EQ(w.register_function(
                -1, "f", [](int, w_Targs*) -> w_Targs* { throw std::out_of_range("too far"); }),
            1);
  EXPECT_EQ(run("vh.mc('x')"), "RuntimeError: no users");
  EXPECT_EQ(run("vh.usermc('x', 'ann')"), "ValueError: no such user");
  EXPECT_THAT(run("vh.pm('x', 'ann')"), StartsWith("RuntimeError: "));
  EXPECT_EQ(run("vh.f()"), "IndexError: too far");
}

TEST_F(WrapperCallbacks, ArgumentsMayBeLeftOut) {
  hub.offer<W_CloseConnection>();
  hub.offer<W_pm>();
  hub.offer<W_ScriptCommand>();
  start();
  EXPECT_EQ(run("vh.CloseConnection('a')"), "True");
  EXPECT_EQ(run("vh.CloseConnection('a', 2)"), "True");
  EXPECT_EQ(run("vh.pm('m', 'a', nick_shown='b')"), "True");
  EXPECT_EQ(run("vh.ScriptCommand('c', 'd')"), "True");
  EXPECT_EQ(run("vh.ScriptCommand('c', 'd', 'lua')"), "True");
  EXPECT_EQ(run("vh.ScriptCommand('c', 'd', True)"), "True");
  EXPECT_EQ(run("vh.ScriptCommand('c', 'd', 1.5)"),
            "TypeError: vh.ScriptCommand() argument 'target' must be str or int, not float");
  EXPECT_THAT(run("vh.pm('a\\0b', 'ann')"), HasSubstr("NUL"));
  EXPECT_THAT(
      hub.calls,
      ElementsAre("CloseConnection(0): s|ll: 'a', 0, 0", "CloseConnection(0): sl|l: 'a', 2, 0",
                  "pm(0): ssss: 'm', 'a', NULL, 'b'", "ScriptCommand(0): ss|s: 'c', 'd', NULL",
                  "ScriptCommand(0): sss: 'c', 'd', 'lua'", "ScriptCommand(0): ssl: 'c', 'd', 1"));
}

TEST_F(WrapperCallbacks, ATableMayComeInOneResult) {
  static int mode = 0;
  hub.offer<W_SQL>([]() -> w_Targs* {
    char** cells = nullptr;
    switch (mode) {
      case 0:
        cells = static_cast<char**>(std::malloc(4 * sizeof(char*)));
        cells[0] = strdup("ann");
        cells[1] = strdup("3");
        cells[2] = strdup("bob");
        cells[3] = nullptr;
        return wrapper().pack("lllp", 1L, 2L, 2L, static_cast<void*>(cells));
      case 1:
        return wrapper().pack("lD", 1L, strdup(R"([["ann", "3"]])"));
      case 2:
        return number(0);
      case 3:
        return wrapper().pack("lllp", 1L, 0L, 0L, nullptr);
      case 4:
        return wrapper().pack("lllp", 1L, 2L, 2L, nullptr);
      default:
        return wrapper().pack("lllp", 1L, -1L, 1L << 62, &mode);
    }
  });
  start();
  EXPECT_EQ(run("vh.SQL('select')"), "(1, [['ann', '3'], ['bob', None]])");
  EXPECT_THAT(hub.calls, ElementsAre("SQL(0): sl: 'select', 100"));
  mode = 1;
  EXPECT_EQ(run("vh.SQL('select', 5)"), "(1, [['ann', '3']])");
  mode = 2;
  EXPECT_EQ(run("vh.SQL('select')"), "(0, [])");
  mode = 3;
  EXPECT_EQ(run("vh.SQL('select')"), "(1, [])");
  for (mode = 4; mode < 6; ++mode) {
    EXPECT_THAT(run("vh.SQL('select')"), StartsWith("TypeError")) << mode;
  }
}

TEST_F(WrapperCallbacks, ATableMayComeInSteps) {
  static long row = 0;
  hub.offer<W_SQLQuery>(
      [] { return wrapper().pack("lllp", 1L, 3L, 2L, static_cast<void*>(&row)); });
  hub.offer<W_SQLFetch>([] {
    const std::string cells = "[\"" + std::to_string(row++) + "\", \"x\"]";
    return json(cells.c_str());
  });
  hub.offer<W_SQLFree>();
  start();
  row = 0;
  EXPECT_EQ(run("vh.SQL('select', 2)"), "(1, [['0', 'x'], ['1', 'x']])");
  ASSERT_EQ(hub.calls.size(), 4U);
  EXPECT_EQ(hub.calls[0], "SQLQuery(0): s: 'select'");
  EXPECT_THAT(hub.calls[1], StartsWith("SQLFetch(0): lp: 0, 0x"));
  EXPECT_THAT(hub.calls[3], StartsWith("SQLFree(0): p: 0x"));
}

template <std::size_t... Numbers>
void offer_all(CallbackHub& hub, std::index_sequence<Numbers...>) {
  (hub.offer<static_cast<int>(Numbers)>([]() -> w_Targs* { return nullptr; }), ...);
}

TEST_F(WrapperCallbacks, TheHubIsToldWhatAScriptCallsItself) {
  hub.offer<W_name_and_version>([]() -> w_Targs* { return nullptr; });
  start();
  EXPECT_EQ(run("vh.name_and_version()"), "('callbacks', '')");
  EXPECT_EQ(run("vh.name_and_version('Stats', '1.2')"), "('Stats', '1.2')");
  (void)w.has_hook(script, W_OnTimer);
  EXPECT_THAT(hub.calls, ElementsAre("name_and_version(0): ss: 'Stats', '1.2'"));
}

TEST_F(WrapperCallbacks, EveryFunctionReachesItsPlace) {
  offer_all(hub, std::make_index_sequence<kCallbackCount>());
  start();
  for (const CallbackRow& row : callback_rows()) {
    if (!row.function) {
      continue;
    }
    std::string arguments;
    for (const char kind : row.arguments.substr(0, row.arguments.find('|'))) {
      arguments += kind == 's' ? "'x'," : "1,";
    }
    const std::string name(row.name);
    EXPECT_THAT(run(("vh." + name + "(" + arguments + ")").c_str()),
                ::testing::Not(HasSubstr("Error")));
    ASSERT_FALSE(hub.calls.empty());
    EXPECT_THAT(hub.calls.back(), StartsWith(name + "(0): "));
  }
}

TEST_F(WrapperCallbacks, ReadsTooAreAskedOnTheHostThread) {
  static std::thread::id asked;
  hub.table.at(W_GetUserClass) = [](int, w_Targs*) {
    asked = std::this_thread::get_id();
    return number(1);
  };
  start();
  EXPECT_EQ(run("vh.GetUserClass('ann')"), "1");
  EXPECT_EQ(asked, std::this_thread::get_id());
}

TEST_F(WrapperCallbacks, ACallFromAScriptsOwnThreadWaitsForTheHost) {
  hub.offer<W_GetUserClass>([] { return number(3); });
  start();
  const Packed params(w.pack("s", "vh.GetUserClass('ann')"));
  ASSERT_EQ(w.call_function(script, "run_in_thread", params.get()), nullptr);
  ASSERT_STREQ(w.last_error(), "");
  // Any next call of the host serves it.
  std::string answers;
  do {
    answers = call(script, "take");
  } while (answers == "s: '[]'");
  EXPECT_EQ(answers, R"(s: "['3']")");
}

// Waits until the thread's frame is at the line of the call. The thread is then inside of the call,
// because it cannot lose the GIL between the start of the line and the call.
constexpr std::string_view kAskInThread = R"py(
import asyncio
import sys
import threading
import vh

answers = []

def ask():
    answers.append(
        vh.GetUserClass("ann"))

async def ask_in_coroutine():
    ask()

def work(target):
    open(BEGIN).close()
    thread = threading.Thread(target=target)
    thread.start()
    line = ask.__code__.co_firstlineno + 2
    while True:
        frame = sys._current_frames().get(thread.ident)
        while frame is not None and frame.f_code is not ask.__code__:
            frame = frame.f_back
        if frame is not None and frame.f_lineno == line:
            break
    rounds = sum(1 for i in range(1000))
    with open(PROGRESS, "w") as pipe:
        pipe.write(f"{rounds} rounds, {len(answers)} answers")

def start(kind):
    target = ask if kind == "thread" else lambda: asyncio.run(ask_in_coroutine())
    threading.Thread(target=work, args=(target,)).start()

def OnTimer(): pass
def take(): return answers
)py";

class WaitsForTheHost : public WrapperCallbacks,
                        public ::testing::WithParamInterface<const char*> {};

// A thread that waits for the hub does not block the other threads of its script, and an OnTimer of
// the hub is enough to serve it.
TEST_P(WaitsForTheHost, OthersGoOnAndOnTimerServesIt) {
  const Gate start_gate((folder.path() / "begin").string());
  const Gate progress((folder.path() / "progress").string());
  hub.offer<W_GetUserClass>([] { return number(3); });
  begin();
  script = load("asking", "BEGIN = '" + start_gate.path() + "'\nPROGRESS = '" + progress.path() +
                              "'\n" + std::string(kAskInThread));
  ASSERT_EQ(call(script, "start", "s", GetParam()), "NULL") << w.last_error();
  start_gate.open();  // from here on the host thread is outside of the library
  std::ifstream pipe(progress.path());
  const std::string told((std::istreambuf_iterator<char>(pipe)), std::istreambuf_iterator<char>());
  EXPECT_THAT(told, StartsWith("1000 rounds, 0 answers"));
  EXPECT_THAT(hub.calls, ::testing::IsEmpty());
  while (hub.calls.empty()) {
    EXPECT_EQ(hook(script, W_OnTimer, "d", 1000.0), "NULL");
  }
  EXPECT_THAT(hub.calls, ElementsAre("GetUserClass(0): s: 'ann'"));
  std::string answers;
  do {
    answers = call(script, "take");
  } while (answers == "D: '[]'");
  EXPECT_EQ(answers, "D: '[3]'");
}

INSTANTIATE_TEST_SUITE_P(Each, WaitsForTheHost, ::testing::Values("thread", "coroutine"));

TEST_F(WrapperCallbacks, AScriptMayAskWhileItLoads) {
  static std::thread::id asked;
  hub.table.at(W_GetUserClass) = [](int, w_Targs*) {
    asked = std::this_thread::get_id();
    return number(3);
  };
  begin();
  script = load("asking",
                "import vh\nclass_of_ann = vh.GetUserClass('ann')\n"
                "def f(): return class_of_ann\n");
  EXPECT_EQ(asked, std::this_thread::get_id());
  EXPECT_EQ(call(script, "f"), "l: 3");
}

// Two scripts call the hub while it waits for one of them: all calls run on the hub's thread, and
// those of each script in their order.
TEST_F(WrapperCallbacks, TheCallsOfTwoScriptsComeInOrder) {
  struct Asked {
    std::vector<std::string> by_one;
    std::vector<std::string> by_other;
    std::set<std::thread::id> threads;
  };
  static Asked asked;
  static int one = -1;
  asked = {};
  hub.table.at(W_mc) = [](int id, w_Targs* args) {
    asked.threads.insert(std::this_thread::get_id());
    (id == one ? asked.by_one : asked.by_other).emplace_back(args->args[0].s);
    return number(1);
  };
  const Gate go((folder.path() / "go").string());
  const Gate done((folder.path() / "done").string());
  const std::string gates =
      "import threading\nimport vh\nGO = '" + go.path() + "'\nDONE = '" + done.path() + "'\n";
  begin();
  one = load("one", gates + R"py(
def OnParsedMsgChat(nick, message):
    for i in range(50):
        vh.mc(str(i))
        if i == 24:
            open(GO, "w").close()
    open(DONE).close()
    return False
)py");
  const int other = load("other", gates + R"py(
def work():
    open(GO).close()
    for i in range(50):
        vh.mc(str(i))
    open(DONE, "w").close()
def start(): threading.Thread(target=work).start()
)py");
  ASSERT_EQ(call(other, "start"), "NULL");
  w.set_deadline(3'600'000);
  EXPECT_EQ(hook(one, W_OnParsedMsgChat, "ss", "ann", "hello"), "l: 0");
  std::vector<std::string> expected;
  for (int i = 0; i < 50; ++i) {
    expected.push_back(std::to_string(i));
  }
  EXPECT_EQ(asked.by_one, expected);
  EXPECT_EQ(asked.by_other, expected) << "while the hub was in the hook of the first one";
  EXPECT_THAT(asked.threads, ElementsAre(std::this_thread::get_id()));
}

TEST_F(WrapperCallbacks, TheModuleKnowsWhatWLoadWasTold) {
  begin();
  const int other = w.reserve_id();
  script = load("callbacks", kRun);
  EXPECT_EQ(other, 0);
  EXPECT_EQ(script, 1);
  EXPECT_EQ(run("vh.myid, vh.botname, vh.opchatname, vh.config_name, vh.starttime, vh.name"),
            "(1, 'HubBot', 'OpChat', 'test', 1700000000, 'callbacks')");
  EXPECT_EQ(run("vh.basedir"), "'" + folder.path().string() + "'");
}

w_Targs* show_arguments(int id, w_Targs* args) {
  return text((std::to_string(id) + " " + wrapper().packprint(args)).c_str());
}

TEST_F(WrapperCallbacks, ARegisteredFunctionGetsWhatItIsGiven) {
  start();
  ASSERT_EQ(w.register_function(-1, "show", &show_arguments), 1) << w.last_error();
  EXPECT_EQ(run("vh.CallDynamicFunction('show', 1, 2.5, 'x', True, None)"),
            R"("0 ldsls: 1, 2.5, 'x', 1, NULL")");
  EXPECT_EQ(run("vh.CallDynamicFunction('show', [1, 'a'], {'k': (1,)})"),
            R"('0 DD: \'[1,"a"]\', \'{"k":[1]}\'')");
  EXPECT_EQ(run("vh.CallDynamicFunction('show')"), "'0 : '");
  EXPECT_EQ(run("vh.show('as its own')"), R"("0 s: 'as its own'")");
  EXPECT_THAT(run("vh.CallDynamicFunction('show', 2**70)"),
              HasSubstr("argument 1 is an int beyond 64 bits"));
  EXPECT_THAT(run("vh.CallDynamicFunction('show', b'x')"), HasSubstr("bytes"));
}

TEST_F(WrapperCallbacks, ARegisteredFunctionMayReturnEachKind) {
  static w_Targs* (*answer)() = nullptr;
  start();
  ASSERT_EQ(w.register_function(-1, "f", [](int, w_Targs*) { return answer(); }), 1);
  const auto result = [this](w_Targs* (*next)()) {
    answer = next;
    return run("vh.CallDynamicFunction('f')");
  };
  EXPECT_EQ(result([]() -> w_Targs* { return nullptr; }), "None");
  EXPECT_EQ(result([] { return wrapper().pack(""); }), "None");
  EXPECT_EQ(result([] { return number(5); }), "5");
  EXPECT_EQ(result([] { return wrapper().pack("d", 0.5); }), "0.5");
  EXPECT_EQ(result([] { return json("{\"a\": [1]}"); }), "{'a': [1]}");
  EXPECT_EQ(result([] { return wrapper().pack("ls", 1L, strdup("x")); }), "(1, 'x')");
  EXPECT_THAT(result([] { return json("{"); }), HasSubstr("JSON"));
}

TEST_F(WrapperCallbacks, AnUnknownFunctionIsANameError) {
  start();
  EXPECT_THAT(run("vh.CallDynamicFunction('nothing', 1)"), StartsWith("NameError"));
  ASSERT_EQ(w.register_function(-1, "f", &show_arguments), 1);
  EXPECT_EQ(run("vh.CallDynamicFunction('f')"), "'0 : '");
  ASSERT_EQ(w.unregister_function(-1, "f"), 1);
  EXPECT_THAT(run("vh.CallDynamicFunction('f')"), StartsWith("NameError"));
  EXPECT_EQ(w.unregister_function(-1, "f"), 0);
  EXPECT_STRNE(w.last_error(), "");
}

TEST_F(WrapperCallbacks, AFunctionMayBeForOneScript) {
  start();
  const int other = load("other", kRun);
  ASSERT_EQ(w.register_function(script, "f", &show_arguments), 1) << w.last_error();
  EXPECT_EQ(run("vh.CallDynamicFunction('f')"), "'0 : '");
  EXPECT_THAT(call(other, "run", "s", "vh.CallDynamicFunction('f')"), HasSubstr("NameError"));
  EXPECT_EQ(w.register_function(17, "f", &show_arguments), 0) << "there is no such script";
  EXPECT_EQ(w.register_function(-1, nullptr, &show_arguments), 0);
  EXPECT_EQ(w.register_function(-1, "g", nullptr), 0);
}

}  // namespace
}  // namespace hookline::test
