#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

using testing::HasSubstr;

class ScriptLoading : public InterpTest {
 protected:
  Error load_error(std::string_view source, const std::filesystem::path& name = "script.py") {
    const Result<void> loaded = interpreter().load_script(folder().write(name, source));
    EXPECT_FALSE(loaded);
    return loaded ? Error{} : loaded.error();
  }
};

TEST_F(ScriptLoading, MakesAModule) {
  load(R"(
import sys
def about():
    module = sys.modules[__name__]
    return __name__, __file__, sys.path.count(__file__.rpartition("/")[0]), \
        module.about is about, __package__
)",
       "welcome.py");
  const std::string path = folder().path();
  EXPECT_EQ(call("about"), Value(Tuple{{"welcome", path + "/welcome.py", 1, true, ""}}));
}

TEST_F(ScriptLoading, MakesItsFolderImportable) {
  folder().write("tools.py", "answer = 42");
  folder().write("box/__init__.py", "from . import inner");
  folder().write("box/inner.py", "depth = 2");
  load("import box, tools\ndef get(): return tools.answer, box.inner.depth");
  EXPECT_EQ(call("get"), Value(Tuple{{42, 2}}));
}

TEST_F(ScriptLoading, TakesAPackage) {
  folder().write("bot/__init__.py", "from .parts import part\ndef get(): return part, __name__");
  folder().write("bot/parts.py", "part = 'wheel'");
  ASSERT_TRUE(interpreter().load_script(folder().path() / "bot"));
  EXPECT_EQ(call("get"), Value(Tuple{{"wheel", "bot"}}));
  folder().write("bot/parts.py", "part = 'engine'");
  ASSERT_TRUE(interpreter().load_script(folder().path() / "bot/"));
  EXPECT_EQ(call("get"), Value(Tuple{{"engine", "bot"}}));
}

// Stands for another thread that imports something while the script's old modules are looked for.
TEST_F(ScriptLoading, GoesOnIfModulesComeMeanwhile) {
  load(
      "import sys\n"
      "class Name(str):\n"
      "    def partition(self, separator):\n"
      "        sys.modules[f'another{len(sys.modules)}'] = sys\n"
      "        return str.partition(self, separator)\n"
      "sys.modules[Name('odd')] = sys\n"
      "def get():\n"
      "    return 1\n");
  load("def get():\n    return 2\n");
  EXPECT_EQ(call("get"), Value(2));
}

TEST_F(ScriptLoading, TakesARelativePath) {
  const std::filesystem::path before = std::filesystem::current_path();
  folder().write("rel.py", "def get(): return __file__");
  std::filesystem::current_path(folder().path());
  const Result<void> loaded = interpreter().load_script("rel.py");
  std::filesystem::current_path(before);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(call("get"), Value(folder().path().string() + "/rel.py"));
}

TEST_F(ScriptLoading, NeedsAFile) {
  for (const char* name : {"missing.py", "", "."}) {
    const Result<void> loaded = interpreter().load_script(folder().path() / name);
    ASSERT_FALSE(loaded) << name;
    EXPECT_EQ(loaded.error().code, ErrorCode::kScriptNotFound);
    EXPECT_THAT(loaded.error().message, HasSubstr(folder().path().string()));
  }
}

TEST_F(ScriptLoading, ShowsTheLineOfASyntaxError) {
  const Error error = load_error("x = 1\ndef broken(:\n    pass\n");
  EXPECT_EQ(error.code, ErrorCode::kScriptRaised);
  EXPECT_EQ(error.python_type, "SyntaxError");
  EXPECT_THAT(error.message, HasSubstr("line 2"));
  EXPECT_THAT(error.traceback, HasSubstr("script.py\", line 2"));
  EXPECT_THAT(error.traceback, HasSubstr("def broken(:"));
  EXPECT_THAT(error.traceback, HasSubstr("^"));
}

