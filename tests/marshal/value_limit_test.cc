// Tests the limit of what a copy of a Python object may take.

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "marshal/copy_budget.h"
#include "marshal/python.h"
#include "python_fixture.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;
constexpr std::size_t kOne = CopyBudget::kValueBytes;

TEST(CopyBudget, GivesWhatItHas) {
  CopyBudget budget(100);
  EXPECT_TRUE(budget.take(60));
  EXPECT_FALSE(budget.take(41));
  EXPECT_EQ(budget.left(), 40U) << "what was refused is not taken";
  EXPECT_TRUE(budget.take(40));
  EXPECT_TRUE(budget.take(0));
  EXPECT_FALSE(budget.take(1));
}

TEST(CopyBudget, GivesAllOfALargeOne) {
  CopyBudget budget(5 * kMiB + 3);
  EXPECT_TRUE(budget.take(1));
  EXPECT_TRUE(budget.take(3 * kMiB));
  EXPECT_FALSE(budget.take(2 * kMiB + 3));
  EXPECT_TRUE(budget.take(2 * kMiB + 2));
  EXPECT_EQ(budget.left(), 0U);
}

TEST(CopyBudget, AVeryLargeNumberOfValuesDoesNotWrapAround) {
  CopyBudget budget(100);
  EXPECT_FALSE(budget.take_values(SIZE_MAX / kOne + 2));
  EXPECT_TRUE(CopyBudget(CopyBudget::kUnlimited).take_values(SIZE_MAX / kOne));
}

struct Asked {
  static inline std::size_t bytes = 0;
  static inline bool answer = true;
  static bool may_take(std::size_t more) {
    bytes += more;
    return answer;
  }
};

TEST(CopyBudget, AsksOnlyForWhatIsLarge) {
  Asked::bytes = 0;
  Asked::answer = true;
  CopyBudget small(100 * kMiB, &Asked::may_take);
  EXPECT_TRUE(small.take(kMiB));
  EXPECT_EQ(Asked::bytes, 0U);
  EXPECT_TRUE(small.take(1));
  EXPECT_EQ(Asked::bytes, kMiB);
  EXPECT_TRUE(small.take(50 * kMiB));
  EXPECT_GE(Asked::bytes, 50 * kMiB);
  Asked::answer = false;
  EXPECT_FALSE(small.is_out_of_memory());
  EXPECT_FALSE(small.take(10 * kMiB));
  EXPECT_TRUE(small.is_out_of_memory());
}

struct Case {
  const char* expression;
  std::size_t bytes;
};

class ValueLimit : public PythonTest, public testing::WithParamInterface<Case> {};

