#include "interp/kept_object.h"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "interp/interpreter.h"
#include "interp/py_error.h"
#include "interp/runtime.h"

namespace hookline::test {
namespace {

class KeptObjectTest : public ::testing::Test {
 protected:
  std::unique_ptr<Interpreter> new_interpreter() {
    auto created = Interpreter::create(runtime_);
    EXPECT_TRUE(created) << created.error().to_string();
    return *std::move(created);
  }

  std::shared_ptr<Runtime> runtime_ = Runtime::start().value();
};

PyRef new_list() { return PyRef::steal(PyList_New(0)); }

TEST_F(KeptObjectTest, KeepsItsObjectUntilTheLastCopyIsGone) {
  const auto interpreter = new_interpreter();
  const Interpreter::Attached attached(*interpreter);
  const PyRef list = new_list();
  const Py_ssize_t references = Py_REFCNT(list.get());
  std::optional<KeptObject> kept(list);
  const KeptObject copy = *kept;
  EXPECT_EQ(copy, *kept);
  EXPECT_EQ(copy.get().get(), list.get());
  EXPECT_EQ(Py_REFCNT(list.get()), references + 1);
  kept.reset();
  KeptObjects::current()->release_dropped();
  EXPECT_EQ(Py_REFCNT(list.get()), references + 1);
}

TEST_F(KeptObjectTest, MayBeDroppedOnAnyThread) {
  const auto interpreter = new_interpreter();
  PyRef list;
  Py_ssize_t references = 0;
  std::optional<KeptObject> kept;
  {
    const Interpreter::Attached attached(*interpreter);
    list = new_list();
    references = Py_REFCNT(list.get());
    kept.emplace(list);
  }
  std::thread([&kept] { kept.reset(); }).join();
  // The reference goes when the interpreter has its turn again.
  const Interpreter::Attached attached(*interpreter);
  EXPECT_EQ(Py_REFCNT(list.get()), references);
  list.reset();
}

TEST_F(KeptObjectTest, IsOfNoUseToAnotherInterpreter) {
  const auto one = new_interpreter();
  const auto other = new_interpreter();
  KeptObject kept;
  {
    const Interpreter::Attached attached(*one);
    kept = KeptObject(new_list());
    EXPECT_TRUE(kept.get());
  }
  const Interpreter::Attached attached(*other);
  EXPECT_FALSE(kept.get());
}

TEST_F(KeptObjectTest, MayOutliveItsInterpreter) {
  auto interpreter = new_interpreter();
  KeptObject kept;
  {
    const Interpreter::Attached attached(*interpreter);
    kept = KeptObject(new_list());
  }
  interpreter.reset();
  const auto next = new_interpreter();
  const Interpreter::Attached attached(*next);
  EXPECT_FALSE(kept.get());
}

TEST_F(KeptObjectTest, NothingIsNothing) {
  const auto interpreter = new_interpreter();
  const Interpreter::Attached attached(*interpreter);
  EXPECT_FALSE(KeptObject().get());
  EXPECT_FALSE(KeptObject(PyRef()).get());
}

TEST_F(KeptObjectTest, AnErrorIsTheVeryExceptionAgainWhereItCameFrom) {
  const auto interpreter = new_interpreter();
  const auto other = new_interpreter();
  Error error;
  PyRef exception;
  {
    const Interpreter::Attached attached(*interpreter);
    PyErr_SetString(PyExc_KeyError, "gone");
    exception = PyRef::steal(PyErr_GetRaisedException());
    PyErr_SetRaisedException(PyRef(exception).release());
    error = take_python_error();
    ASSERT_TRUE(raise_origin(error));
    const PyRef raised = PyRef::steal(PyErr_GetRaisedException());
    EXPECT_EQ(raised.get(), exception.get());
    exception.reset();
  }
  {
    const Interpreter::Attached attached(*other);
    EXPECT_FALSE(raise_origin(error));
    EXPECT_EQ(PyErr_Occurred(), nullptr);
  }
  Error same = error;
  same.origin = nullptr;
  EXPECT_EQ(same, error) << "the origin is no part of what an error says";
  EXPECT_EQ(same.to_string(), error.to_string());
  const Interpreter::Attached attached(*interpreter);
  EXPECT_FALSE(raise_origin(same));
}

}  // namespace
}  // namespace hookline::test
