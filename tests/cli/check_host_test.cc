// Tests `hookline check --host` and `hookline reference --host`: those of another host than a hub.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/function.h"
#include "hookline/reference.h"
#include "hookline/typed_hook.h"
#include "tests/cli/cli_run.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Reference game_reference() {
  static constexpr auto kOnMove =
      hook<std::string, double, double>("on_move", {"player", "x", "y"}, hookline::veto);
  static constexpr auto kOnChat =
      hook<std::string, std::string>("on_chat", {"player", "text"}, hookline::last_replacement);
  Module game("game");
  game.constant("MAX_PLAYERS", 64)
      .def(
          "give_gold", [](const std::string& /*player*/, long /*amount*/) {}, arg("player"),
          arg("amount") = 10, "Gives gold to a player.");
  const ReferenceNote notes[] = {
      {.name = "on_move", .when = "A player wants to move."},
      {.name = "score", .signature = "(players: dict[str, int], class: int) -> int"},
  };
  return {std::vector<HookRow>{kOnMove, kOnChat}, game, notes};
}

class CheckHost : public ::testing::Test {
 protected:
  [[nodiscard]] CliResult check(std::vector<std::string> options, std::string_view source) {
    options.insert(options.begin(), {"check", "--host", host_});
    options.push_back(folder_.write("script.py", source).string());
    return run(std::move(options));
  }
  // Expects that the script loads, and returns the messages of its warnings.
  std::vector<std::string> warnings(std::string_view source) {
    const CliResult result = check({"--json"}, source);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    std::vector<std::string> messages;
    const json all = json::parse(result.out);
    for (const json& warning : all["scripts"][0]["warnings"]) {
      messages.push_back(warning["message"]);
    }
    return messages;
  }
  std::string warning(std::string_view source) {
    const auto all = warnings(source);
    EXPECT_EQ(all.size(), 1U) << source;
    return all.empty() ? std::string() : all.front();
  }

  TempFolder folder_;
  std::string host_ = folder_.write("game.json", game_reference().json().value()).string();
};

TEST_F(CheckHost, FindsTheHooksOfTheHost) {
  const CliResult result = check({},
                                 "import game\n"
                                 "def on_move(player, x, y): return game.MAX_PLAYERS\n"
                                 "def on_chat(player, text): pass\n"
                                 "def UnLoad(): pass\n"
                                 "def helper(): pass\n");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("script.py: ok\n"
                                    "  hooks     on_move, on_chat, UnLoad\n"
                                    "  imports   game\n"));
}

TEST_F(CheckHost, KnowsTheNamesThatTheHostHasChosen) {
  Module game("game");
  game.rename("call", "invoke").rename("script_id", "number");
  host_ = folder_.write("renamed.json", Reference({}, game, {}, "goodbye").json().value()).string();
  const CliResult result = check({}, "def goodbye(): pass\ndef UnLoad(): pass\n");
  EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("script.py: ok\n"
                                    "  hooks     goodbye\n"));
  EXPECT_THAT(warning("def goodbye(code): pass\n"), HasSubstr("called with 0"));
  const std::string stub = run({"reference", "--host", host_, "--format", "pyi"}).out;
  EXPECT_THAT(stub, HasSubstr("\nnumber: int"));
  EXPECT_THAT(stub, HasSubstr("\ndef invoke(name: str, *args: Any) -> Any:"));
}

TEST_F(CheckHost, HintsAtMisspeltHooks) {
  EXPECT_EQ(warning("def on_mvoe(player, x, y): pass\n"),
            "on_mvoe is not a hook: did you mean on_move?");
  EXPECT_THAT(warning("def onMove(player, x, y): pass\n"), HasSubstr("did you mean on_move?"));
  EXPECT_THAT(warning("def on_weather(): pass\n"), HasSubstr("nothing will call it"));
  EXPECT_THAT(warnings("def once(): pass\ndef OnUserLogin(nick): pass\ndef move(): pass\n"),
              IsEmpty());
}

TEST_F(CheckHost, WarnsOfArgumentsThatDoNotFit) {
  EXPECT_THAT(warning("def on_move(player): pass\n"),
              HasSubstr("takes 1 argument, but is called with 3 (player, x, y)"));
  EXPECT_THAT(warning("def score(players): pass\n"), HasSubstr("called with 2 (players, class)"));
  EXPECT_THAT(warnings("def score(players, of): pass\ndef on_chat(*all): pass\n"), IsEmpty());
}

TEST_F(CheckHost, OnlyTheModuleOfTheHostIsThere) {
  const CliResult result = check({}, "import vh\n");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.out, HasSubstr("there is no module vh for this Python"));
}

TEST_F(CheckHost, AFileThatDoesNotDescribeAHostIsAnErrorOfTheCommandLine) {
  const std::string bad = folder_.write("bad.json", R"({"module": "game"})").string();
  const std::string script = folder_.write("script.py", "").string();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"check", "--host", bad, script}, {"reference", "--host", bad}}) {
    const CliResult result = run(command);
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("--host: " + bad + " does not describe a host ("));
    EXPECT_THAT(result.err, HasSubstr("let the host write it with hookline::Reference::json()\n"));
  }
  for (const std::string& missing : {folder_.path().string(), bad + ".no"}) {
    const CliResult result = run({"reference", "--host", missing});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_THAT(result.err, HasSubstr(missing + " cannot be read"));
  }
}

TEST_F(CheckHost, TheReferenceIsThatOfTheHostInEachFormat) {
  const auto print = [this](const std::string& format) {
    const CliResult result = run({"reference", "--host", host_, "--format", format});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.out;
  };
  EXPECT_EQ(print("pyi"), game_reference().stub());
  EXPECT_EQ(print("markdown"), game_reference().markdown());
  EXPECT_EQ(print("json"), game_reference().json().value() + "\n");
  EXPECT_THAT(print("markdown"), Not(HasSubstr("vh")));
}

TEST_F(CheckHost, ThePublicReferenceOfAHubIsReadLikeAnyOther) {
  const std::string hub =
      folder_.write("hub.json", run({"reference", "--format=json"}).out).string();
  for (const std::string format : {"pyi", "markdown"}) {
    EXPECT_EQ(run({"reference", "--host", hub, "--format", format}).out,
              run({"reference", "--format", format}).out);
  }
  const std::string script =
      folder_.write("script.py", "import vh\ndef OnTimer(): pass\ndef OnUserLogn(n): pass\n")
          .string();
  EXPECT_EQ(run({"check", "--host", hub, script}).out, run({"check", script}).out);
}

}  // namespace
}  // namespace hookline::test