TEST_F(ScriptLoading, ShowsWhereAScriptFailed) {
  const Error error = load_error("def inner():\n    raise KeyError('x')\ninner()\n");
  EXPECT_EQ(error.python_type, "KeyError");
  EXPECT_EQ(error.traceback, "Traceback (most recent call last):\n  File \"" +
                                 folder().path().string() +
                                 "/script.py\", line 3, in <module>\n    inner()\n    ~~~~~^^\n"
                                 "  File \"" +
                                 folder().path().string() +
                                 "/script.py\", line 2, in inner\n    raise KeyError('x')\n"
                                 "KeyError: 'x'\n");
  EXPECT_EQ(try_call("inner").error().code, ErrorCode::kScriptNotFound);
}

TEST_F(ScriptLoading, SurvivesEveryWayOut) {
  EXPECT_EQ(load_error("import sys\nsys.exit(3)").python_type, "SystemExit");
  EXPECT_EQ(load_error("raise KeyboardInterrupt").python_type, "KeyboardInterrupt");
  EXPECT_EQ(load_error("raise GeneratorExit").python_type, "GeneratorExit");
  EXPECT_EQ(load_error("import os\nos._exit(1)").python_type, "SystemExit");
  EXPECT_EQ(load_error("import no_such_module").python_type, "ModuleNotFoundError");
  load("def f(): return 1");
  EXPECT_EQ(call("f"), Value(1));
}

TEST_F(ScriptLoading, HonoursTheSourcesEncoding) {
  load("# -*- coding: cp1251 -*-\ntext = '\xcf\xf0'\ndef get(): return text");
  EXPECT_EQ(call("get"), Value("\xd0\x9f\xd1\x80"));
  load("\xef\xbb\xbftext = '\xd0\x9f'\ndef get(): return text");
  EXPECT_EQ(call("get"), Value("\xd0\x9f"));
  EXPECT_EQ(load_error("text = '\xcf\xf0'").python_type, "SyntaxError");
  EXPECT_EQ(load_error({"x = 1\0", 6}).python_type, "SyntaxError");
  load("def get():\r\n  return 1\r\n");
  EXPECT_EQ(call("get"), Value(1));
  load("");
}

TEST_F(ScriptLoading, ReplacesTheModule) {
  load("count = 1\nold = 1\ndef get(): return count, 'old' in globals()");
  EXPECT_EQ(call("get"), Value(Tuple{{1, true}}));
  load("count = 2\ndef get(): return count, 'old' in globals()");
  EXPECT_EQ(call("get"), Value(Tuple{{2, false}}));
}

TEST_F(ScriptLoading, MakesFunctionIdsInvalid) {
  load("def a(): return 'a'\ndef b(): return 'b'");
  const Result<FunctionId> b = interpreter().resolve("b");
  ASSERT_TRUE(b);
  EXPECT_EQ(interpreter().invoke(*b, {}), Result<Value>("b"));
  load("def c(): return 'c'\ndef d(): return 'd'");
  EXPECT_EQ(interpreter().invoke(*b, {}).error().code, ErrorCode::kFunctionNotFound);
  EXPECT_EQ(interpreter().arity(*b).max, -1);
  const Result<FunctionId> c = interpreter().resolve("c");
  ASSERT_TRUE(c);
  EXPECT_NE(*b, *c);
  EXPECT_EQ(interpreter().invoke(*c, {}), Result<Value>("c"));
}

TEST_F(ScriptLoading, SeesChangesInWhatTheScriptImports) {
  folder().write("helper.py", "value = 1");
  load("import helper\ndef get(): return helper.value");
  EXPECT_EQ(call("get"), Value(1));
  folder().write("helper.py", "value = 12  # of another length: pyc files know size and second");
  folder().write("fresh.py", "value = 100");
  load("import helper\nimport fresh\ndef get(): return helper.value + fresh.value");
  EXPECT_EQ(call("get"), Value(112));
}

