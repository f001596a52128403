#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace cli;

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Check : public ::testing::Test {
 protected:
  // Checks one script with this source, and returns its report.
  json check(std::string_view source) {
    const auto path = folder_.write("script.py", source);
    const CliResult result = run({"check", "--json", path.string()});
    EXPECT_EQ(result.err, "");
    const json all = json::parse(result.out);
    EXPECT_EQ(all["scripts"].size(), 1U);
    const json report = all["scripts"][0];
    EXPECT_EQ(all["ok"], report["loads"]);
    EXPECT_EQ(result.exit_code, report["loads"] == true ? 0 : 1);
    return report;
  }
  // Expects exactly one warning, and returns its message.
  std::string warning(std::string_view source) {
    const json report = check(source);
    EXPECT_TRUE(report["loads"]);
    EXPECT_EQ(report["warnings"].size(), 1U) << report;
    return report["warnings"].empty() ? "" : report["warnings"][0]["message"];
  }

  TempFolder folder_;
};

TEST_F(Check, FindsHooks) {
  const json report = check(
      "import os.path\n"
      "def OnUserLogin(nick): return 1\n"
      "def helper(): pass\n"
      "class OnTimer: pass\n"
      "try:\n"
      "    def OnParsedMsgChat(nick, message, *more): pass\n"
      "finally:\n"
      "    OnUserLogout = OnUserLogin\n"
      "def UnLoad(): pass\n"
      "def OnScriptQuery(command, data, recipient, sender): return ''\n");
  std::vector<std::string> names;
  for (const json& hook : report["hooks"]) {
    names.push_back(hook["name"]);
  }
  EXPECT_THAT(names, ::testing::ElementsAre("OnUserLogin", "OnParsedMsgChat", "OnUserLogout",
                                            "UnLoad", "OnScriptQuery"));
  EXPECT_EQ(report["hooks"][1]["line"], 6);
  EXPECT_THAT(report["warnings"], IsEmpty());
  EXPECT_EQ(report["imports"][0]["module"], "os.path");
  EXPECT_EQ(report["imports"][0]["status"], "ok");
}

TEST_F(Check, DoesNotRunTheScript) {
  const auto trace = folder_.path() / "trace";
  const json report = check("open(" + json(trace.string()).dump() + ", 'w')\nraise SystemExit\n");
  EXPECT_TRUE(report["loads"]);
  EXPECT_FALSE(std::filesystem::exists(trace));
}

TEST_F(Check, HintsAtNamesThatAreAlmostHooks) {
  EXPECT_THAT(warning("def OnUserLogn(nick): pass\n"), HasSubstr("did you mean OnUserLogin?"));
  EXPECT_THAT(warning("def on_user_login(nick): pass\n"), HasSubstr("did you mean OnUserLogin?"));
  EXPECT_THAT(warning("def OnUnload(code): pass\n"), HasSubstr("did you mean"));
  EXPECT_THAT(warning("def OnSomethingElse(x): pass\n"), HasSubstr("nothing will call it"));
  EXPECT_THAT(check("def once(): pass\ndef only(): pass\ndef f(): pass\n")["warnings"], IsEmpty());
}

TEST_F(Check, WarnsOfArgumentsThatDoNotFit) {
  EXPECT_THAT(warning("def OnParsedMsgChat(nick): pass\n"),
              HasSubstr("takes 1 argument, but is called with 2 (nick, message)"));
  EXPECT_THAT(warning("def OnUserLogin(): pass\n"), HasSubstr("takes 0 arguments"));
  EXPECT_THAT(warning("def UnLoad(code): pass\n"), HasSubstr("called with 0"));
  EXPECT_THAT(warning("def OnUserLogin(nick, *, why): pass\n"), HasSubstr("needs why by name"));
  EXPECT_THAT(warning("async def OnUserLogin(nick): pass\n"), HasSubstr("async"));
  for (const char* fits :
       {"def OnTimer(): pass\n", "def OnTimer(msec): pass\n", "def OnUserLogin(*a): pass\n",
        "def OnUserLogin(nick, x=1, *, y=2): pass\n",
        "def OnParsedMsgChat(nick, /, *rest): pass\n"}) {
    EXPECT_THAT(check(fits)["warnings"], IsEmpty()) << fits;
  }
}

