#include "interp/py_error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {
namespace {

using testing::HasSubstr;
using testing::Not;

class PyErrorTest : public InterpTest {
 protected:
  // Returns what arrives of an exception that `body`, the body of a function, raises.
  Error raise(std::string_view body, std::string_view globals = {}) {
    load(std::string(globals) + "\ndef f():\n" + std::string(body));
    const Result<Value> result = try_call("f");
    EXPECT_FALSE(result);
    EXPECT_EQ(PyErr_Occurred(), nullptr);
    if (result) {
      return {};
    }
    EXPECT_EQ(result.error().code, ErrorCode::kScriptRaised);
    return result.error();
  }
};

TEST_F(PyErrorTest, HasTypeMessageAndTraceback) {
  const Error error = raise("    raise ValueError('no such user')");
  EXPECT_EQ(error.python_type, "ValueError");
  EXPECT_EQ(error.message, "no such user");
  EXPECT_EQ(error.traceback, "Traceback (most recent call last):\n  File \"" +
                                 folder().path().string() +
                                 "/script.py\", line 3, in f\n"
                                 "    raise ValueError('no such user')\n"
                                 "ValueError: no such user\n");
}

TEST_F(PyErrorTest, QualifiesTheScriptsTypes) {
  EXPECT_EQ(raise("    raise Oops('x')", "class Oops(Exception): pass").python_type, "script.Oops");
  EXPECT_EQ(
      raise("    raise Outer.Oops", "class Outer:\n  class Oops(Exception): pass").python_type,
      "script.Outer.Oops");
}

TEST_F(PyErrorTest, CatchesWhatIsNoException) {
  EXPECT_EQ(raise("    raise SystemExit").python_type, "SystemExit");
  EXPECT_EQ(raise("    exit(7)", "from sys import exit").message, "7");
  EXPECT_EQ(raise("    raise KeyboardInterrupt").python_type, "KeyboardInterrupt");
  EXPECT_EQ(raise("    raise GeneratorExit").python_type, "GeneratorExit");
  EXPECT_EQ(raise("    raise Stop", "class Stop(BaseException): pass").python_type, "script.Stop");
  EXPECT_EQ(raise("    raise StopIteration(5)").message, "5");
}

TEST_F(PyErrorTest, IncludesTheChain) {
  const Error error = raise(R"(
    try:
        {}['missing']
    except KeyError as e:
        e.add_note('look elsewhere')
        raise RuntimeError('outer') from e)");
  EXPECT_EQ(error.message, "outer");
  EXPECT_THAT(error.traceback, HasSubstr("KeyError: 'missing'"));
  EXPECT_THAT(error.traceback, HasSubstr("look elsewhere"));
  EXPECT_THAT(error.traceback, HasSubstr("direct cause"));
  EXPECT_THAT(raise("    raise ExceptionGroup('several', [ValueError(1), KeyError(2)])").traceback,
              HasSubstr("ValueError: 1"));
}

TEST_F(PyErrorTest, SurvivesAnExceptionThatCannotBeShown) {
  for (const char* body :
       {"raise ValueError('in str')", "raise SystemExit", "return 5", "return str(self)"}) {
    const Error error = raise("    raise Bad()",
                              "class Bad(Exception):\n  def __str__(self): " + std::string(body));
    EXPECT_EQ(error.python_type, "script.Bad") << body;
    EXPECT_EQ(error.message, "<the exception's __str__ failed>") << body;
    EXPECT_THAT(error.traceback, HasSubstr("line 4, in f")) << body;
  }
}

TEST_F(PyErrorTest, EscapesWhatIsNoText) {
  EXPECT_EQ(raise("    raise ValueError('\\ud800 \\xe9')").message, "\\ud800 \xc3\xa9");
}

TEST_F(PyErrorTest, SurvivesARecursionWithoutEnd) {
  const Error error = raise("    return f()");
  EXPECT_EQ(error.python_type, "RecursionError");
  EXPECT_THAT(error.traceback, HasSubstr("Previous line repeated"));
  EXPECT_EQ(raise("    return g()", "def g(): return f()").python_type, "RecursionError");
  EXPECT_EQ(raise("    x = []\n    for _ in range(200_000): x = [x]\n    repr(x)").python_type,
            "RecursionError");
}

TEST_F(PyErrorTest, SurvivesALackOfMemory) {
  EXPECT_EQ(raise("    return [0] * (1 << 62)").python_type, "MemoryError");
}

TEST_F(PyErrorTest, SurvivesABrokenTracebackModule) {
  const Error error = raise(R"(    inner())", R"(
import traceback
traceback.format_exception = None
def inner(): raise ValueError('x')
)");
  EXPECT_EQ(error.python_type, "ValueError");
  EXPECT_EQ(error.traceback,
            "Traceback (most recent call last):\n  File \"" + folder().path().string() +
                "/script.py\", line 7, in f\n  File \"" + folder().path().string() +
                "/script.py\", line 4, in inner\nValueError: x\n");
}

TEST_F(PyErrorTest, ShowsASyntaxErrorOfCompiledText) {
  const Error error = raise("    compile('a = = 1', 'generated', 'exec')");
  EXPECT_EQ(error.python_type, "SyntaxError");
  EXPECT_THAT(error.message, HasSubstr("generated, line 1"));
  EXPECT_THAT(error.traceback, HasSubstr("a = = 1"));
}

TEST_F(PyErrorTest, ShowsTheLinesOfTheFileThatIsLoadedNow) {
  EXPECT_THAT(raise("    raise ValueError('first')").traceback, HasSubstr("'first'"));
  const Error second = raise("    x = 1\n    raise ValueError('second, at length')");
  EXPECT_THAT(second.traceback, HasSubstr("raise ValueError('second, at length')"));
  EXPECT_THAT(second.traceback, Not(HasSubstr("first")));
}

TEST_F(PyErrorTest, NeedsNoException) {
  EXPECT_EQ(take_python_error().code, ErrorCode::kScriptRaised);
  EXPECT_FALSE(take_python_error().message.empty());
}

}  // namespace
}  // namespace hookline
