// Tests which Python the configuration gives to scripts, and where its relative paths start.

#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "hub_fixture.h"
#include "interp/runtime.h"

namespace hookline::test {

using namespace detail;

namespace {

constexpr std::string_view kReports = R"py(
import sys, _thread
try:
    import greeting
    text = greeting.text
except ImportError:
    text = None
def greeted(): return text
def is_main():
    try:
        import _interpreters as interpreters
    except ImportError:
        import _xxsubinterpreters as interpreters
    here = interpreters.get_current()
    main = interpreters.get_main()
    return (here[0] if isinstance(here, tuple) else here) == (main[0] if isinstance(main, tuple) else main)
)py";

class PythonOptionsTest : public HubTest {
 protected:
  PythonOptionsTest() { config.base_dir = folder.path(); }

  // Makes what `python -m venv` makes.
  void make_venv(const std::string& name, const std::string& text) const {
    const std::string version = Runtime::python_version();
    const auto lib =
        name + "/lib/python" + version.substr(0, version.rfind('.')) + "/site-packages";
    std::filesystem::create_directories(folder.path() / lib);
    folder.write(
        name + "/pyvenv.cfg",
        "home = /usr/bin\ninclude-system-site-packages = false\nversion = " + version + "\n");
    folder.write(lib + "/greeting.py", "text = '" + text + "'\n");
  }
};

TEST_F(PythonOptionsTest, AVirtualEnvironmentMayBeForAllOrForOneScript) {
  make_venv("general", "of all");
  make_venv("special", "of one");
  config.venv = "general";
  config.python_of["two"] = {.gil = {}, .venv = "special"};
  config.python_of["three"] = {.gil = {}, .venv = ""};
  start({{"one", std::string(kReports)},
         {"two", std::string(kReports)},
         {"three", std::string(kReports)}});
  EXPECT_EQ(call("one", "greeted"), Value("of all"));
  EXPECT_EQ(call("two", "greeted"), Value("of one"));
  EXPECT_EQ(call("three", "greeted"), Value());
}

TEST_F(PythonOptionsTest, AGilMayBeForOneScript) {
  config.python_of["two"] = {.gil = Gil::kMain, .venv = {}};
  start({{"one", std::string(kReports)}, {"two", std::string(kReports)}});
  EXPECT_EQ(call("one", "is_main"), Value(false));
  EXPECT_EQ(call("two", "is_main"), Value(true));
}

TEST_F(PythonOptionsTest, ALimitOfValuesMayBeForAllOrForOneScript) {
  config.value_limit_mib = 1;
  config.python_of["two"] = {.value_limit = 0};
  const std::string source = "def text(): return 'x' * 2_000_000\n";
  start({{"one", source}, {"two", source}});
  const auto refused = hub().scripts().call("one", "text", {}).get();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kValueTooLarge);
  EXPECT_EQ(call("two", "text"), Value(std::string(2'000'000, 'x')));
}

TEST_F(PythonOptionsTest, AGilMayBeForAllScripts) {
  config.gil = Gil::kMain;
  start({{"one", std::string(kReports)}});
  EXPECT_EQ(call("one", "is_main"), Value(true));
}

}  // namespace
}  // namespace hookline::test