TEST_F(Check, SyntaxErrorsHaveLineAndColumn) {
  const json report = check("x = 1\nif x = 2:\n    pass\n");
  EXPECT_FALSE(report["loads"]);
  EXPECT_EQ(report["errors"][0]["line"], 2);
  EXPECT_EQ(report["errors"][0]["column"], 4);
  EXPECT_FALSE(check("return 1\n")["loads"]);
  EXPECT_FALSE(check(std::string_view("x = 1\0", 6))["loads"]);
  EXPECT_FALSE(check("x = '\xff'\n")["loads"]);
}

TEST_F(Check, MissingModulesAreErrors) {
  const json report = check("import os\nimport no_such_module.part\n");
  EXPECT_FALSE(report["loads"]);
  EXPECT_EQ(report["imports"][1]["status"], "missing");
  EXPECT_EQ(report["errors"][0]["line"], 2);
  EXPECT_THAT(report["errors"][0]["message"].get<std::string>(), HasSubstr("no_such_module"));
}

TEST_F(Check, ModulesThatTheScriptCanDoWithoutAreWarnings) {
  for (const char* source : {
           "try:\n    import no_such_module\nexcept ImportError:\n    pass\n",
           "try:\n    import no_such_module\nexcept:\n    pass\n",
           "try:\n    import no_such_module\nexcept (OSError, ModuleNotFoundError):\n    pass\n",
           "def f():\n    import no_such_module\n",
           "if TYPE_CHECKING:\n    import no_such_module\n",
       }) {
    EXPECT_THAT(warning(source), HasSubstr("can do without")) << source;
  }
}

TEST_F(Check, ModulesThatRefuseAnOwnGilAreErrors) {
  const json report = check("import faulthandler\n");
  EXPECT_FALSE(report["loads"]);
  EXPECT_EQ(report["imports"][0]["status"], "refuses");
  const std::string message = report["errors"][0]["message"];
  EXPECT_THAT(message, HasSubstr("GIL of its own"));
  EXPECT_THAT(message, HasSubstr("# hookline: gil=shared"));
  EXPECT_THAT(message, HasSubstr("leave it out"));
}

TEST_F(Check, AScriptWithTheSharedGilIsImportedForUnderThat) {
  const json report = check("# hookline: gil=shared\nimport faulthandler\n");
  EXPECT_TRUE(report["loads"]) << report;
}

TEST_F(Check, WarnsOfFilesThatTheLibraryHides) {
  folder_.write("calendar.py", "raise SystemExit\n");
  EXPECT_THAT(warning("import calendar\n"), HasSubstr("calendar is the module of the standard"));
  EXPECT_THAT(check("import queue\n")["warnings"], IsEmpty());
  const auto path = folder_.write("queue.py", "import queue\n");
  const CliResult result = run({"check", path.string()});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  EXPECT_THAT(result.out, HasSubstr("queue.py: warning: has the name of a module of the standard"));
  EXPECT_THAT(result.out, HasSubstr("queue_script"));
}

TEST_F(Check, WarnsOfCallbacksThatCCodeMayCallOnThreadsOfItsOwn) {
  EXPECT_THAT(warning("import ctypes\nkind = ctypes.CFUNCTYPE(ctypes.c_int)\n"),
              HasSubstr("gil=main"));
  EXPECT_THAT(warning("from ctypes import PYFUNCTYPE\nkind = PYFUNCTYPE(None)\n"),
              HasSubstr("PYFUNCTYPE"));
  EXPECT_THAT(
      check("# hookline: gil=main\nimport ctypes\nkind = ctypes.CFUNCTYPE(None)\n")["warnings"],
      IsEmpty());
}

