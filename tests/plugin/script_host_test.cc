#include "hookline/script_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/functions.h"
#include "hookline/verlihub/hooks.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/held_pipe.h"
#include "tests/support/log_capture.h"

namespace hookline::test {

using namespace detail;

namespace {

class Loading : public ScriptHostTest {
 protected:
  void SetUp() override { start(); }
};

TEST_F(Loading, AScriptIsListedWithItsHooks) {
  const ScriptId id = load("one", "def OnTimer(msec): pass\ndef OnUserLogin(nick): pass\n");
  const auto infos = scripts->scripts();
  ASSERT_EQ(infos.size(), 1U);
  EXPECT_EQ(infos[0].id, id);
  EXPECT_EQ(scripts->find("one"), id);
  EXPECT_EQ(scripts->find((folder.path() / "one.py").string()), id);
  EXPECT_EQ(infos[0].name, "one");
  EXPECT_EQ(infos[0].hooks, (std::vector<Hook>{verlihub::kOnUserLogin, verlihub::kOnTimer}));
  EXPECT_EQ(scripts->find("one"), id);
  EXPECT_FALSE(scripts->find("two"));
  EXPECT_TRUE(scripts->hooked(verlihub::kOnTimer));
  EXPECT_FALSE(scripts->hooked(verlihub::kOnParsedMsgChat));
}

TEST_F(Loading, ErrorsSayWhatIsWrong) {
  const auto missing = scripts->load(folder.path() / "nothing.py").get();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kScriptNotFound);

  const auto syntax = scripts->load(folder.write("syntax.py", "x = 1\ndef f(:\n")).get();
  ASSERT_FALSE(syntax);
  EXPECT_EQ(syntax.error().code, ErrorCode::kScriptRaised);
  EXPECT_EQ(syntax.error().python_type, "SyntaxError");
  EXPECT_NE(syntax.error().traceback.find("line 2"), std::string::npos) << syntax.error().traceback;

  const auto exits = scripts->load(folder.write("exits.py", "import sys\nsys.exit(3)\n")).get();
  ASSERT_FALSE(exits);
  EXPECT_EQ(exits.error().python_type, "SystemExit");
  EXPECT_TRUE(scripts->scripts().empty());
}

TEST_F(Loading, AScriptThatFailedCanBeLoadedAgain) {
  ASSERT_FALSE(scripts->load(folder.write("one.py", "raise ValueError()\n")).get());
  EXPECT_TRUE(scripts->unfinished().empty());
  load("one", "def f(): return 1\n");
  EXPECT_EQ(call("one", "f"), Value(1));
}

TEST_F(Loading, AnExceptionInUnLoadIsLogged) {
  const LogCapture log;
  const ScriptId id = load("one", "def UnLoad(): raise ValueError('no good-bye')\n");
  EXPECT_TRUE(scripts->unload(id).get());
  EXPECT_EQ(log.count("one: UnLoad: script_raised: ValueError: no good-bye"), 1U);
}

class Goodbye : public ScriptHostTest {
 protected:
  // Returns what scripts have said by vh.mc().
  [[nodiscard]] std::vector<std::string> said() const {
    std::vector<std::string> texts;
    for (const auto& request : host.requests()) {
      texts.push_back(*request.args[0].as<std::string>());
    }
    return texts;
  }
  static constexpr std::string_view kSource =
      "import vh\ndef goodbye(): vh.mc('goodbye')\ndef UnLoad(): vh.mc('UnLoad')\n";

  // Reloads and unloads a script, once with each kind of reload.
  void reload_and_unload() {
    for (const std::string head : {"", "# hookline: reload=in_place\n"}) {
      const ScriptId id = load("one", head + std::string(kSource));
      EXPECT_TRUE(scripts->reload(id).get());
      EXPECT_TRUE(scripts->unload(id).get());
    }
  }
};

TEST_F(Goodbye, TheHostChoosesItsName) {
  const LogCapture log;
  start({.farewell = "goodbye"});
  reload_and_unload();
  EXPECT_EQ(said(), (std::vector<std::string>(4, "goodbye")));
  const ScriptId id = load("one", "def goodbye(): raise ValueError('no')\n");
  EXPECT_TRUE(scripts->unload(id).get());
  EXPECT_EQ(log.count("one: goodbye: script_raised: ValueError: no"), 1U);
}

TEST_F(Goodbye, WithoutANameThereIsNone) {
  const LogCapture log;
  start({.farewell = ""});
  reload_and_unload();
  EXPECT_EQ(said(), std::vector<std::string>());
  EXPECT_EQ(log.count("one: "), 0U);
}

TEST_F(Goodbye, ItsNameIsThatOfAFunction) {
  const auto created = ScriptHost::create({.farewell = "good bye"});
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().to_string(),
            "bad_arguments: ScriptHostOptions::farewell: 'good bye' cannot be the name of a "
            "function");
}

