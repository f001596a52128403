#include "hookline/reference.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "hookline/function.h"
#include "hookline/hook.h"
#include "hookline/script_host.h"
#include "hookline/typed_hook.h"
#include "plugin/functions/module_data.h"

namespace hookline::test {

namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kOnMove =
    hook<std::string, double, double>("on_move", {"player", "x", "y"}, hookline::veto);
constexpr auto kOnChat =
    hook<std::string, std::string>("on_chat", {"player", "text"}, hookline::last_replacement);
constexpr auto kOnTick = hook<Value, Bytes, bool, int>("on_tick", {"state", "raw", "day", "n"});
const AnswerRule kOwn{.decides = true,
                      .read = [](const HookRow&, Value&, Answer&) { return false; },
                      .merge = [](Decision&, Answer&&) {}};
constexpr auto kOnTrade = hook<>("on_trade", {}, kOwn);
const std::vector<HookRow> kHooks = {kOnMove, kOnChat, kOnTick, kOnTrade};

struct Sword {
  int strike(int times) const { return times; }
};

Module make_game() {
  Module game("game", "A game.");
  game.constant("SPEED", 3, "The speed of light.")
      .constant("COLOURS", Tuple{{"red", "blue"}})
      .constant("MAGIC", Bytes{"\x7f\x80\xff"})
      .constant("FAR", -std::numeric_limits<double>::infinity())
      .constant("ONE", 1.0)
      .attribute("world", "Midgard", "Where it is.")
      .def(
          "find",
          [](std::vector<std::string> names, std::optional<int> most, int least) {
            return names.size() + static_cast<std::size_t>(most.value_or(least));
          },
          arg("names"), arg("most") = nullptr, arg("least") = 2, "Finds \\players.")
      .def(
          "each", [](const Callback&) {}, arg("from"), RunsOn::kCaller)
      .def("any", [](std::span<const Value>, const Caller&) -> Result<Value> { return {}; })
      .def_resource<Sword>(
          "Sword", [](int /*length*/) { return std::make_unique<Sword>(Sword{}); },
          arg("length") = 1, method("strike", &Sword::strike, arg("times"), "Hits."), "A sword.");
  return game;
}

const std::vector<ReferenceNote> kNotes = {
    {.name = "any", .group = "Second"},
    {.name = "find", .group = "First", .example = "\ngame.find([])\n"},
    {.name = "on_move",
     .example = "\ndef on_move(player, x, y):\n    return x > 0\n",
     .when = "A player wants to go to a place."},
    {.name = "on_trade", .when = "Two players trade.", .result = "A number is the tax."},
    {.name = "greet", .when = "A player has come.", .signature = "(player: str) -> str"},
};

Reference make_reference() { return {kHooks, make_game(), kNotes}; }

TEST(ReferenceStub, DescribesTheModule) {
  const std::string stub = make_reference().stub();
  EXPECT_TRUE(stub.starts_with("\"\"\"A game.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("\nSPEED: Final = 3  # The speed of light.\n"));
  EXPECT_THAT(stub, HasSubstr("\nworld: str  # Where it is.\n"));
  EXPECT_THAT(stub, HasSubstr("\nname: str  # The name of this script"));
  EXPECT_THAT(stub, HasSubstr("\ndef find(names: list[Any], most: int | None = None, least: int = "
                              "2) -> int:\n    \"\"\"Finds \\\\players.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef each(from_: Callable[..., Any], /) -> None: ...\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef any(*args: Any) -> Any: ...\n"));
  EXPECT_THAT(stub, HasSubstr("\nclass Sword:\n    \"\"\"A sword.\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr("    def __init__(self, length: int = 1) -> None: ...\n"));
  EXPECT_THAT(stub, HasSubstr("    def strike(self, times: int) -> int:\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef batch() -> AbstractContextManager[Any]:\n"));
  EXPECT_THAT(stub, HasSubstr("\ndef __getattr__(name: str) -> HostFunction:\n"));
}

TEST(ReferenceStub, HasTheHooksAsComments) {
  const std::string stub = make_reference().stub();
  EXPECT_THAT(stub, HasSubstr("\n# def on_move(player: str, x: float, y: float) -> bool | None: "
                              "...\n#     A player wants to go to a place. If a script returns "
                              "False, the event is blocked.\n"));
  EXPECT_THAT(stub,
              HasSubstr("\n# def on_tick(state: Any, raw: bytes, day: bool, n: int) -> None"));
  EXPECT_THAT(stub,
              HasSubstr("\n# def on_trade() -> Any: ...\n#     Two players trade. A number is "
                        "the tax.\n"));
  EXPECT_THAT(stub,
              HasSubstr("\n# def greet(player: str) -> str: ...\n#     A player has come.\n"));
  EXPECT_THAT(stub, HasSubstr("\n# def UnLoad() -> None: ...\n"));
}

// Python must be able to read the stub, whatever the host says about itself.
TEST(ReferenceStub, EscapesWhatWouldEndAText) {
  Module game("game", "Says \"hi\"");
  game.constant("SPEED", 3, "The speed\nof light.")
      .def("find", [] { return 1; }, R"(Finds """all""" of "them" now.)");
  const ReferenceNote note{.name = "on_move", .when = "A player\nmoves."};
  const std::string stub = Reference(kHooks, game, std::span(&note, 1)).stub();
  EXPECT_THAT(stub, HasSubstr("\"\"\"Says \"hi\\\"\"\"\"\n"));
  EXPECT_THAT(stub, HasSubstr(R"("""Finds \"\""all\"\"" of "them" now.""")"));
  EXPECT_THAT(stub, HasSubstr("SPEED: Final = 3  # The speed of light.\n"));
  EXPECT_THAT(stub, HasSubstr("#     A player moves. If a script"));
}

TEST(Reference, GivesACopyOfTheModule) {
  const Reference reference = make_reference();
  Module module = reference.module();
  module.constant("ADDED", 1);
  EXPECT_THAT(reference.stub(), Not(HasSubstr("ADDED")));
  EXPECT_THAT(Reference(kHooks, module).stub(), HasSubstr("ADDED"));
}

TEST(ReferenceMarkdown, DescribesTheModule) {
  const std::string page = Reference(kHooks, make_game()).markdown();
  EXPECT_THAT(page,
              HasSubstr("\n#### game.find\n\n`find(names: list[Any], most: int | None = None, "
                        "least: int = 2) -> int`\n\nFinds \\players. *On the host's "
                        "thread.*\n"));
  EXPECT_THAT(page, HasSubstr("\n#### game.Sword\n\n`Sword(length: int = 1) -> Sword`\n"));
  EXPECT_THAT(page, HasSubstr("\n| `SPEED` | 3 | The speed of light. |\n"));
  EXPECT_THAT(page, HasSubstr("\n| `world` | Where it is. |\n"));
  EXPECT_THAT(page, Not(HasSubstr("### Other")));
}

TEST(ReferenceMarkdown, DescribesTheHooks) {
  const std::string page = make_reference().markdown();
  EXPECT_THAT(page, HasSubstr("\n### on_move\n\n`on_move(player: str, x: float, y: float)`\n\nA "
                              "player wants to go to a place. If a script returns False, the event "
                              "is blocked.\n\n```python\ndef on_move(player, x, y):\n"));
  EXPECT_THAT(page, HasSubstr("\n### on_tick\n\n`on_tick(state: Any, raw: bytes, day: bool, n: "
                              "int)`\n\nThe host ignores the result.\n"));
  EXPECT_THAT(page,
              HasSubstr("\n### greet\n\n`greet(player: str) -> str`\n\nA player has come.\n"));
}

TEST(ReferenceMarkdown, NotesGroupTheFunctions) {
  const std::string page = make_reference().markdown();
  EXPECT_LT(page.find("### Second"), page.find("### First"));
  EXPECT_LT(page.find("### First"), page.find("### Other"));
  EXPECT_THAT(page, HasSubstr("\n```python\ngame.find([])\n```\n"));
}

TEST(ReferenceJson, IsReadAsItWasWritten) {
  const Reference made = make_reference();
  const std::string json = made.json().value();
  const Reference read = Reference::from_json(json).value();
  EXPECT_EQ(read.json().value(), json);
  EXPECT_EQ(read.stub(), made.stub());
  EXPECT_EQ(read.markdown(), made.markdown());
  ASSERT_EQ(read.hooks().size(), kHooks.size());
  for (std::size_t i = 0; i < kHooks.size(); ++i) {
    EXPECT_EQ(detail::hook_key(read.hooks()[i]), detail::hook_key(kHooks[i]));
    EXPECT_EQ(read.hooks()[i].names, kHooks[i].names);
  }
  EXPECT_EQ(read.hooks()[0].rule, &veto);
  EXPECT_EQ(read.hooks()[2].rule, &observe);
  EXPECT_NE(read.hooks()[3].rule->merge, nullptr);
}

TEST(ReferenceJson, HasTheNamesThatTheHostHasChosen) {
  Module game("game");
  game.def("call", [] {})
      .rename("call", "invoke")
      .rename("introduce", "path")
      .rename("path", "file");
  const std::vector<ReferenceNote> notes = {{.name = "invoke", .example = "\ngame.invoke('f')\n"}};
  const Reference made(kHooks, game, notes, "goodbye");
  EXPECT_THAT(made.stub(), AllOf(HasSubstr("\ndef invoke(name: str, *args: Any) -> Any:\n"),
                                 HasSubstr("\ndef call() -> None: ...\n"),
                                 HasSubstr("\ndef path(name: str = ...,"), HasSubstr("\nfile: str"),
                                 HasSubstr("\n# def goodbye() -> None"), Not(HasSubstr("UnLoad")),
                                 Not(HasSubstr("introduce"))));
  EXPECT_THAT(made.markdown(),
              AllOf(HasSubstr("\n#### game.invoke\n"), HasSubstr("\n```python\ngame.invoke('f')\n"),
                    HasSubstr("\n| `file` |"), HasSubstr("\n### goodbye\n")));
  const std::string json = made.json().value();
  const Reference read = Reference::from_json(json).value();
  EXPECT_EQ(read.json().value(), json);
  EXPECT_EQ(read.stub(), made.stub());
  EXPECT_EQ(read.markdown(), made.markdown());
  EXPECT_EQ(detail::ModuleAccess::data(read.module())->core_name("call"), "invoke");
}

TEST(ReferenceJson, AHostMayCallNoFunctionAtTheEnd) {
  const std::string json = Reference(kHooks, make_game(), {}, "").json().value();
  EXPECT_THAT(json,
              AllOf(HasSubstr(R"("other_hooks":[],"farewell":"")"), Not(HasSubstr("UnLoad"))));
  EXPECT_THAT(Reference::from_json(json).value().stub(), Not(HasSubstr("UnLoad")));
}

TEST(ReferenceJson, DescribesTheFarewellOfARunningHost) {
  const auto scripts = ScriptHost::create({.hooks = kHooks, .farewell = "goodbye"}).value();
  EXPECT_THAT(Reference(*scripts).stub(), HasSubstr("\n# def goodbye() -> None"));
}

TEST(ReferenceJson, ValuesKeepTheirTypes) {
  const Module game = make_game();
  const Module read = Reference::from_json(make_reference().json().value()).value().module();
  EXPECT_EQ(read.name(), "game");
  const auto& constants = detail::ModuleAccess::data(read)->constants;
  const auto& wanted = detail::ModuleAccess::data(game)->constants;
  ASSERT_EQ(constants.size(), wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(constants[i].value, wanted[i].value) << wanted[i].name;
  }
}

TEST(ReferenceJson, WhatIsInsideOfContainersBecomesWhatJsonHas) {
  Module odd("odd");
  odd.constant("SET", Set{{Tuple{{1, std::nan("")}}}})
      .constant("DICT", Dict{{{Value(1), Value(FrozenSet{{Value(2)}})}}});
  const std::string json = Reference({}, odd).json().value();
  EXPECT_THAT(json, AllOf(HasSubstr(R"("value":[[1,"nan"]],"type":"set")"),
                          HasSubstr(R"("value":{"1":[2]},"type":"dict")")));
}

TEST(ReferenceJson, DescribesARunningHostWithTheFunctionsThatCameLater) {
  const auto scripts = ScriptHost::create({.hooks = kHooks, .module = make_game()}).value();
  ASSERT_TRUE(scripts->def("zoom", [](int by) { return by; }, arg("by"), "Zooms."));
  ASSERT_TRUE(scripts->def("ahead", [] {}));
  const Reference reference(*scripts);
  EXPECT_THAT(reference.stub(),
              HasSubstr("\ndef ahead() -> None: ...\n\ndef zoom(by: int) -> int:"));
  EXPECT_THAT(reference.markdown(), HasSubstr("\n### on_chat\n"));
  EXPECT_TRUE(scripts->undef("zoom"));
  EXPECT_THAT(Reference(*scripts).stub(), Not(HasSubstr("zoom")));
  EXPECT_THAT(reference.stub(), HasSubstr("zoom"));
}

TEST(ReferenceJson, FunctionsThatWereReadFailWithASentence) {
  const Module game = Reference::from_json(make_reference().json().value()).value().module();
  const auto find = detail::ModuleAccess::data(game)->find("find");
  ASSERT_NE(find, nullptr);
  EXPECT_EQ(find->call({}, Caller()).error().message,
            "find() needs the host, and there is none here: run the script in its host");
}

TEST(ReferenceJson, FewKeysAreEnough) {
  const auto reference = Reference::from_json(
      R"({"module": "game", "hooks": [{"name": "on_tick", "arguments": [], "new_key": 1}]})");
  ASSERT_TRUE(reference) << reference.error().to_string();
  EXPECT_EQ(reference->hooks()[0].rule, &observe);
  EXPECT_THAT(reference->stub(), HasSubstr("# def UnLoad() -> None"));
}

TEST(ReferenceJson, MistakesAreNamed) {
  struct Row {
    const char* json;
    const char* message;
  };
  const std::string many = R"({"name": "a", "type": "int"},)";
  const std::string too_many = R"({"module": "x", "hooks": [{"name": "h", "arguments": [)" + many +
                               many + many + many + many + many +
                               R"({"name": "b", "type": "int"}]}]})";
  const Row rows[] = {
      {"{", "JSON, line 1"},
      {"[]", "host"},
      {R"({"hooks": []})", "module"},
      {R"({"module": "x"})", "hooks"},
      {R"({"module": "x y", "hooks": []})", "'x y' cannot be the name of a module"},
      {R"({"module": "x", "hooks": [{"name": 3, "arguments": []}]})",
       "host.hooks[0].name: expected str, got int"},
      {R"({"module": "x", "hooks": [{"name": "on move", "arguments": []}]})", "on move"},
      {R"({"module": "x", "hooks": [{"name": "h", "arguments": [{"name": "a", "type": "long"}]}]})",
       "the hook 'h' has an argument of the type 'long', which is not one of str,"},
      {R"({"module": "x", "hooks": [{"name": "h", "arguments": [], "rule": "no"}]})",
       "the hook 'h' has the rule 'no', which is not one of observe,"},
      {R"({"module": "x", "hooks": [], "functions": [{"name": "__f", "arguments": []}]})", "__f"},
      {R"({"module": "x", "hooks": [], "constants": [{"name": "A", "value": 1},
           {"name": "A", "value": 2}]})",
       "x.A is there twice"},
      {R"({"module": "x", "hooks": [], "extras": [{"name": "f", "means": "g"}]})",
       "modules have no 'g' that could be renamed"},
      {too_many.c_str(), "has more than 6 arguments"},
  };
  for (const Row& row : rows) {
    const auto reference = Reference::from_json(row.json);
    ASSERT_FALSE(reference) << row.json;
    EXPECT_THAT(reference.error().message, HasSubstr(row.message));
  }
}

}  // namespace
}  // namespace hookline::test