TEST_F(Check, WarnsOfCallsThatAreRefused) {
  EXPECT_THAT(warning("import signal\ndef f(): signal.signal(signal.SIGTERM, f)\n"),
              HasSubstr("signal.signal() is refused in a script: use"));
  EXPECT_THAT(warning("import os\nif False: os.abort()\n"), HasSubstr("raise an exception"));
  EXPECT_THAT(check("import os, signal\ndef f(): os.close(signal.alarm(0))\n")["warnings"],
              IsEmpty());
}

TEST_F(Check, KnowsFunctionsThatOnlyThisHubHas) {
  const json report = check("from vh import GetUser, GetUserClass\n");
  EXPECT_THAT(report["errors"], IsEmpty());
  EXPECT_THAT(report["warnings"], IsEmpty());
}

TEST_F(Check, FilesBesideTheScriptAreReadAndNotRun) {
  folder_.write("beside.py", "import no_such_module\nraise SystemExit\n");
  const json report = check("import beside\n");
  EXPECT_FALSE(report["loads"]);
  EXPECT_EQ(report["imports"][1]["status"], "beside");
  EXPECT_EQ(report["errors"][0]["file"], (folder_.path() / "beside.py").string());
  folder_.write("beside.py", "import beside, script\n");
  EXPECT_TRUE(check("from beside import x\n")["loads"]);
}

TEST_F(Check, PackagesAreFollowed) {
  std::filesystem::create_directory(folder_.path() / "bot");
  folder_.write("bot/__init__.py",
                "from . import part\nfrom .part import x\n"
                "def OnUserLogin(nick): pass\n");
  folder_.write("bot/part.py", "import no_such_module\n");
  const CliResult result = run({"check", "--json", (folder_.path() / "bot").string()});
  EXPECT_EQ(result.exit_code, 1);
  const json report = json::parse(result.out)["scripts"][0];
  EXPECT_EQ(report["hooks"].size(), 1U);
  EXPECT_EQ(report["errors"].size(), 1U);
  EXPECT_EQ(report["errors"][0]["file"], (folder_.path() / "bot/part.py").string());
}

TEST_F(Check, ForPeopleFindingsComeFirst) {
  const std::string bad = folder_.write("bad.py", "import os\nx = (\n").string();
  const std::string good =
      folder_.write("good.py", "import os, re\ndef OnUserLogn(n): pass\ndef OnTimer(): pass\n")
          .string();
  const CliResult result = run({"check", bad, good});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr(bad + ":2:5: error: syntax error: '(' was never closed\n" +
                                    bad + ": cannot be loaded\n"));
  EXPECT_THAT(result.out, HasSubstr(good + ":2:1: warning: OnUserLogn is not a hook"));
  EXPECT_THAT(result.out, HasSubstr(good + ": ok\n  hooks     OnTimer\n  imports   os, re\n"));
}

TEST_F(Check, WhatIsNoScriptIsSaid) {
  const CliResult result =
      run({"check", (folder_.path() / "no.py").string(), folder_.path().string()});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("no.py: error: cannot be read"));
  EXPECT_THAT(result.out, HasSubstr("__init__.py"));
}

TEST_F(Check, TheExampleScriptsAreFine) {
  const auto folder = std::filesystem::path(HOOKLINE_SOURCE_DIR) / "examples/demo";
  const CliResult result =
      run({"check", "--json", (folder / "welcome_stats.py").string(),
           (folder / "word_filter.py").string(), (folder / "flood_guard.py").string()});
  EXPECT_EQ(result.exit_code, 0) << result.out;
  const json output = json::parse(result.out);
  for (const json& report : output["scripts"]) {
    EXPECT_THAT(report["warnings"], IsEmpty());
  }
}

}  // namespace
}  // namespace hookline::test
