// Tests that an Error becomes the very exception again in the interpreter that it came from.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "interp/interpreter.h"
#include "interp/py_error.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

class ErrorOriginTest : public InterpTest {
 protected:
  void SetUp() override {
    InterpTest::SetUp();
    load(R"(
import weakref
alive = weakref.WeakSet()

class Oops(Exception):
    def __init__(self, text):
        super().__init__(text)
        alive.add(self)

def fail(): raise Oops("mine")
def count(): return len(alive)
)");
  }

  Error fail() {
    auto result = try_call("fail");
    EXPECT_FALSE(result);
    return result ? Error() : std::move(result.error());
  }
  Value count() { return call("count"); }
};

TEST_F(ErrorOriginTest, IsTheVeryExceptionAgain) {
  const Error error = fail();
  ASSERT_TRUE(raise_origin(error));
  const PyRef once = PyRef::steal(PyErr_GetRaisedException());
  ASSERT_TRUE(raise_origin(error)) << "as often as one likes";
  const PyRef again = PyRef::steal(PyErr_GetRaisedException());
  EXPECT_EQ(once.get(), again.get());
  EXPECT_TRUE(PyRef::steal(PyException_GetTraceback(once.get())));
}

TEST_F(ErrorOriginTest, IsNoPartOfWhatTheErrorSays) {
  const Error error = fail();
  ASSERT_NE(error.origin, nullptr);
  Error same = error;
  same.origin = nullptr;
  EXPECT_EQ(same, error);
  EXPECT_EQ(same.to_string(), error.to_string());
  EXPECT_FALSE(raise_origin(same));
  EXPECT_EQ(PyErr_Occurred(), nullptr);
}

TEST_F(ErrorOriginTest, LivesAsLongAsTheErrorAndItsCopies) {
  auto error = std::make_unique<Error>(fail());
  auto copy = std::make_unique<Error>(*error);
  error.reset();
  EXPECT_EQ(count(), Value(1));
  std::thread([&copy] { copy.reset(); }).join();
  EXPECT_EQ(count(), Value(0));
}

TEST_F(ErrorOriginTest, IsOfNoUseInAnotherInterpreterOrAfterItsEnd) {
  const Error error = fail();
  interpreter().detach();
  auto other = Interpreter::create(runtime()).value();
  {
    const Interpreter::Attached attached(*other);
    EXPECT_FALSE(raise_origin(error));
    EXPECT_EQ(PyErr_Occurred(), nullptr);
  }
  Error of_other;
  {
    const Interpreter::Attached attached(*other);
    PyErr_SetString(PyExc_KeyError, "x");
    of_other = take_python_error();
    EXPECT_TRUE(raise_origin(of_other));
    PyErr_Clear();
  }
  other.reset();
  interpreter().attach();
  EXPECT_FALSE(raise_origin(of_other));
}

}  // namespace
}  // namespace hookline
