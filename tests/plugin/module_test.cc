// Tests a module of the host's own as scripts see it.

#include <gtest/gtest.h>

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "tests/plugin/evaluating_script.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

namespace {

const std::string kSource = "\nimport game\n" + std::string(kEvaluatingFunctions);

struct Sword {
  int strokes = 0;
  int strike() { return ++strokes; }
};

class ModuleTest : public ScriptHostTest {
 protected:
  Module game{"game", "A game."};

  void begin() {
    start({.module = game});
    script = load("script", kSource);
  }
  Value run(std::string_view code) { return call("script", "run", {code}); }
  std::string error(std::string_view code) {
    return *call("script", "error", {code}).as<std::string>();
  }
  // Returns the error with which a host refuses the module.
  std::string refusal() {
    const auto created = ScriptHost::create({.module = game});
    return created ? "" : created.error().to_string();
  }

  ScriptId script{};
};

TEST_F(ModuleTest, HasWhatTheHostPutsIntoIt) {
  game.constant("SPEED", 3)
      .attribute("world", "Midgard")
      .def(
          "add", [](int a, int b) { return a + b; }, arg("a"), arg("b") = 1, "Adds.")
      .def("any",
           [](std::span<const Value> args, const Caller&) -> Result<Value> { return args.size(); });
  begin();
  EXPECT_EQ(run("game.__name__, game.__doc__"), Value(Tuple{{"game", "A game."}}));
  EXPECT_EQ(run("game.SPEED, game.world"), Value(Tuple{{3, "Midgard"}}));
  EXPECT_EQ(run("game.add(1), game.add(1, b=2), game.any(1, 2, 3)"), Value(Tuple{{2, 3, 3}}));
  EXPECT_EQ(run("game.name, game.script_id, game.path[-9:]"),
            Value(Tuple{{"script", 0, "script.py"}}));
  EXPECT_EQ(run("game.add.__module__, game.add.__doc__"),
            Value(Tuple{{"game", "add(a: int, b: int = 1) -> int\n\nAdds."}}));
  EXPECT_EQ(run("repr(game.add)"), Value("<function game.add>"));
  EXPECT_EQ(run("game.call('add', 4)"), Value(5));
  EXPECT_EQ(run("game.introduce('Adder', version='2')"), Value(Tuple{{"Adder", "2"}}));
}

TEST_F(ModuleTest, SaysItsNameInErrors) {
  game.def("add", [](int a) { return a; }, arg("a"));
  begin();
  EXPECT_EQ(error("game.add('x')"), "TypeError: game.add(): argument 'a': expected int, got str");
  EXPECT_EQ(error("game.add()"), "TypeError: game.add() needs the argument 'a'");
  EXPECT_EQ(error("game.nosuch"), "AttributeError: module 'game' has no attribute 'nosuch'");
  EXPECT_EQ(error("game.call('nosuch')"), "NameError: game has no function 'nosuch'");
  EXPECT_EQ(error("game.call()"),
            "TypeError: game.call() needs the name of a function, and its arguments");
}

TEST_F(ModuleTest, IsCalledHostIfTheHostGivesNone) {
  auto created = ScriptHost::create();
  ASSERT_TRUE(created);
  scripts = *std::move(created);
  load("a", "import host\ndef look(): return host.name, [n for n in dir(host) if n[0] != '_']");
  EXPECT_EQ(call("a", "look"),
            Value(Tuple{{"a", List{"batch", "call", "introduce", "name", "path", "script_id"}}}));
}

TEST_F(ModuleTest, TheHostRenamesWhatEveryModuleHas) {
  game.def(
          "call", [](int a) { return a; }, arg("a"))
      .rename("call", "invoke")
      .rename("introduce", "present")
      .rename("batch", "together")
      .rename("script_id", "number")
      .rename("name", "title")
      .rename("path", "name");
  begin();
  EXPECT_EQ(run("[n for n in dir(game) if n[0] != '_']"),
            Value(List{"call", "invoke", "name", "number", "present", "title", "together"}));
  EXPECT_EQ(run("game.title, game.number, game.name[-9:]"),
            Value(Tuple{{"script", 0, "script.py"}}));
  EXPECT_EQ(run("game.invoke('call', 4), game.call(5)"), Value(Tuple{{4, 5}}));
  EXPECT_EQ(run("game.present('Mine')"), Value(Tuple{{"Mine", ""}}));
  EXPECT_EQ(run("game.invoke.__name__, game.invoke.__module__, game.invoke.__doc__[:26]"),
            Value(Tuple{{"invoke", "game", "invoke(name, *args) -> any"}}));
  EXPECT_EQ(error("game.invoke()"),
            "TypeError: game.invoke() needs the name of a function, and its arguments");
  EXPECT_EQ(error("game.present(1, 2, 3)"),
            "TypeError: present() takes at most 2 arguments (3 given)");
  EXPECT_EQ(error("game.introduce()"),
            "AttributeError: module 'game' has no attribute 'introduce'");
  EXPECT_EQ(scripts->def("together", [] {}).error().to_string(),
            "bad_arguments: game.together is part of the module: give your function another name");
}

// CPython keeps pointers to the name and the description of a function, which are the module's.
TEST_F(ModuleTest, ARenamedFunctionWorksAsLongAsAScriptHasIt) {
  game.def("now", [] { return 1; }).rename("call", "a_name_that_is_longer_than_a_short_text");
  begin();
  EXPECT_EQ(
      run("[(kept := game.a_name_that_is_longer_than_a_short_text) and None, "
          "delattr(game, 'a_name_that_is_longer_than_a_short_text'), "
          "__import__('sys').modules.pop('game').now(), globals().pop('game').now(), "
          "__import__('gc').collect() >= 0, kept('now'), kept.__name__]"),
      Value(List{Value(), Value(), 1, 1, true, 1, "a_name_that_is_longer_than_a_short_text"}));
}

TEST_F(ModuleTest, TwoHostsOfAProcessHaveTheirOwn) {
  game.def("who", [] { return std::string("game"); }, RunsOn::kCaller);
  begin();
  Module chat("chat");
  chat.def("who", [] { return std::string("chat"); }, RunsOn::kCaller);
  auto other = ScriptHost::create({.module = chat});
  ASSERT_TRUE(other);
  const auto path = folder.write("b.py", "import chat\ndef who(): return chat.who()");
  const auto id = (*other)->load(path).get();
  ASSERT_TRUE(id) << id.error().to_string();
  EXPECT_EQ((*other)->call(*id, "who", {}).get().value(), Value("chat"));
  EXPECT_EQ(run("game.who()"), Value("game"));
}

TEST_F(ModuleTest, ResourcesBelongToIt) {
  game.def_resource<Sword>(
      "Sword", [] { return std::make_unique<Sword>(); }, method("strike", &Sword::strike));
  begin();
  EXPECT_EQ(run("[repr(s := game.Sword()), s.strike(), s.strike(), s.release()]"),
            Value(List{"<game.Sword>", 1, 2, Value()}));
  EXPECT_EQ(error("(s := game.Sword(), s.release(), s.strike())"),
            "ValueError: game.Sword.strike(): the game.Sword has been released");
}

TEST_F(ModuleTest, FunctionsThatComeLaterAreFoundToo) {
  game.def("now", [] { return 1; });
  begin();
  EXPECT_EQ(run("'__getattr__' in vars(game)"), Value(false)) << "it would slow look-ups down";
  ASSERT_TRUE(scripts->def("later", [] { return 2; }));
  EXPECT_EQ(run("game.later(), game.now()"), Value(Tuple{{2, 1}}));
  EXPECT_EQ(scripts->def("now", [] { return 3; }).error().to_string(),
            "bad_arguments: game.now is part of the module: give your function another name");
}

// The script's own thread finds it, too, in the middle of a call.
TEST_F(ModuleTest, AFunctionThatComesDuringACallIsFoundInIt) {
  game.def("grow", [this] { return scripts->def("grown", [] { return 7; }).has_value(); });
  begin();
  EXPECT_EQ(run("(game.grow(), game.grown())"), Value(Tuple{{true, 7}}));
}

TEST_F(ModuleTest, SendsAreCollectedByABatch) {
  std::vector<std::string> told;
  game.def(
          "tell", [&told](std::string text) { told.push_back(std::move(text)); }, is_send)
      .def("told", [&told] { return told.size(); }, RunsOn::kCaller);
  begin();
  ASSERT_TRUE(
      scripts->def("shout", [&told](std::string text) { told.push_back(text + "!"); }, is_send));
  load("sender", R"(
import game
def send():
    with game.batch():
        first = game.tell("a"), game.shout("b")
        before = game.told()
    return first, before, game.told()
)");
  EXPECT_EQ(call("sender", "send"), Value(Tuple{{Tuple{{true, true}}, 0, 2}}));
  EXPECT_EQ(told, (std::vector<std::string>{"a", "b!"}));
}

TEST_F(ModuleTest, IsImportedAgainAfterItWasDeleted) {
  game.def("now", [] { return 1; });
  begin();
  EXPECT_EQ(run("(__import__('sys').modules.pop('game') is game, __import__('game') is game, "
                "__import__('game').now())"),
            Value(Tuple{{true, false, 1}}));
}

TEST_F(ModuleTest, EveryScriptOfTheMainInterpreterHasIt) {
  game.def("now", [] { return 1; });
  start({.module = game, .python = {.gil = Gil::kMain}});
  for (const char* name : {"a", "b"}) {
    const ScriptId id = load(name, "import game\ndef look(): return game.name, game.now()");
    EXPECT_EQ(call(name, "look"), Value(Tuple{{name, 1}}));
    ASSERT_TRUE(scripts->reload(id).get());
    EXPECT_EQ(call(name, "look"), Value(Tuple{{name, 1}}));
    ASSERT_TRUE(scripts->unload(id).get());
  }
}

TEST_F(ModuleTest, TheFirstMistakeIsAnErrorOfCreate) {
  game.def("f", [](int a) { return a; }, arg("a"), arg("b")).constant("1st", 1);
  EXPECT_EQ(refusal(), "bad_arguments: game.f has 1 parameters: give it as many arg() or none");
  EXPECT_FALSE(game.check());
}

TEST_F(ModuleTest, NamesAreThereOnce) {
  game.constant("f", 1).def("f", [] {});
  EXPECT_EQ(refusal(), "bad_arguments: game.f is there twice: give one another name");
}

TEST_F(ModuleTest, NamesOfEveryModuleAreTaken) {
  game.attribute("batch", 1);
  EXPECT_EQ(refusal(),
            "bad_arguments: every module has a 'batch' of its own: give yours another name, or "
            "rename() that of the module");
}

TEST_F(ModuleTest, OnlyWhatEveryModuleHasIsRenamed) {
  game.def("f", [] {}).rename("f", "g");
  EXPECT_EQ(refusal(),
            "bad_arguments: modules have no 'f' that could be renamed: rename introduce, call, "
            "batch, script_id, name or path");
}

TEST_F(ModuleTest, NewNamesAreThereOnceToo) {
  const auto refusal_of = [](std::string_view name, const char* new_name) {
    Module module("game");
    module.def("f", [] {}).rename(name, new_name);
    const auto checked = module.check();
    return checked ? "" : checked.error().message;
  };
  EXPECT_EQ(refusal_of("call", "call"), "");
  EXPECT_EQ(refusal_of("call", "f"),
            "every module has a 'f' of its own: give yours another name, or rename() that of the "
            "module");
  EXPECT_EQ(refusal_of("call", "path"), "game.path is there twice: give one another name");
  EXPECT_EQ(refusal_of("call", "a b"),
            "'a b' cannot be the name of something in the module game: give it another name");
  EXPECT_NE(refusal_of("call", "__getattr__"), "");
}

TEST_F(ModuleTest, NamesAreIdentifiers) {
  game.constant("a b", 1);
  EXPECT_EQ(refusal(),
            "bad_arguments: 'a b' cannot be the name of something in the module game: give it "
            "another name");
  EXPECT_FALSE(Module("a.b").check());
}

TEST_F(ModuleTest, FunctionsAreForAllScripts) {
  game.def("f", [] {}, ScriptId{1});
  EXPECT_EQ(refusal(), "bad_arguments: game.f() is for one script: use ScriptHost::def() for it");
}

TEST_F(ModuleTest, ASendRunsOnTheHostsThread) {
  game.def("f", [] {}, RunsOn::kCaller, is_send);
  EXPECT_NE(refusal(), "");
}

}  // namespace
}  // namespace hookline::test
