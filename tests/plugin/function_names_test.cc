#include "plugin/script/function_names.h"

#include <gtest/gtest.h>

#include <barrier>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "hookline/hook.h"
#include "plugin/types/hook_table.h"

namespace hookline::test {

using namespace detail;

namespace {

std::vector<std::string> many_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < FunctionNames::kMost; ++i) {
    names.push_back("f" + std::to_string(i));
  }
  return names;
}

TEST(FunctionNames, HooksHaveTheFirstNumbers) {
  const HookTable hooks({{.name = "on_a", .kinds = ""}, {.name = "on_b", .kinds = ""}});
  FunctionNames names(hooks);
  EXPECT_EQ(names.number("on_b"), 1U);
  EXPECT_EQ(names.number("on_a"), 0U);
  EXPECT_EQ(names.number("other"), 2U);
  EXPECT_EQ(names.number("other"), 2U);
  EXPECT_EQ(names.name(2), "other");
  EXPECT_EQ(names.name(3), "");
}

// Names of up to 16 bytes are compared by their ends.
TEST(FunctionNames, TellsAlikeNamesApart) {
  const HookTable hooks;
  FunctionNames names(hooks);
  const std::vector<std::string> all = {"",
                                        "a",
                                        "aa",
                                        "ab",
                                        "aaa",
                                        "aba",
                                        "abab",
                                        "abcab",
                                        "abdab",
                                        "abcdefgh",
                                        "abcdefgi",
                                        "abcdefghi",
                                        "abcdefghabcdefgh",
                                        "abcdefghabcdefgi",
                                        "abcdefgh-abcdefgh",
                                        "abcdefgh+abcdefgh"};
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(names.number(all[i]), i) << all[i];
  }
  for (std::uint32_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(names.number(all[i]), i) << all[i];
    EXPECT_EQ(names.name(i), all[i]);
  }
}

TEST(FunctionNames, AreBounded) {
  const HookTable hooks;
  FunctionNames names(hooks);
  for (const std::string& name : many_names()) {
    ASSERT_TRUE(names.number(name)) << name;
  }
  EXPECT_FALSE(names.number("one more"));
  EXPECT_EQ(names.number("f0"), 0U) << "those that are known keep their numbers";
}

// A thread that finds a free place must not take the name that another thread puts there meanwhile
// for its own.
TEST(FunctionNames, ThreadsAgreeOnNumbersThatAreNew) {
  constexpr int kThreads = 4;
  const HookTable hooks;
  FunctionNames names(hooks);
  const std::vector<std::string> all = many_names();
  std::barrier start(kThreads);
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&, i] {
      start.arrive_and_wait();
      for (std::size_t at = 0; at < all.size(); ++at) {
        // Half of the threads begin at the other end, so that different names are new together.
        const std::string& name = all[i % 2 == 0 ? at : all.size() - 1 - at];
        const auto number = names.number(name);
        ASSERT_TRUE(number);
        ASSERT_EQ(names.name(*number), name);
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
}

}  // namespace
}  // namespace hookline::test