TEST_F(Loading, ANameIsTakenOnce) {
  load("one", "");
  const auto again = scripts->load(folder.path() / "one.py").get();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kBadArguments);
  EXPECT_NE(again.error().message.find("'one'"), std::string::npos);
}

TEST_F(Loading, AFolderIsLoadedInNameOrder) {
  folder.write("b.py", "def OnParsedMsgChat(nick, message): return 'from b'\n");
  folder.write("a.py", "def OnParsedMsgChat(nick, message): return 'from a'\n");
  folder.write("c.py", "this is no python\n");
  folder.write("notes.txt", "nor is this\n");
  std::filesystem::create_directory(folder.path() / "pack");
  folder.write("pack/__init__.py", "def f(): return 'package'\n");
  std::filesystem::create_directory(folder.path() / "data");

  std::vector<Future<ScriptId>> loading;
  for (const auto& path : script_files(folder.path())) {
    loading.push_back(scripts->load(path));
  }
  ASSERT_EQ(loading.size(), 4U);
  EXPECT_TRUE(loading[0].get());
  EXPECT_TRUE(loading[1].get());
  EXPECT_FALSE(loading[2].get());
  EXPECT_TRUE(loading[3].get());
  EXPECT_EQ(call("pack", "f"), Value("package"));
  const auto replaced =
      verlihub::replacement(scripts->decide_wait(verlihub::kOnParsedMsgChat, {"nick", "message"}));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->parts[1], "from b");
}

TEST_F(Loading, AFolderThatIsMissingHasNoScripts) {
  EXPECT_TRUE(script_files(folder.path() / "none").empty());
}

TEST_F(Loading, UnloadingRunsWhatWasAcceptedAndThenUnLoad) {
  const ScriptId id = load("one", R"(
import vh
count = 0
def OnUserLogin(nick):
    global count
    count += 1
def UnLoad():
    vh.mc(str(count))
)");
  for (int i = 0; i < 1000; ++i) {
    scripts->post(verlihub::kOnUserLogin, {"nick"});
  }
  ASSERT_TRUE(scripts->unload(id).get());
  const auto requests = host.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].args.at(0), Value("1000"));
  EXPECT_TRUE(scripts->scripts().empty());
  EXPECT_FALSE(scripts->hooked(verlihub::kOnUserLogin));

  const auto gone = scripts->call(id, "f", {}).get();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::kScriptNotFound);
  const auto again = scripts->unload(id).get();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kScriptNotFound);
}

TEST_F(Loading, AnUnloadedScriptCanComeBack) {
  for (int i = 0; i < 5; ++i) {
    const ScriptId id = load("one", "def f(): return " + std::to_string(i));
    EXPECT_EQ(call("one", "f"), Value(i));
    ASSERT_TRUE(scripts->unload(id).get());
  }
}

class Events : public ScriptHostTest {};

TEST_F(Events, EveryScriptGetsTheOriginalArgumentsAndTheLastReplacementWins) {
  start();
  const std::string_view source = R"(
seen = []
def OnParsedMsgChat(nick, message):
    seen.append((nick, message))
    return (nick + "%", message + "%")
def get(): return seen
)";
  for (const std::string name : {"a", "b", "c"}) {
    std::string text(source);
    for (auto at = text.find('%'); at != std::string::npos; at = text.find('%')) {
      text.replace(at, 1, name);
    }
    load(name, text);
  }
  const auto replaced =
      verlihub::replacement(scripts->decide_wait(verlihub::kOnParsedMsgChat, {"nick", "line"}));
  ASSERT_TRUE(replaced);
  EXPECT_EQ(replaced->parts[0], "nickc");
  EXPECT_EQ(replaced->parts[1], "linec");
  for (const char* name : {"a", "b", "c"}) {
    EXPECT_EQ(call(name, "get"), Value(List{Tuple{{"nick", "line"}}}));
  }
}

