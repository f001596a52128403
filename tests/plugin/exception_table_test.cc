#include "plugin/functions/exception_table.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <exception>
#include <expected>
#include <future>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>

namespace hookline {

using namespace detail;

namespace {

struct NoSuchUser : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct BannedUser : NoSuchUser {
  using NoSuchUser::NoSuchUser;
};

template <class Thrown>
bool is([[maybe_unused]] const std::exception& thrown) {
  if constexpr (std::is_same_v<Thrown, std::exception>) {
    return true;
  } else {
    return dynamic_cast<const Thrown*>(&thrown) != nullptr;
  }
}

class ExceptionTableTest : public ::testing::Test {
 protected:
  template <class Thrown>
  Error translated(Thrown thrown) {
    return table_.translate(std::make_exception_ptr(std::move(thrown)));
  }
  template <class Thrown>
  std::string text(Thrown thrown) {
    return translated(std::move(thrown)).to_string();
  }

  ExceptionTable table_;
};

TEST_F(ExceptionTableTest, KnowsTheStandardOnes) {
  EXPECT_EQ(text(std::invalid_argument("a")), "script_raised: ValueError: a");
  EXPECT_EQ(text(std::domain_error("a")), "script_raised: ValueError: a");
  EXPECT_EQ(text(std::length_error("a")), "script_raised: ValueError: a");
  EXPECT_EQ(text(std::out_of_range("a")), "script_raised: IndexError: a");
  EXPECT_EQ(text(std::overflow_error("a")), "script_raised: OverflowError: a");
  EXPECT_EQ(text(std::underflow_error("a")), "script_raised: ArithmeticError: a");
  EXPECT_EQ(text(std::range_error("a")), "script_raised: ArithmeticError: a");
  EXPECT_EQ(translated(std::bad_alloc()).python_type, "MemoryError");
  EXPECT_EQ(translated(std::bad_cast()).python_type, "TypeError");
  EXPECT_EQ(text(std::runtime_error("a")), "script_raised: RuntimeError: a");
  EXPECT_EQ(text(std::logic_error("a")), "script_raised: RuntimeError: a");
  EXPECT_EQ(text(1), "script_raised: RuntimeError: a C++ exception that is no std::exception");
}

TEST_F(ExceptionTableTest, ASystemErrorHasItsNumber) {
  const Error error = translated(std::system_error(ENOENT, std::generic_category(), "opening"));
  EXPECT_EQ(error.python_type, "OSError");
  const auto* origin = dynamic_cast<const SystemErrorOrigin*>(error.origin.get());
  ASSERT_NE(origin, nullptr);
  EXPECT_EQ(origin->number(), ENOENT);
  EXPECT_EQ(translated(std::system_error(std::make_error_code(std::future_errc::no_state))).origin,
            nullptr)
      << "its number is no errno";
}

TEST_F(ExceptionTableTest, AnErrorThatWasThrownIsThatError) {
  const Error error{.code = ErrorCode::kQueueFull,
                    .message = "full",
                    .python_type = {},
                    .traceback = {},
                    .origin = std::make_shared<SystemErrorOrigin>(1)};
  const Error got = translated(BadResult(error));
  EXPECT_EQ(got, error);
  EXPECT_EQ(got.origin, error.origin);
}

TEST_F(ExceptionTableTest, AHostAddsItsOwnTheLastOfWhichCountsFirst) {
  EXPECT_EQ(translated(BannedUser("x")).python_type, "RuntimeError");
  table_.add(&is<NoSuchUser>, "LookupError");
  EXPECT_EQ(text(NoSuchUser("x")), "script_raised: LookupError: x");
  EXPECT_EQ(text(BannedUser("x")), "script_raised: LookupError: x");
  table_.add(&is<BannedUser>, "PermissionError");
  EXPECT_EQ(translated(BannedUser("x")).python_type, "PermissionError");
  EXPECT_EQ(translated(NoSuchUser("x")).python_type, "LookupError");
  EXPECT_EQ(translated(std::runtime_error("x")).python_type, "RuntimeError");
  table_.add(&is<std::exception>, "Exception");
  EXPECT_EQ(translated(std::runtime_error("x")).python_type, "Exception");
}

}  // namespace
}  // namespace hookline
