#include "marshal/python_name.h"

#include <gtest/gtest.h>

namespace hookline::test {

using detail::is_identifier;
using detail::is_python_name;

namespace {

TEST(PythonName, IsMadeOfLettersDigitsAndUnderscores) {
  for (const char* name :
       {"a", "_", "on_move2", "__init__", "X", "na\xc3\xafve", "match", "type"}) {
    EXPECT_TRUE(is_python_name(name)) << name;
  }
  for (const char* name : {"", "2nd", "on move", "on-move", "a.b", "a\n", "$"}) {
    EXPECT_FALSE(is_python_name(name)) << name;
    EXPECT_FALSE(is_identifier(name)) << name;
  }
}

TEST(PythonName, IsNoKeyword) {
  for (const char* name : {"class", "None", "async", "with", "False"}) {
    EXPECT_FALSE(is_python_name(name)) << name;
    EXPECT_TRUE(is_identifier(name)) << name;
  }
  EXPECT_TRUE(is_python_name("Class"));
}

}  // namespace
}  // namespace hookline::test