TEST_F(Events, OneBlockIsEnoughAndTheOthersStillSeeTheEvent) {
  start();
  load("a", "def OnUserLogin(nick): return False\n");
  load("b", "seen = []\ndef OnUserLogin(nick): seen.append(nick)\ndef get(): return seen\n");
  load("c", "def OnUserLogin(nick): raise ValueError('broken')\n");
  const Decision decision = scripts->decide_wait(verlihub::kOnUserLogin, {"nick"});
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.failed, 1U);
  EXPECT_EQ(call("b", "get"), Value(List{"nick"}));
}

// Bytes that are no text reach the script and come back, in arguments of any size.
TEST_F(Events, LargeArgumentsAreDecodedAsSmallOnesAre) {
  start();
  load("one", "def OnParsedMsgChat(nick, message): return message\n");
  for (const std::size_t size : {10U, 1'000U}) {
    const std::string text = std::string(size, 'x') + "\xe9";
    const auto replaced =
        verlihub::replacement(scripts->decide_wait(verlihub::kOnParsedMsgChat, {"nick", text}));
    ASSERT_TRUE(replaced);
    EXPECT_EQ(replaced->parts[1], text);
  }
}

TEST_F(Events, AHookThatNobodyHasGoesOn) {
  start();
  load("a", "");
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  scripts->post(verlihub::kOnUserLogin, {"nick"});
}

TEST_F(Events, AnOldTimerTakesNoArgument) {
  start();
  load("old", "n = 0\ndef OnTimer():\n    global n\n    n += 1\ndef get(): return n\n");
  load("new", "n = 0\ndef OnTimer(msec):\n    global n\n    n = msec\ndef get(): return n\n");
  const Decision decision = scripts->decide_wait(verlihub::kOnTimer, {1500.0});
  EXPECT_EQ(decision.failed, 0U);
  EXPECT_EQ(call("old", "get"), Value(1));
  EXPECT_EQ(call("new", "get"), Value(1500.0));
}

TEST_F(Events, SeveralScriptsMayShareOneWorker) {
  start({.workers = 1});
  for (int i = 0; i < 4; ++i) {
    load("s" + std::to_string(i),
         "import threading\ndef OnUserLogin(nick): return nick != 'x'\n"
         "def ident(): return threading.get_ident()\n");
  }
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {"y"}).allowed);
  EXPECT_FALSE(scripts->decide_wait(verlihub::kOnUserLogin, {"x"}).allowed);
  EXPECT_EQ(call("s0", "ident"), call("s3", "ident"));
}

TEST_F(Events, KeepTheirOrder) {
  start();
  load("a", "seen = []\ndef OnUserLogin(nick): seen.append(nick)\ndef get(): return seen\n");
  List expected;
  for (int i = 0; i < 5'000; ++i) {
    expected.emplace_back("user" + std::to_string(i));
    scripts->post(verlihub::kOnUserLogin, {*expected.back().as<std::string>()});
  }
  EXPECT_EQ(call("a", "get"), Value(expected));
}

TEST_F(Events, AFullMailboxIsCountedAndTheDecisionSaysSo) {
  start({.mailbox = {.capacity = 4, .overflow = Overflow::kReject}});
  const Gate gate(folder.path() / "gate");
  load("slow", std::string(kGateSource) +
                   "def hold(path): wait_at(path)\n"
                   "def OnUserLogin(nick): return False\n");
  auto held = scripts->call("slow", "hold", {gate.path()});
  while (scripts->scripts()[0].mailbox.started == 0) {
    std::this_thread::yield();
  }
  for (int i = 0; i < 10; ++i) {
    scripts->post(verlihub::kOnUserLogin, {"nick"});
  }
  const Decision decision = scripts->decide_wait(verlihub::kOnUserLogin, {"nick"});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.missed, 1U);
  const MailboxStats stats = scripts->scripts()[0].mailbox;
  EXPECT_EQ(stats.waiting, 4U);
  EXPECT_EQ(stats.rejected, 7U);
  gate.open();
  EXPECT_TRUE(held.get());
}

class Waiting : public ScriptHostTest {};

