#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "interp/interpreter.h"
#include "interp/runtime.h"
#include "tests/marshal/value_printer.h"

namespace hookline {

using namespace detail;

// Returns options that honour HOOKLINE_TEST_MALLOC, so that sanitizers and memcheck see each Python
// object.
[[nodiscard]] RuntimeOptions test_runtime_options();

// Makes a folder for scripts, which is removed with its owner.
class ScriptFolder {
 public:
  ScriptFolder();
  ScriptFolder(const ScriptFolder&) = delete;
  ScriptFolder& operator=(const ScriptFolder&) = delete;
  ~ScriptFolder();

  // Writes a file, makes the folders above it, and returns its path. Many callers do not need that.
  // NOLINTNEXTLINE(modernize-use-nodiscard)
  std::filesystem::path write(const std::filesystem::path& name, std::string_view content) const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string read(const std::filesystem::path& name) const;

 private:
  std::filesystem::path path_;
};

// Runs `source` as a module of its own in the attached interpreter, and returns its global
// `result`. Its global `args` is a tuple of `args`.
[[nodiscard]] Result<Value> evaluate(std::string_view source, std::span<const Value> args = {});

// Starts one runtime for the suite, and for each test an interpreter, which is attached.
class InterpTest : public testing::Test {
 protected:
  static void SetUpTestSuite();
  static void TearDownTestSuite();
  void SetUp() override;
  void TearDown() override;

  [[nodiscard]] Interpreter& interpreter() { return *interpreter_; }
  [[nodiscard]] const ScriptFolder& folder() const { return folder_; }
  [[nodiscard]] static const std::shared_ptr<Runtime>& runtime();

  // Ends the interpreter, and puts a new one in its place.
  void restart_interpreter(InterpreterOptions options = {});
  void end_interpreter();

  // Loads a script with this source. It must succeed.
  void load(std::string_view source, const std::filesystem::path& name = "script.py");
  // Calls a function of the script. It must succeed.
  Value call(std::string_view function, std::vector<Value> args = {});
  Result<Value> try_call(std::string_view function, std::vector<Value> args = {},
                         TextMode text = TextMode::kExact);
  // Calls a resolved function with arguments as a queue slot carries them.
  Result<Value> invoke_packed(FunctionId function, std::initializer_list<Argument> args,
                              TextMode text = TextMode::kExact,
                              Binding binding = Binding::kResolved);

 private:
  ScriptFolder folder_;
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace hookline
