#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "marshal/py_ref.h"

namespace hookline {

using namespace detail;

// Serves tests that need Python but no runtime. The test's thread is attached to the main
// interpreter, which is started once per process and ended after the last test.
class PythonTest : public testing::Test {
 protected:
  static void SetUpTestSuite();

  // Returns the value of a Python expression. If it raises, the test fails and this returns null.
  static PyRef eval(std::string_view expression);
  // Returns the global `result` of a piece of Python code.
  static PyRef exec(std::string_view source);
  static std::string repr(PyObject* object);
  static bool equal(PyObject* a, PyObject* b);

  // Checks that no conversion has left an exception behind.
  void TearDown() override;
};

}  // namespace hookline
