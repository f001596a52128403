#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "marshal/py_ref.h"

namespace hookline {

using namespace detail;

// Tests that need Python but no runtime: the main interpreter, with the test's thread attached. It
// is started once per process and ended after the last test.
class PythonTest : public testing::Test {
 protected:
  static void SetUpTestSuite();

  // The value of a Python expression; null, and a test failure, if it raises.
  static PyRef eval(std::string_view expression);
  // The global `result` of a piece of Python code.
  static PyRef exec(std::string_view source);
  static std::string repr(PyObject* object);
  static bool equal(PyObject* a, PyObject* b);

  // Every conversion leaves no exception behind.
  void TearDown() override;
};

}  // namespace hookline
