// Tests that other scripts may refuse, in their hooks, what a script does by a call, while the call
// waits.

#include <gmock/gmock.h>

#include <ostream>
#include <string>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hub_fixture.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

namespace {

constexpr std::string_view kSpeaker = R"py(
import vh
told = []
def run(text): return repr(eval(text))
def OnSetConfig(*args):
    told.append(args)
    return 0
def count(): return len(told)
def take(): return repr(told)
)py";

constexpr std::string_view kDecider = R"py(
import vh
answer = None
seen = []
def HOOK(*args):
    seen.append(args)
    return answer
def decide(what):
    global answer
    answer = what
def take(): return repr(seen)
)py";

struct Row {
  const char* hook;
  const char* call;  // the call, and what the hub says about it
  const char* refused;
  const char* allowed;
  const char* seen;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.hook; }

constexpr auto kRows = std::to_array<Row>({
    {"OnOperatorKicks", "vh.KickUser('Op', 'A', 'why'), vh.GetUserClass('A')", "(False, 0)",
     "(True, -2)", "('Op', 'A', 'why')"},
    {"OnNewReg", "vh.AddRegUser('New', 2, 'word', 'Op'), vh.DelRegUser('New')", "(False, False)",
     "(True, True)", "('Op', 'New', 2)"},
    {"OnNewBan", "vh.Ban('Op', 'Bad', 'why', 60, 2), vh.DelNickTempBan('Bad')", "(False, False)",
     "(True, True)", "('Op', '', 'Bad', 'why')"},
    {"OnSetConfig", "vh.SetConfig('x', 'y', '7'), vh.GetConfig('x', 'y', '-')", "(False, '-')",
     "(True, '7')", "('speaker', 'x', 'y', '7', '', 1)"},
});

class VhDecisionTest : public HubTest, public ::testing::WithParamInterface<Row> {
 public:
  [[nodiscard]] static Script decider(std::string_view hook) {
    std::string source(kDecider);
    const std::string_view place = "HOOK";
    source.replace(source.find(place), place.size(), hook);
    return {"decider", std::move(source)};
  }
  // Loads a script whose hook blocks until the test opens the gate.
  [[nodiscard]] static Script slow(std::string_view hook, const Gate& gate) {
    return {"slow", std::string(kGateSource) + "def " + std::string(hook) + "(*args): wait_at('" +
                        gate.path() + "')\n"};
  }
  [[nodiscard]] Value run(std::string_view expression) const {
    return call("speaker", "run", {expression});
  }
  // Returns the events that the script got, once there are this many: its calls and those of the
  // test are not in order.
  [[nodiscard]] Value told(int count) const {
    while (call("speaker", "count") != Value(count)) {
    }
    return call("speaker", "take");
  }
  [[nodiscard]] Future<Value> begin(std::string_view expression) const {
    return hub().scripts().call("speaker", "run", {expression}, {.text = TextMode::kHost});
  }
};

TEST_P(VhDecisionTest, AnotherScriptMayRefuse) {
  const auto& row = GetParam();
  start({{"speaker", std::string(kSpeaker)}, decider(row.hook)});
  auto a = login("A");
  for (const auto& [answer, result] : {std::pair<Value, const char*>{false, row.refused},
                                       {Tuple{{"$Line", 0}}, row.refused},
                                       {Tuple{{"$Line", 1}}, row.allowed}}) {
    static_cast<void>(call("decider", "decide", {answer}));
    EXPECT_EQ(run(row.call), Value(result));
  }
  const std::string seen(row.seen);
  EXPECT_EQ(call("decider", "take"), Value("[" + seen + ", " + seen + ", " + seen + "]"));
}

INSTANTIATE_TEST_SUITE_P(Rows, VhDecisionTest, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.hook); });

// The calling script waits, so it is told about the event but not asked.
TEST_F(VhDecisionTest, TheCallingScriptIsToldAndNotAsked) {
  start({{"speaker", std::string(kSpeaker)}});
  EXPECT_EQ(run("vh.SetConfig('x', 'y', 'z')"), Value("True"));
  EXPECT_EQ(told(1), Value("[('speaker', 'x', 'y', 'z', '', 0)]"));
}

TEST_F(VhDecisionTest, AScriptThatWasOnlyToldBeforeIsAskedAgain) {
  start({{"speaker", std::string(kSpeaker)},
         {"other", "import vh\ndef run(): return vh.SetConfig('x', 'y', 'other')\n"}});
  EXPECT_EQ(run("vh.SetConfig('x', 'y', 'z')"), Value("True"));
  EXPECT_EQ(call("other", "run"), Value(false)) << "the speaker refuses what others do";
}