TEST_P(ValueLimit, IsExact) {
  const PyRef object =
      exec("import collections, enum\nresult = " + std::string(GetParam().expression));
  ASSERT_TRUE(object);
  const Result<Value> whole = from_python(object.get(), "result");
  ASSERT_TRUE(whole);
  EXPECT_EQ(from_python(object.get(), "result", {.max_bytes = GetParam().bytes}), whole);
  const auto refused = from_python(object.get(), "result", {.max_bytes = GetParam().bytes - 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kValueTooLarge);
}

INSTANTIATE_TEST_SUITE_P(
    Values, ValueLimit,
    testing::Values(Case{"None", kOne}, Case{"7", kOne}, Case{"1.5", kOne},
                    Case{"'x' * 1000", kOne + 1000}, Case{"'é' * 500", kOne + 1000},
                    Case{"'\\ud800' * 10", kOne + 30}, Case{"b'x' * 1000", kOne + 1000},
                    Case{"10 ** 100", kOne + 101}, Case{"-(10 ** 100)", kOne + 101},
                    Case{"[]", kOne}, Case{"[None] * 10", 11 * kOne},
                    Case{"(1, 'ab', 3)", 4 * kOne + 2}, Case{"{'a': 'bc'}", 3 * kOne + 3},
                    Case{"{1, 2, 3}", 4 * kOne}, Case{"frozenset(['abc'])", 2 * kOne + 3},
                    Case{"[[['x']]]", 4 * kOne + 1},
                    // One object counts as often as it is copied.
                    Case{"['x' * 1000] * 10", 11 * kOne + 10'000},
                    Case{"[[['x' * 100] * 2] * 2] * 2", 15 * kOne + 800},
                    // These are copied in another form.
                    Case{"collections.deque([1, 2])", 3 * kOne},
                    Case{"bytearray(b'abc')", kOne + 3}, Case{"{1: 2}.keys()", 2 * kOne}));

class ValueLimits : public PythonTest {
 protected:
  static Error error_of(const char* expression, const MarshalOptions& options) {
    const auto value = from_python(eval(expression).get(), "result", options);
    EXPECT_FALSE(value) << expression;
    return value ? Error() : value.error();
  }
};

TEST_F(ValueLimits, TheErrorNamesThePlaceAndTheLimit) {
  const Error error = error_of("{'users': [1, 'x' * 1000]}", {.max_bytes = 500});
  EXPECT_EQ(error.code, ErrorCode::kValueTooLarge);
  EXPECT_EQ(error.message,
            "result.users[1]: more than the value_limit of 500 bytes: pass less at a time");
}

// A copy of these would take 1 TB, 40 GB and more than there are atoms.
TEST_F(ValueLimits, WhatIsSharedIsRefusedBeforeItIsCopied) {
  for (const char* expression :
       {"['x' * 10**6] * 10**6", "[None] * 10**7", "(None,) * 10**7",
        "__import__('functools').reduce(lambda x, _: [x] * 10, range(60), 1)",
        "dict.fromkeys(range(10**6))", "'é' * (2 * 10**7)"}) {
    EXPECT_EQ(error_of(expression, {.max_bytes = 10 * kMiB}).code, ErrorCode::kValueTooLarge)
        << expression;
  }
}

TEST_F(ValueLimits, TheNextValueIsCopied) {
  const MarshalOptions options{.max_bytes = 100};
  EXPECT_FALSE(from_python(eval("'x' * 1000").get(), "result", options));
  EXPECT_EQ(from_python(eval("'x'").get(), "result", options), Value("x"));
}

TEST_F(ValueLimits, SeveralValuesShareABudget) {
  const MarshalOptions options{.max_bytes = 2 * kOne + 20};
  CopyBudget budget(options.max_bytes);
  const PyRef text = eval("'x' * 10");
  const ValuePath at("args");
  EXPECT_TRUE(from_python(text.get(), at, options, budget));
  EXPECT_TRUE(from_python(text.get(), at, options, budget));
  EXPECT_EQ(budget.left(), 0U);
  EXPECT_EQ(from_python(Py_None, at, options, budget).error().code, ErrorCode::kValueTooLarge);
}

TEST_F(ValueLimits, MemoryThatTheProcessMayNotHaveIsAMemoryError) {
  Asked::answer = false;
  const MarshalOptions options{.may_take = &Asked::may_take};
  const Error error = error_of("[1, 'x' * 2_000_000]", options);
  EXPECT_EQ(error.code, ErrorCode::kScriptRaised);
  EXPECT_EQ(error.python_type, "MemoryError");
  EXPECT_EQ(error.message, "result[1]: there is no memory for a copy of the value");
  EXPECT_TRUE(from_python(eval("'x' * 1_000_000").get(), "result", options)) << "nobody is asked";
}

TEST_F(ValueLimits, IsGenerousIfNobodySetsOne) {
  EXPECT_TRUE(from_python(eval("'x' * 60_000_000").get(), "result"));
  EXPECT_EQ(error_of("'x' * 70_000_000", {}).code, ErrorCode::kValueTooLarge);
}

}  // namespace
}  // namespace hookline
