#include "interp_fixture.h"

#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX

#include <fstream>
#include <iterator>

#include "interp/helpers.h"
#include "interp/py_error.h"
#include "marshal/owned_request.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline {

using namespace detail;

namespace {

std::shared_ptr<Runtime>& suite_runtime() {
  static std::shared_ptr<Runtime> runtime;
  return runtime;
}

}  // namespace

RuntimeOptions test_runtime_options() {
  RuntimeOptions options;
  options.use_system_malloc = std::getenv("HOOKLINE_TEST_MALLOC") != nullptr;
  return options;
}

ScriptFolder::ScriptFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "hookline-XXXXXX").string();
  EXPECT_NE(mkdtemp(name.data()), nullptr);
  path_ = std::filesystem::canonical(name);
}

ScriptFolder::~ScriptFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path ScriptFolder::write(const std::filesystem::path& name,
                                          std::string_view content) const {
  std::filesystem::path file = path_ / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

std::string ScriptFolder::read(const std::filesystem::path& name) const {
  std::ifstream stream(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Result<Value> evaluate(std::string_view source, std::span<const Value> args) {
  constexpr const char* kName = "evaluated";
  const Result<PyRef> tuple = to_python(Tuple{{args.begin(), args.end()}}, "args");
  if (!tuple) {
    return std::unexpected(tuple.error());
  }
  const PyRef globals =
      PyRef::steal(Py_BuildValue("{s:s,s:O}", "__name__", kName, "args", tuple->get()));
  const PyRef code =
      PyRef::steal(Py_CompileString(std::string(source).c_str(), kName, Py_file_input));
  if (!globals || !code || !run_code(code.get(), globals.get())) {
    return std::unexpected(take_python_error());
  }
  PyObject* const result = PyDict_GetItemString(globals.get(), "result");
  if (result == nullptr) {
    return fail(ErrorCode::kBadArguments, "the code sets no global 'result'");
  }
  return from_python(result, "result", {});
}

void InterpTest::SetUpTestSuite() {
  Result<std::shared_ptr<Runtime>> started = Runtime::start(test_runtime_options());
  ASSERT_TRUE(started) << started.error().to_string();
  suite_runtime() = std::move(*started);
}

void InterpTest::TearDownTestSuite() { suite_runtime().reset(); }

const std::shared_ptr<Runtime>& InterpTest::runtime() { return suite_runtime(); }

void InterpTest::SetUp() { restart_interpreter(); }

void InterpTest::TearDown() { end_interpreter(); }

void InterpTest::restart_interpreter(InterpreterOptions options) {
  end_interpreter();
  Result<std::unique_ptr<Interpreter>> created = Interpreter::create(runtime(), std::move(options));
  ASSERT_TRUE(created) << created.error().to_string() << created.error().traceback;
  interpreter_ = std::move(*created);
  interpreter_->attach();
}

void InterpTest::end_interpreter() {
  if (interpreter_ == nullptr) {
    return;
  }
  EXPECT_EQ(PyErr_Occurred(), nullptr);
  interpreter_.reset();
}

void InterpTest::load(std::string_view source, const std::filesystem::path& name) {
  const Result<void> loaded = interpreter_->load_script(folder_.write(name, source));
  ASSERT_TRUE(loaded) << loaded.error().to_string() << '\n' << loaded.error().traceback;
}

Value InterpTest::call(std::string_view function, std::vector<Value> args) {
  const Result<Value> result = try_call(function, std::move(args));
  EXPECT_TRUE(result) << result.error().to_string() << '\n' << result.error().traceback;
  return result ? *result : Value("<error>");
}

Result<Value> InterpTest::try_call(std::string_view function, std::vector<Value> args,
                                   TextMode text) {
  return interpreter_->invoke(function, args, text);
}

Result<Value> InterpTest::invoke_packed(FunctionId function, std::initializer_list<Argument> args,
                                        TextMode text, Binding binding) {
  OwnedRequest request;
  for (const Argument& argument : args) {
    request.add(argument);
  }
  return interpreter_->invoke_packed(function, request.view().packed, text, binding);
}

}  // namespace hookline
