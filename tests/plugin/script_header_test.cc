#include "plugin/script/script_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hookline {

using namespace detail;

namespace {

using ::testing::HasSubstr;

TEST(ScriptHeader, SaysNothingUnlessAsked) {
  for (const auto* source :
       {"", "import vh\n", "# a comment\n\nimport vh\n", "\"\"\"hookline: gil=shared\"\"\"\n"}) {
    const auto options = parse_script_header(source, "/scripts");
    ASSERT_TRUE(options) << source;
    EXPECT_FALSE(options->gil || options->venv) << source;
  }
}

TEST(ScriptHeader, IsReadFromTheCommentsAtTheTop) {
  const auto options = parse_script_header(
      "#!/usr/bin/env python\n# Some script\n\n  ## hookline: gil=shared  venv=../envs/x \r\n#\nx "
      "= 1\n",
      "/scripts");
  ASSERT_TRUE(options) << options.error().message;
  EXPECT_EQ(options->gil, Gil::kShared);
  EXPECT_EQ(options->venv, "/scripts/../envs/x");
  const auto two = parse_script_header("# hookline: gil=own\n# hookline: venv=/env", "/scripts");
  ASSERT_TRUE(two);
  EXPECT_EQ(two->gil, Gil::kOwn);
  EXPECT_EQ(two->venv, "/env");
  EXPECT_FALSE(two->memory_limit);
  const auto limited = parse_script_header("# hookline: memory_limit=64", "/scripts");
  ASSERT_TRUE(limited);
  EXPECT_EQ(limited->memory_limit, std::size_t{64} << 20U);
  EXPECT_FALSE(limited->value_limit || limited->cpu_share);
  const auto more = parse_script_header("# hookline: value_limit=8 cpu_share=0.25", "/scripts");
  ASSERT_TRUE(more);
  EXPECT_EQ(more->value_limit, std::size_t{8} << 20U);
  EXPECT_EQ(more->cpu_share, 0.25);
  EXPECT_FALSE(more->reload);
  const auto in_place = parse_script_header("# hookline: reload=in_place", "/scripts");
  ASSERT_TRUE(in_place);
  EXPECT_EQ(in_place->reload, ReloadMode::kInPlace);
  EXPECT_EQ(parse_script_header("# hookline: reload=fresh", "/scripts")->reload,
            ReloadMode::kFresh);
}

TEST(ScriptHeader, EndsWithTheFirstCode) {
  const auto options = parse_script_header("import vh\n# hookline: gil=shared\n", "/scripts");
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->gil);
}

TEST(ScriptHeader, AMistakeIsNamedWithItsLine) {
  for (const auto* setting : {"gil=none",
                              "gil",
                              "venv=",
                              "color=blue",
                              "=",
                              "memory_limit=",
                              "memory_limit=0",
                              "memory_limit=64M",
                              "memory_limit=-1",
                              "memory_limit=1000001",
                              "value_limit=0",
                              "value_limit=8k",
                              "value_limit=18446744073709551616",
                              "cpu_share=",
                              "cpu_share=0",
                              "cpu_share=1.1",
                              "cpu_share=-0.5",
                              "cpu_share=nan",
                              "cpu_share=inf",
                              "cpu_share=0.5x",
                              "reload",
                              "reload=inplace"}) {
    const auto options =
        parse_script_header("# one\n# hookline: " + std::string(setting) + "\n", "/scripts");
    ASSERT_FALSE(options) << setting;
    EXPECT_THAT(options.error().message, HasSubstr("line 2: '" + std::string(setting) + "'"));
  }
}

}  // namespace
}  // namespace hookline