// The deadline is an hour, so a script that waited for it would not end.
TEST_F(VhDecisionTest, TwoThatCallEachOtherDoNotWaitForEachOther) {
  start({{"speaker", std::string(kSpeaker)}, {"echo", R"py(
import vh
results = []
def OnSetConfig(nick, conf, *rest):
    if conf == "first":
        results.append(vh.SetConfig("second", "x", "1"))
def take(): return repr(results)
)py"}});
  EXPECT_EQ(run("vh.SetConfig('first', 'x', '1'), vh.GetConfig('second', 'x')"),
            Value("(True, '1')"));
  EXPECT_EQ(call("echo", "take"), Value("[True]"));
  EXPECT_EQ(told(2), Value("[('speaker', 'first', 'x', '1', '', 1), "
                           "('echo', 'second', 'x', '1', '', 1)]"));
}

TEST_F(VhDecisionTest, AScriptThatIsAskedByAnotherDoesNotWaitForIt) {
  start({{"speaker", std::string(kSpeaker)}, {"answers", R"py(
import vh
def OnScriptQuery(*args): return repr(vh.SetConfig("second", "x", "a"))
)py"}});
  EXPECT_EQ(run("vh.ScriptQuery('c', 'd')"), Value("['True']"));
  EXPECT_EQ(told(1), Value("[('answers', 'second', 'x', 'a', '', 0)]"));
}

TEST_F(VhDecisionTest, ALateAnswerIsReplacedByTheDefault) {
  config.decision_deadline = std::chrono::seconds(5);
  for (const bool allows : {true, false}) {
    const std::string round = allows ? "first" : "second";
    const Gate begun(folder.path() / (round + " begun"));
    const Gate gate(folder.path() / round);
    config.late_answer_allows = allows;
    start({{"speaker", std::string(kSpeaker)},
           {"slow", std::string(kGateSource) + "def OnNewBan(*args):\n  wait_at('" + begun.path() +
                        "')\n  wait_at('" + gate.path() + "')\n"}},
          &clock);
    auto result = begin("vh.Ban('Op', 'Bad', 'why', 60, 2)");
    begun.open();  // the hook is late, and not only its start
    clock.advance(std::chrono::seconds(5));
    EXPECT_EQ(result.get().value(), Value(allows ? "True" : "False"));
    EXPECT_EQ(hub().stats().late_decisions, 1U);
    gate.open();
    stop();
  }
}

TEST_F(VhDecisionTest, AUserWhoHasLeftMeanwhileIsNotKicked) {
  const Gate gate(folder.path() / "gate");
  start({{"speaker", std::string(kSpeaker)}, slow("OnOperatorKicks", gate)});
  auto a = login("A");
  auto b = login("B");
  const auto before = hub().stats().hook_events;
  auto result = begin("vh.KickUser('Op', 'A', 'why')");
  wait_for_events(before + 1);
  a.close();
  b.expect("$Quit A");
  gate.open();
  EXPECT_EQ(result.get().value(), Value("False"));
  auto again = login("A");  // the nick is not banned
}

// This holds for everything that a client sent before it left.
TEST_F(VhDecisionTest, TheCommandOfAnOperatorWhoHasLeftIsForgotten) {
  config.users = {{"Op", "secret", kClassOperator}};
  const Gate gate(folder.path() / "gate");
  start({slow("OnOperatorKicks", gate)});
  auto a = login("A");
  auto op = login("Op", {.password = "secret"});
  op.chat("!kick A");
  wait_for_events(1);
  op.reset();
  a.expect("$Quit Op");
  gate.open();
  auto b = login("B");
  a.chat("still here");
  b.expect("<A> still here");
}

TEST_F(VhDecisionTest, ADropThatIsRefusedGoesNoFurther) {
  config.users = {{"Op", "secret", kClassOperator}};
  start({{"both", R"py(
seen = []
def OnOperatorDrops(op, nick): seen.append((op, nick)); return 0
def OnOperatorDropsWithReason(*args): seen.append(args)
def take(): return repr(seen)
)py"}});
  auto a = login("A");
  auto op = login("Op", {.password = "secret"});
  op.send("$Kick A|");
  op.expect("<HubBot> A script has refused that.");
  op.pm("HubBot", "!drop A");
  op.expect("$To: Op From: HubBot $<HubBot> A script has refused that.");
  EXPECT_EQ(call("both", "take"), Value("[('Op', 'A'), ('Op', 'A')]"));
  a.sync();
}

// No script is left to decide, and the hub does not wait for one.
TEST_F(VhDecisionTest, AScriptThatActsWhileItEndsEnds) {
  const auto file = folder.path() / "done";
  start({{"last",
          "import vh\ndef UnLoad():\n    try: result = vh.SetConfig('x', 'y', 'z')\n"
          "    except Exception as error: result = error\n"
          "    open('" +
              file.string() + "', 'w').write(repr(result))\n"},
         {"other", "def OnSetConfig(*args): return 1\n"}});
  stop();
  EXPECT_TRUE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace hookline::test
