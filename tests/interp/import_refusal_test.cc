// An extension module that refuses an interpreter may leave objects of it behind in CPython.

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "interp/memory_book.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

// A file that is no shared library fails at the same place as a module that refuses.
constexpr std::string_view kSource = R"(
import ctypes, sys, sysconfig
sys.path.insert(0, __file__.rpartition('/')[0])
def try_it():
    try:
        import broken
    except ImportError as error:
        return type(error).__name__
def frames():
    import broken
def leave():
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(object()))
)";

class ImportRefusal : public InterpTest {
 protected:
  void SetUp() override {
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      GTEST_SKIP() << "Python's allocator is not used";
    }
    InterpTest::SetUp();
    load(kSource);
  }
  void write_broken_module() {
    const auto* const suffix = "import sysconfig; result = sysconfig.get_config_var('EXT_SUFFIX')";
    const auto name = evaluate(suffix);
    ASSERT_TRUE(name);
    folder().write("broken" + *name->as<std::string>(), "no library");
  }
  // Returns what stays of the interpreter when it has ended.
  std::size_t left_after_end() {
    end_interpreter();
    return memory_total().used();
  }
};

TEST_F(ImportRefusal, KeepsTheArenasOfItsInterpreter) {
  const std::size_t before = left_after_end();
  restart_interpreter();
  load(kSource);
  call("leave");
  EXPECT_LT(left_after_end(), before + (std::size_t{1} << 20U));
  restart_interpreter();
  load(kSource);
  write_broken_module();
  call("leave");  // CPython itself frees the arenas in which it knows no object
  EXPECT_EQ(call("try_it"), Value("ImportError"));
  EXPECT_GT(left_after_end(), before + (std::size_t{2} << 20U));
}

TEST_F(ImportRefusal, IsNotSeenInTracebacks) {
  write_broken_module();
  const auto result = try_call("frames");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().python_type, "ImportError");
  EXPECT_EQ(result.error().traceback.find("hookline>"), std::string::npos)
      << result.error().traceback;
}

}  // namespace
}  // namespace hookline
