#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "interp/interpreter.h"
#include "interp/runtime.h"
#include "tests/marshal/value_printer.h"

namespace hookline {

using namespace detail;

// Honours HOOKLINE_TEST_MALLOC, so that sanitizers and memcheck see each Python object.
[[nodiscard]] RuntimeOptions test_runtime_options();

// A folder for scripts, gone with its owner.
class ScriptFolder {
 public:
  ScriptFolder();
  ScriptFolder(const ScriptFolder&) = delete;
  ScriptFolder& operator=(const ScriptFolder&) = delete;
  ~ScriptFolder();

  // Writes a file, and the folders above it. Many callers only want it to be there.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::filesystem::path write(const std::filesystem::path& name, std::string_view content) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string read(const std::filesystem::path& name) const;

 private:
  std::filesystem::path path_;
};

// One runtime for the suite; for each test an interpreter, attached.
class InterpTest : public testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] Interpreter& interpreter() { return *interpreter_; }
  [[nodiscard]] const ScriptFolder& folder() const { return folder_; }
  [[nodiscard]] static const std::shared_ptr<Runtime>& runtime();

  // Ends the interpreter; a new one takes its place.
  void restart_interpreter(InterpreterOptions options = {});
  void end_interpreter();

  // Loads a script of this text, which must be good.
  void load(std::string_view source, const std::filesystem::path& name = "script.py");
  // Calls a function of it, which must not fail.
  Value call(std::string_view function, std::vector<Value> args = {});
  Result<Value> try_call(std::string_view function, std::vector<Value> args = {},
                         TextMode text = TextMode::kExact);

 private:
  ScriptFolder folder_;
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace hookline
