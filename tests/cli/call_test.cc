#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

namespace {

using ::testing::HasSubstr;

constexpr std::string_view kScript = R"(
import vh

def echo(*args): return list(args)
def add(a, b):
    print("adding")
    return a + b
def boom(): raise ValueError("no such thing")
def leave():
    import sys
    sys.exit(3)
def raw(): return {"x": [1, b"y"]}
def online(): return vh.GetUsersCount()
def say(): return vh.mc("hello")
def user(): return vh.GetUser("ann")
def setting(): return [vh.GetConfig("a", "b"), vh.GetConfig("a", "b", "c")]
def texts(): return (vh.encode("$"), vh.botname, "caf\u00e9")
number = 1
)";

class Call : public ::testing::Test {
 protected:
  CliResult call(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"call", script_.string()});
    return run(std::move(arguments));
  }
  std::string result(std::vector<std::string> arguments) {
    const CliResult done = call(std::move(arguments));
    EXPECT_EQ(done.exit_code, 0) << done.err;
    return done.out;
  }

  TempFolder folder_;
  std::filesystem::path script_ = folder_.write("script.py", kScript);
};

TEST_F(Call, ArgumentsAndResultAreJson) {
  EXPECT_EQ(result({"echo"}), "[]\n");
  EXPECT_EQ(result({"echo", "1", "-2", "-2.5e3", "true", "null", "\"x y\"", "[1, 2]", "[]",
                    "{\"a\": [-1, {}]}", "\"\""}),
            "[1,-2,-2500.0,true,null,\"x y\",[1,2],[],{\"a\":[-1,{}]},\"\"]\n");
  EXPECT_EQ(result({"add", "123456789012345678901234567890", "1"}),
            "123456789012345678901234567891\n");
  EXPECT_EQ(result({"add", "--timeout", "20", "\"a\"", "\"\xc3\xa9\""}), "\"a\xc3\xa9\"\n");
  EXPECT_EQ(result({"texts"}), "[\"&#36;\",\"HubBot\",\"caf\xc3\xa9\"]\n");
}

TEST_F(Call, ScriptErrorsAreTracebacks) {
  const CliResult boom = call({"boom"});
  EXPECT_EQ(boom.exit_code, 1);
  EXPECT_EQ(boom.out, "");
  EXPECT_THAT(boom.err, HasSubstr("Traceback (most recent call last)"));
  EXPECT_THAT(boom.err, HasSubstr("in boom"));
  EXPECT_THAT(boom.err, HasSubstr("ValueError: no such thing"));

  const CliResult leave = call({"leave"});
  EXPECT_EQ(leave.exit_code, 1);
  EXPECT_THAT(leave.err, HasSubstr("SystemExit: 3"));

  EXPECT_EQ(call({"add", "1"}).exit_code, 1);
}

TEST_F(Call, WhatCannotBeCalledIsSaidInASentence) {
  EXPECT_THAT(call({"nothing"}).err, HasSubstr("nothing"));
  EXPECT_EQ(call({"nothing"}).exit_code, 1);
  EXPECT_EQ(call({"number"}).exit_code, 1);
  const CliResult missing = run({"call", (folder_.path() / "no.py").string(), "f"});
  EXPECT_EQ(missing.exit_code, 1);
  EXPECT_THAT(missing.err, HasSubstr("no.py"));
}

TEST_F(Call, AScriptThatDoesNotLoadShowsWhere) {
  script_ = folder_.write("bad.py", "x = 1\ndef f(:\n");
  const CliResult result = call({"f"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("line 2"));
  EXPECT_THAT(result.err, HasSubstr("SyntaxError"));
}

TEST_F(Call, AnArgumentThatIsNotJsonIsAUsageError) {
  const CliResult bare = call({"echo", "1", "nick"});
  EXPECT_EQ(bare.exit_code, 2);
  EXPECT_EQ(bare.out, "");
  EXPECT_THAT(bare.err, HasSubstr("argument 2, nick, is not JSON"));
  EXPECT_THAT(bare.err, HasSubstr("echo '\"nick\"'"));

  const CliResult broken = call({"echo", "{\"a\": }"});
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_THAT(broken.err, HasSubstr("column 7"));
  EXPECT_THAT(broken.err, ::testing::Not(HasSubstr("quotes")));
}

TEST_F(Call, AResultWithoutJsonNamesThePlace) {
  const CliResult raw = call({"raw"});
  EXPECT_EQ(raw.exit_code, 1);
  EXPECT_THAT(raw.err, HasSubstr("no JSON form"));
  EXPECT_THAT(raw.err, HasSubstr("x[1]"));
}

TEST_F(Call, HubFunctionsSayThatThereIsNoHub) {
  for (const char* function : {"online", "say", "user"}) {
    const CliResult result = call({function});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr("needs a hub"));
    EXPECT_THAT(result.err, HasSubstr("RuntimeError"));
  }
  // Settings are unset without a hub, so scripts that read them while they load can be loaded.
  EXPECT_EQ(result({"setting"}), "[null,\"c\"]\n");
}

TEST_F(Call, TheExampleScriptsCanBeCalled) {
  script_ = std::filesystem::path(HOOKLINE_SOURCE_DIR) / "examples/demo/word_filter.py";
  EXPECT_EQ(result({"get_counts"}), "{\"blocked\":0,\"replaced\":0}\n");
  EXPECT_EQ(result({"soften", "\"oh DARN\""}), "\"oh ****\"\n");
}

}  // namespace
}  // namespace hookline::test
