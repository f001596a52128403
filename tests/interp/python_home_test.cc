#include "interp/python_home.h"

#include <Python.h>
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "interp/interpreter.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

std::string version() {
  return std::to_string(PY_MAJOR_VERSION) + '.' + std::to_string(PY_MINOR_VERSION);
}

// Each test starts this one in a process of its own, with another environment, and reads what it
// prints.
TEST(PythonHomeChild, SaysWhereItsPythonIs) {
  RuntimeOptions options = test_runtime_options();
  if (const char* const wanted = std::getenv("HOOKLINE_TEST_WANTED")) {
    options.python_executable = wanted;
  }
  const auto runtime = Runtime::start(options);
  if (!runtime) {
    std::cout << "error=" << runtime.error().to_string() << '\n';
    return;
  }
  auto interpreter = Interpreter::create(*runtime);
  ASSERT_TRUE(interpreter) << interpreter.error().to_string();
  const Interpreter::Attached attached(**interpreter);
  const auto text = evaluate(
      "import os, sys\n"
      "result = f'executable={sys.executable}\\nprefix={sys.prefix}\\n'"
      "f'library={os.path.dirname(os.__file__)}\\n'");
  ASSERT_TRUE(text) << text.error().to_string();
  std::cout << *text->as<std::string>();
  options.python_executable = "/somewhere/else/python" + version();
  const auto other = Runtime::start(options);
  std::cout << "other=" << (other ? "" : other.error().to_string()) << '\n';
}

class PythonHome : public testing::Test {
 protected:
  // Returns what the child prints. `environment` is written as for a shell: "NAME=value
  // NAME=value".
  static std::string run(const std::string& environment) {
    const std::string command = "unset HOOKLINE_PYTHON; " + environment + " '" +
                                fs::read_symlink("/proc/self/exe").string() +
                                "' --gtest_filter=PythonHomeChild.SaysWhereItsPythonIs 2>&1";
    std::string output;
    FILE* const pipe = popen(command.c_str(), "r");
    std::array<char, 4096> buffer{};
    while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe)) {
      output.append(buffer.data(), size);
    }
    EXPECT_EQ(pclose(pipe), 0) << output;
    return output;
  }

  static std::string find(const std::string& output, const std::string& name) {
    const std::size_t begin = output.find('\n' + name + '=');
    if (begin == std::string::npos) {
      return "no " + name + " in " + output;
    }
    const std::size_t value = begin + name.size() + 2;
    return output.substr(value, output.find('\n', value) - value);
  }

  static fs::path library() {
    Dl_info info{};
    EXPECT_NE(dladdr(Py_GetVersion(), &info), 0);
    return fs::canonical(info.dli_fname);
  }

  // Makes a link to the interpreter that is found without any help.
  [[nodiscard]] fs::path linked_interpreter() const {
    const fs::path link = folder_.path() / ("python" + version());
    fs::create_symlink(find(run(""), "executable"), link);
    return link;
  }

  [[nodiscard]] const ScriptFolder& folder() const { return folder_; }

 private:
  ScriptFolder folder_;
};

TEST_F(PythonHome, IsThatOfTheLibraryThatIsLoaded) {
  const fs::path executable = find(run(""), "executable");
  EXPECT_TRUE(executable.filename().string().starts_with("python" + version())) << executable;
  const fs::path prefix = executable.parent_path().parent_path();
  EXPECT_TRUE(library().string().starts_with(fs::canonical(prefix).string())) << library();
}

TEST_F(PythonHome, IsWhatTheOptionSaysBeforeTheEnvironment) {
  const std::string link = linked_interpreter();
  const std::string output =
      run("HOOKLINE_PYTHON=/nowhere/python HOOKLINE_TEST_WANTED='" + link + "'");
  EXPECT_EQ(find(output, "executable"), link);
  EXPECT_THAT(find(output, "other"), HasSubstr(link));
}

TEST_F(PythonHome, IsWhatTheEnvironmentSaysBeforeTheLibrary) {
  const std::string link = linked_interpreter();
  EXPECT_EQ(find(run("HOOKLINE_PYTHON='" + link + "'"), "executable"), link);
}

// The prefix was copied to another place, without its interpreter.
TEST_F(PythonHome, MovesWithTheLibrary) {
  const std::string standard_library = find(run(""), "library");
  const fs::path lib = folder().path() / "lib";
  fs::create_directory(lib);
  fs::create_symlink(library(), lib / library().filename());
  fs::create_symlink(standard_library, lib / ("python" + version()));
  const std::string output = run("LD_LIBRARY_PATH='" + lib.string() + "'");
  EXPECT_EQ(find(output, "prefix"), folder().path());
}

TEST_F(PythonHome, MustExistIfItIsNamed) {
  EXPECT_EQ(find(run("HOOKLINE_PYTHON=/nowhere/python3"), "error"),
            "bad_arguments: there is no Python interpreter at /nowhere/python3 (HOOKLINE_PYTHON)");
  EXPECT_EQ(
      find(run("HOOKLINE_TEST_WANTED=/nowhere/python3"), "error"),
      "bad_arguments: there is no Python interpreter at /nowhere/python3 (python_executable)");
}

TEST_F(PythonHome, MustBeOfTheLibrarysVersionIfItIsNamed) {
  const fs::path old = folder().write("python3.9", "");
  const fs::path link = folder().path() / "python3";
  fs::create_symlink(old, link);
  const std::string error = find(run("HOOKLINE_PYTHON='" + link.string() + "'"), "error");
  EXPECT_EQ(error,
            "bad_arguments: " + link.string() +
                " (HOOKLINE_PYTHON) is Python 3.9, but the library in this process is that of "
                "Python " +
                version() + ": name the interpreter of that version");
}

}  // namespace
}  // namespace hookline
