#include "interp/standard_descriptors.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "interp/runtime.h"
#include "interp_fixture.h"

namespace hookline {

using namespace detail;

namespace {

// Returns how many of stdin, stdout and stderr are /dev/null.
int count_null() {
  int count = 0;
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    std::error_code ignored;
    const auto target =
        std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), ignored);
    count += target == "/dev/null" ? 1 : 0;
  }
  return count;
}

void close_all() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    close(descriptor);
  }
}

// These close the descriptors of a process of their own.
class StandardDescriptors : public testing::Test {
 protected:
  void SetUp() override { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(StandardDescriptors, ThoseThatAreClosedBecomeTheNullDevice) {
  EXPECT_EXIT(
      {
        close_all();
        open_standard_descriptors();
        std::_Exit(count_null());
      },
      testing::ExitedWithCode(3), "");
}

TEST_F(StandardDescriptors, ThoseThatAreOpenStay) {
  EXPECT_EXIT(
      {
        int ends[2];
        const bool opened = pipe(ends) == 0;
        for (int descriptor = 0; descriptor <= 2; ++descriptor) {
          dup2(ends[1], descriptor);
        }
        close(1);
        open_standard_descriptors();
        std::_Exit(opened ? count_null() : 10);
      },
      testing::ExitedWithCode(1), "");
}

TEST_F(StandardDescriptors, PythonStartsWithAllOfThem) {
  EXPECT_EXIT(
      {
        close_all();
        const auto runtime = Runtime::start(test_runtime_options());
        std::_Exit(runtime ? count_null() : 10);
      },
      testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace hookline