TEST_F(Waiting, ALateScriptGetsTheDefaultDecisionAndStillSeesTheEvent) {
  for (const bool allows : {true, false}) {
    start({.late_answer_allows = allows});
    const std::string gate_name = std::string("gate") + (allows ? "1" : "2");
    const Gate gate(folder.path() / gate_name);
    load("slow", std::string(kGateSource) +
                     "n = 0\ndef OnUserLogin(nick):\n    global n\n"
                     "    wait_at('" +
                     gate.path() +
                     "')\n    n += 1\n"
                     "def get(): return n\n");
    load("quick", "def OnUserLogin(nick): return ('$Line', 1)\n");
    const Decision decision =
        scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}, std::chrono::milliseconds(50));
    EXPECT_EQ(decision.allowed, allows);
    EXPECT_EQ(decision.late, 1U);
    gate.open();
    EXPECT_EQ(call("slow", "get"), Value(1));
    scripts.reset();
  }
}

TEST_F(Waiting, TheWaitingHostServesTheScriptsCalls) {
  start();
  load("a", "import vh\ndef OnUserLogin(nick): return vh.mc('hello ' + nick)\n");
  const Decision decision = scripts->decide_wait(verlihub::kOnUserLogin, {"nick"});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.late, 0U);
  const auto requests = host.requests();
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].function, Vh::kmc);
  EXPECT_EQ(requests[0].args.at(0), Value("hello nick"));
  EXPECT_EQ(requests[0].caller, "a");
  EXPECT_EQ(requests[0].thread, std::this_thread::get_id());
}

TEST_F(Waiting, AHostThatWaitsForANamedCallServesThemToo) {
  start();
  load("a", "import vh\ndef ask(): return vh.mc('hello')\n");
  EXPECT_EQ(call("a", "ask"), Value(true));
}

class Shutdown : public ScriptHostTest {};

TEST_F(Shutdown, CompletesEveryAcceptedCall) {
  start();
  load("a", "def f(n): return n\n");
  std::vector<Future<Value>> futures;
  for (int i = 0; i < 2'000; ++i) {
    futures.push_back(scripts->call("a", "f", {i}));
  }
  scripts->shutdown({.drain = Drain::kDiscard});
  int done = 0;
  int refused = 0;
  for (auto& future : futures) {
    const auto result = future.get();
    ++(result ? done : refused);
    if (!result) {
      EXPECT_EQ(result.error().code, ErrorCode::kShuttingDown);
    }
  }
  EXPECT_EQ(done + refused, 2'000);
}

TEST_F(Shutdown, NothingIsAcceptedAfterwards) {
  start();
  const ScriptId id = load("a", "def OnUserLogin(nick): return 0\n");
  scripts->shutdown();
  EXPECT_FALSE(scripts->load(folder.path() / "a.py").get());
  EXPECT_FALSE(scripts->call(id, "f", {}).get());
  EXPECT_TRUE(scripts->decide_wait(verlihub::kOnUserLogin, {"nick"}).allowed);
  scripts->post(verlihub::kOnUserLogin, {"nick"});
  scripts->shutdown();
}

TEST_F(Shutdown, NamesTheScriptsThatHaveNotEndedInTime) {
  start();
  HeldPipe gate(folder.path() / "gate");
  load("busy", "import vh\ndef f(path):\n  open(path).read()\n  vh.mc('late')\n");
  load("idle", "");
  auto call = scripts->call("busy", "f", {(folder.path() / "gate").string()});
  gate.wait_for_reader();

  const auto left = scripts->shutdown({.patience = Duration::zero()});
  EXPECT_TRUE(std::ranges::find(left, "busy") != left.end());
  gate.close();
  EXPECT_TRUE(scripts->shutdown().empty());
  EXPECT_EQ(call.get().error().code, ErrorCode::kShuttingDown) << "nobody waited for it";
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(Shutdown, UnLoadMayStillTalkToTheHost) {
  start();
  load("a", "import vh\ndef UnLoad(): vh.mc('bye')\n");
  scripts->shutdown();
  EXPECT_EQ(host.requests().size(), 1U);
}

TEST_F(Shutdown, HostsMayFollowOneAnother) {
  for (int i = 0; i < 3; ++i) {
    start();
    load("a", "import vh\ndef f(): return vh.GetUserClass('x')\n");
    EXPECT_EQ(call("a", "f"), Value(true));
    scripts.reset();
  }
}

}  // namespace
}  // namespace hookline::test
