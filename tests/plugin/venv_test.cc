// Tests scripts that import from a virtual environment.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "interp/runtime.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

using namespace detail;

namespace {

using ::testing::HasSubstr;

class Venv : public ScriptHostTest {
 protected:
  void SetUp() override {
    start();
    std::filesystem::create_directories(packages());
    describe(Runtime::python_version());
    folder.write("env/lib/python" + minor() + "/site-packages/greeting.py",
                 "text = 'from the venv'\n");
  }

  static std::string minor() {
    const std::string version = Runtime::python_version();
    return version.substr(0, version.rfind('.'));
  }
  [[nodiscard]] std::filesystem::path packages() const {
    return folder.path() / "env/lib" / ("python" + minor()) / "site-packages";
  }
  // Describes the environment like `python -m venv` does.
  void describe(const std::string& version) const {
    folder.write(
        "env/pyvenv.cfg",
        "home = /usr/bin\ninclude-system-site-packages = false\nversion = " + version + "\n");
  }

  [[nodiscard]] std::string error_of(std::string_view source) const {
    const auto loaded = scripts->load(folder.write("one.py", source)).get();
    EXPECT_FALSE(loaded);
    return loaded ? "" : loaded.error().message;
  }
};

constexpr const char* kUsing =
    "# hookline: venv=env\nimport greeting\ndef f(): return greeting.text\n";

TEST_F(Venv, ItsPackagesCanBeImported) {
  load("one", kUsing);
  EXPECT_EQ(call("one", "f"), Value("from the venv"));
}

TEST_F(Venv, ItsPthFilesAreFollowed) {
  std::filesystem::create_directory(folder.path() / "elsewhere");
  folder.write("elsewhere/linked.py", "text = 'from elsewhere'\n");
  folder.write("env/lib/python" + minor() + "/site-packages/links.pth",
               (folder.path() / "elsewhere").string() + "\n");
  load("one", "# hookline: venv=env\nimport linked\ndef f(): return linked.text\n");
  EXPECT_EQ(call("one", "f"), Value("from elsewhere"));
}

TEST_F(Venv, OtherScriptsDoNotSeeIt) {
  load("other", kUsing);
  EXPECT_THAT(error_of("import greeting\n"), HasSubstr("No module named 'greeting'"));
}

TEST_F(Venv, AReloadMayChangeTheVenv) {
  const ScriptId id = load("one", "def f(): return 1\n");
  folder.write("one.py", kUsing);
  ASSERT_TRUE(scripts->reload(id).get());
  EXPECT_EQ(call("one", "f"), Value("from the venv"));
}

TEST_F(Venv, AFolderThatIsNoneSaysSo) {
  EXPECT_THAT(error_of("# hookline: venv=nothing\n"),
              HasSubstr("nothing is not a virtual environment: make it with 'python" + minor()));
}

TEST_F(Venv, AVenvOfAnotherPythonSaysSo) {
  describe("3.9.2");
  EXPECT_THAT(error_of(kUsing), HasSubstr("is a virtual environment of Python 3.9.2, but scripts "
                                          "run in " +
                                          minor()));
}

}  // namespace
}  // namespace hookline::test
