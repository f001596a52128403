// Tests the vh module as scripts see it.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/plugin/evaluating_script.h"
#include "tests/plugin/test_scripts.h"
#include "verlihub/constants.h"

namespace hookline::test {

using namespace detail;
using namespace verlihub;

namespace {

const std::string kModuleSource = std::string(kEvaluatingScript) + R"(
import threading

def in_thread(code):
    results = []
    thread = threading.Thread(target=lambda: results.append(eval(code)))
    thread.start()
    thread.join()
    return results[0]
)";

class VhModule : public ScriptHostTest {
 protected:
  void SetUp() override {
    start({.module = verlihub::module(host, {.bot_name = "Bot",
                                             .op_chat_name = "Ops",
                                             .config_name = "conf",
                                             .base_dir = "/base",
                                             .start_time = 1234567890})});
    load("script", kModuleSource);
  }

  Value run(std::string_view code) { return call("script", "run", {code}); }
  std::string error(std::string_view code) {
    return *call("script", "error", {code}).as<std::string>();
  }
};

TEST_F(VhModule, HasEveryFunctionOfTheTable) {
  for (const VhRow& row : kVhFunctions) {
    EXPECT_EQ(run("callable(vh." + std::string(row.name) + ")"), Value(true)) << row.name;
    EXPECT_NE(run("vh." + std::string(row.name) + ".__doc__").repr().find(row.help),
              std::string::npos)
        << row.name;
  }
}

TEST_F(VhModule, EveryRowPassesItsArguments) {
  for (std::size_t i = 0; i < kVhFunctions.size(); ++i) {
    const VhRow& row = kVhFunctions.at(i);
    SCOPED_TRACE(row.name);
    std::string all = "vh." + std::string(row.name) + "(";
    std::string required = all;
    List expected;
    List expected_required;
    bool optional = false;
    for (const char kind : row.argument_kinds) {
      if (kind == '|') {
        optional = true;
        continue;
      }
      const std::string number = std::to_string(expected.size() + 1);
      const std::string literal = kind == 's' ? "'text" + number + "', " : number + ", ";
      expected.push_back(kind == 's' ? Value("text" + number) : Value(std::stoi(number)));
      all += literal;
      required += optional ? "" : literal;
      expected_required.push_back(optional ? Value() : expected.back());
    }
    run(all + ")");
    run(required + ")");
    const auto requests = host.requests();
    ASSERT_EQ(requests.size(), 2 * (i + 1));
    EXPECT_EQ(static_cast<std::size_t>(requests.back().function), i);
    EXPECT_EQ(requests[requests.size() - 2].args, expected);
    EXPECT_EQ(requests.back().args, expected_required);
    // Functions of the host's thread run on this one, which waits; the others on the script's.
    EXPECT_EQ(requests.back().thread == std::this_thread::get_id(), row.runs_on == RunsOn::kHost);
  }
}

TEST_F(VhModule, ArgumentsMayBeNamed) {
  run("vh.mc(nick='me', message='hi')");
  run("vh.GetConfig('a', var='b', default='c')");
  const auto requests = host.requests();
  EXPECT_EQ(requests[0].args, (List{"hi", "me"}));
  EXPECT_EQ(requests[1].args, (List{"a", "b", "c"}));
}

// Functions that only read texts take a quick way, which answers like the general one.
TEST_F(VhModule, ReadsTakeEveryFormOfText) {
  load("nicks", R"(
import vh

class Nick(str):
    def __str__(self): return "another"

def ask():
    vh.GetUserClass("Zo\u00eb")
    vh.GetUserClass("caf\udce9")
    vh.GetUserClass(Nick("mine"))
    vh.GetUserClass(nick="named")
    vh.GetUserClass("")
    vh.GetUserClass("a\0b")
    vh.GetConfig("a", "b")
    vh.GetConfig("a", "b", None)
    vh.GetConfig("a", "b", "c")
)");
  call("nicks", "ask");
  const std::vector<List> expected = {{"Zo\u00eb"},
                                      {"caf\xe9"},
                                      {"mine"},
                                      {"named"},
                                      {""},
                                      {std::string("a\0b", 3)},
                                      {"a", "b", Value()},
                                      {"a", "b", Value()},
                                      {"a", "b", "c"}};
  const auto requests = host.requests();
  ASSERT_EQ(requests.size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(requests[i].args, expected[i]) << i;
  }
}

TEST_F(VhModule, ReadsNameWrongArguments) {
  EXPECT_EQ(error("vh.GetUserClass()"), "TypeError: vh.GetUserClass() needs the argument 'nick'");
  EXPECT_EQ(error("vh.GetUserClass(1)"),
            "TypeError: vh.GetUserClass() argument 'nick' must be str, not int");
  EXPECT_EQ(error("vh.GetUserClass(None)"),
            "TypeError: vh.GetUserClass() argument 'nick' must be str, not NoneType");
  EXPECT_EQ(error("vh.GetUserClass('a', 'b')"),
            "TypeError: vh.GetUserClass() takes 1 arguments, but 2 were given");
  EXPECT_NE(error("vh.GetUserClass('a', nick='b')").find("'nick'"), std::string::npos);
  EXPECT_NE(error("vh.GetUserClass('\\ud800')").find("UnicodeError"), std::string::npos);
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VhModule, WrongArgumentsAreNamed) {
  EXPECT_EQ(error("vh.mc()"), "TypeError: vh.mc() needs the argument 'message'");
  EXPECT_EQ(error("vh.mc(1)"), "TypeError: vh.mc() argument 'message' must be str, not int");
  EXPECT_EQ(error("vh.SendDataToUser('a', 'b', 'c')"),
            "TypeError: vh.SendDataToUser() argument 'delay' must be int, not str");
  EXPECT_EQ(error("vh.mc('a', 'b', 'c')"),
            "TypeError: vh.mc() takes 2 arguments, but 3 were given");
  EXPECT_NE(error("vh.mc('a', what='b')").find("'what'"), std::string::npos);
  EXPECT_NE(error("vh.mc('a', message='b')").find("'message'"), std::string::npos);
  EXPECT_NE(error("vh.SendDataToAll('a', 2 ** 70, 1)").find("OverflowError"), std::string::npos);
  EXPECT_TRUE(host.requests().empty());
}

TEST_F(VhModule, AnErrorOfTheHostIsAnException) {
  host.answer_with(fail(ErrorCode::kBadArguments, "no such class"));
  EXPECT_EQ(error("vh.GetUserClass('x')"), "TypeError: no such class");
  host.answer_with(fail(ErrorCode::kShuttingDown, "going down"));
  EXPECT_EQ(error("vh.mc('x')"), "RuntimeError: going down");
}

TEST_F(VhModule, ResultsComeBackAsTheyAre) {
  host.answer_with(Value(List{"a", "b"}));
  EXPECT_EQ(run("vh.GetNickList()"), Value(List{"a", "b"}));
  host.answer_with(Value(Tuple{{"nick", "desc"}}));
  EXPECT_EQ(run("vh.GetMyINFO('x')"), Value(Tuple{{"nick", "desc"}}));
  host.answer_with(Value());
  EXPECT_EQ(run("vh.GetMyINFO('x')"), Value());
}

TEST_F(VhModule, BadBytesPassThroughUnharmed) {
  const std::string bytes = "caf\xe9|\xff";
  host.answer_with(Value(bytes));
  EXPECT_EQ(run("vh.mc(vh.GetUserIP('x'))"), Value("caf\xed\xb3\xa9|\xed\xb3\xbf"))
      << "to C++ exactly, the surrogates are lone ones";
  EXPECT_EQ(host.requests().back().args.at(0), Value(bytes));
}

TEST_F(VhModule, MayBeCalledFromAThreadOfTheScript) {
  EXPECT_EQ(call("script", "in_thread", {"vh.mc('from a thread')"}), Value(true));
  EXPECT_EQ(call("script", "in_thread", {"vh.GetUserClass('x')"}), Value(true));
  EXPECT_EQ(host.requests().size(), 2U);
}

TEST_F(VhModule, HasItsAttributes) {
  EXPECT_EQ(run("vh.botname"), Value("Bot"));
  EXPECT_EQ(run("vh.opchatname"), Value("Ops"));
  EXPECT_EQ(run("vh.config_name"), Value("conf"));
  EXPECT_EQ(run("vh.basedir"), Value("/base"));
  EXPECT_EQ(run("vh.starttime"), Value(1234567890));
  EXPECT_EQ(run("vh.name"), Value("script"));
  EXPECT_EQ(run("vh.path"), Value((folder.path() / "script.py").string()));
  EXPECT_EQ(run("vh.myid"), Value(0));
  EXPECT_EQ(run("type(vh.__version_string__)"
                ".__name__"),
            Value("str"));
  load("other", kModuleSource);
  EXPECT_EQ(call("other", "run", {"(vh.name, vh.myid)"}), Value(Tuple{{"other", 1}}));
}

// Every module has these. Scripts of Verlihub know them by other names.
TEST_F(VhModule, HasNoNamesThatVerlihubDoesNotHave) {
  EXPECT_EQ(run("[n for n in ('call', 'introduce', 'script_id') if hasattr(vh, n)]"),
            Value(List{}));
  EXPECT_EQ(run("(vh.CallDynamicFunction.__name__, vh.name_and_version.__doc__.split('(')[0])"),
            Value(Tuple{{"CallDynamicFunction", "name_and_version"}}));
}

TEST_F(VhModule, HasItsConstants) {
  for (const VhConstant& constant : kVhConstants) {
    EXPECT_EQ(run("vh." + std::string(constant.name)), Value(constant.value)) << constant.name;
  }
  EXPECT_EQ(run("(vh.eCR_KICKED, vh.eCR_NOREDIR, vh.eBOT_API_ERROR, vh.eBF_HOSTR1)"),
            Value(Tuple{{2, 20, 5, 9}}));
}

TEST_F(VhModule, EncodesAndDecodes) {
  EXPECT_EQ(run("vh.encode('a$b|c')"), Value("a&#36;b&#124;c"));
  EXPECT_EQ(run("vh.Decode(vh.Encode('`~\\x05 \\u20ac'))"), Value("`~\x05 \u20ac"));
  EXPECT_NE(error("vh.encode(1)").find("TypeError"), std::string::npos);
}

TEST_F(VhModule, KnowsItsNameAndVersion) {
  EXPECT_EQ(run("vh.name_and_version()"), Value(Tuple{{"script", ""}}));
  EXPECT_EQ(run("vh.name_and_version('Mine', '1.2')"), Value(Tuple{{"Mine", "1.2"}}));
  EXPECT_EQ(run("vh.name_and_version()"), Value(Tuple{{"Mine", "1.2"}}));
}

}  // namespace
}  // namespace hookline::test