TEST_F(ScriptLoading, KeepsTheOldScriptIfTheNewOneFails) {
  folder().write("helper.py", "state = []");
  load(R"(
import sys, helper
helper.state.append('kept')
def get(): return helper.state, sys.modules['helper'] is helper, sys.modules[__name__].get is get
def imported(name): return name in sys.modules
)");
  const Result<FunctionId> get = interpreter().resolve("get");
  const Value good = Tuple{{List{"kept"}, true, true}};
  folder().write("other.py", "");
  EXPECT_EQ(load_error("import helper, other\nraise ValueError").python_type, "ValueError");
  EXPECT_EQ(interpreter().invoke(*get, {}), Result<Value>(good));
  EXPECT_EQ(call("get"), good);
  EXPECT_EQ(call("imported", {"other"}), Value(false));
  EXPECT_EQ(load_error("def f(:").python_type, "SyntaxError");
  EXPECT_EQ(load_error("raise ValueError", "elsewhere/script2.py").python_type, "ValueError");
  EXPECT_EQ(call("get"), good);
}

TEST_F(ScriptLoading, MovesToAnotherFolder) {
  load("def f(): return 1", "a/one.py");
  load(
      "import sys\ndef f(): return 'one' in sys.modules, [p for p in sys.path if "
      "p.endswith(('/a', '/b'))]",
      "b/two.py");
  EXPECT_EQ(call("f"), Value(Tuple{{false, List{folder().path().string() + "/b"}}}));
}

TEST_F(ScriptLoading, LeavesTheNamesOfTheLibraryAlone) {
  folder().write("helper.py", "x = 5");
  load("import helper, json\ndef get(): return __name__, json.dumps([1]), helper.x", "json.py");
  EXPECT_EQ(call("get"), Value(Tuple{{"json_script", "[1]", 5}}));
  load("import sys\ndef get(): return __name__, sys.modules['sys'] is sys", "sys.py");
  EXPECT_EQ(call("get"), Value(Tuple{{"sys_script", true}}));
}

// Scripts lie side by side in one folder: what one is called must not matter to the others, nor to
// modules of the library that import each other.
TEST_F(ScriptLoading, FilesInTheFolderDoNotStandInForTheLibrary) {
  for (const char* name : {"queue.py", "calendar.py", "socket.py", "random.py"}) {
    folder().write(name, "raise AssertionError('this is not the library')");
  }
  load(
      "import queue, calendar, http.cookiejar, tempfile, concurrent.futures.thread\n"
      "import random\ndef get(): return queue.Queue().qsize(), calendar.isleap(2024)");
  EXPECT_EQ(call("get"), Value(Tuple{{0, true}}));
}

// An installed package, on the other hand, does not stand in for a file of the script's.
TEST_F(ScriptLoading, TheFolderComesBeforeInstalledPackages) {
  load(R"(
import os, sys
def get():
    library = os.path.dirname(os.__file__)
    behind = sys.path[sys.path.index(folder) + 1:]
    return [path for path in behind if path in (library, library + "/lib-dynload")], \
        all("site-packages" not in path for path in sys.path[:sys.path.index(folder)])
folder = os.path.dirname(__file__)
)");
  EXPECT_EQ(call("get"), Value(Tuple{{List{}, true}}));
}

TEST_F(ScriptLoading, TakesAnyFileName) {
  load("def get(): return __name__", "my-bot 2.0.py");
  EXPECT_EQ(call("get"), Value("my-bot 2_0"));
  load("def get(): return __name__, __file__[-6:]", "\xd0\x9f\xd1\x80.py");
  EXPECT_EQ(call("get"), Value(Tuple{{"\xd0\x9f\xd1\x80", "/\xd0\x9f\xd1\x80.py"}}));
}

TEST_F(ScriptLoading, SupportsWhatLooksTheModuleUp) {
  load(R"(
import dataclasses, pickle, typing, enum
from __main__ import __name__ as main_name

@dataclasses.dataclass
class User:
    name: str
    tags: "typing.List[str]" = dataclasses.field(default_factory=list)

class Level(enum.IntEnum):
    LOW = 1

def get():
    user = pickle.loads(pickle.dumps(User('x', ['y'])))
    hints = typing.get_type_hints(User)
    return user == User('x', ['y']), hints['tags'] == typing.List[str], repr(Level.LOW)
)");
  EXPECT_EQ(call("get"), Value(Tuple{{true, true, "<Level.LOW: 1>"}}));
}

}  // namespace
}  // namespace hookline
