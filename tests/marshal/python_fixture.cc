#include "python_fixture.h"

#include <cstdlib>
#include <string>

namespace hookline {

using namespace detail;

namespace {

class PythonEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    PyPreConfig pre;
    PyPreConfig_InitIsolatedConfig(&pre);
    pre.utf8_mode = 1;
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      pre.allocator = PYMEM_ALLOCATOR_MALLOC;
    }
    ASSERT_FALSE(PyStatus_Exception(Py_PreInitialize(&pre)));
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    config.install_signal_handlers = 0;
    PyConfig_SetBytesString(&config, &config.executable, HOOKLINE_PYTHON_EXECUTABLE);
    const PyStatus status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    ASSERT_FALSE(PyStatus_Exception(status)) << status.err_msg;
  }
  void TearDown() override { Py_FinalizeEx(); }
};

PyRef run(std::string_view source, int start, PyObject* globals) {
  PyRef result = PyRef::steal(PyRun_String(std::string(source).c_str(), start, globals, globals));
  if (!result) {
    PyErr_Print();
    ADD_FAILURE() << "Python failed: " << source;
  }
  return result;
}

}  // namespace

void PythonTest::SetUpTestSuite() {
  static const bool kStarted = [] {
    PythonEnvironment().SetUp();
    std::atexit([] { PythonEnvironment().TearDown(); });
    return true;
  }();
  ASSERT_TRUE(kStarted);
}

PyRef PythonTest::eval(std::string_view expression) {
  const PyRef globals = PyRef::steal(PyDict_New());
  return run(expression, Py_eval_input, globals.get());
}

PyRef PythonTest::exec(std::string_view source) {
  const PyRef globals = PyRef::steal(Py_BuildValue("{s:s}", "__name__", "testscript"));
  run(source, Py_file_input, globals.get());
  return PyRef::borrow(PyDict_GetItemString(globals.get(), "result"));
}

std::string PythonTest::repr(PyObject* object) {
  const PyRef text = PyRef::steal(PyObject_ASCII(object));
  return text ? PyUnicode_AsUTF8(text.get()) : "<no repr>";
}

bool PythonTest::equal(PyObject* a, PyObject* b) {
  return PyObject_RichCompareBool(a, b, Py_EQ) == 1;
}

void PythonTest::TearDown() {
  EXPECT_EQ(PyErr_Occurred(), nullptr);
  PyErr_Clear();
}

}  // namespace hookline
