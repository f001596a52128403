// Tests what the folder of scripts may hold beside scripts: nothing of it is waited for.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include "hookline/script_info.h"
#include "interp/source_file.h"
#include "plugin/script/script_header.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

// Makes a folder with one file of each kind that is no script, and the script "good".
class ScriptFiles : public ScriptHostTest {
 protected:
  ScriptFiles() {
    folder.write("good.py", "def f(): return 1\n");
    EXPECT_EQ(mkfifo((folder.path() / "fifo.py").c_str(), 0600), 0);
    fs::create_symlink("/dev/zero", folder.path() / "device.py");
    fs::create_symlink("loop.py", folder.path() / "loop.py");
    fs::create_symlink("nowhere", folder.path() / "dangling.py");
    fs::create_directory(folder.path() / "broken");
    fs::create_directory(folder.path() / "broken" / "__init__.py");
    fs::create_directory(folder.path() / "no_package");
    fs::create_symlink("circle", folder.path() / "circle");
  }
};

TEST_F(ScriptFiles, AreListedByTheirNames) {
  std::vector<std::string> names;
  for (const auto& file : script_files(folder.path())) {
    names.push_back(file.filename().string());
  }
  EXPECT_THAT(names, ::testing::ElementsAre("broken", "dangling.py", "device.py", "fifo.py",
                                            "good.py", "loop.py"));
  EXPECT_THAT(script_files(folder.path() / "circle"), ::testing::IsEmpty());
  EXPECT_THAT(script_files(folder.path() / "good.py"), ::testing::IsEmpty());
}

TEST_F(ScriptFiles, EachThatIsNoScriptIsAnErrorOfItsOwn) {
  start();
  std::vector<std::string> failed;
  for (const auto& file : script_files(folder.path())) {
    const auto loaded = scripts->load(file).get();
    if (!loaded) {
      EXPECT_EQ(loaded.error().code, ErrorCode::kScriptNotFound) << file;
      EXPECT_THAT(loaded.error().message, HasSubstr("no readable script at /"));
      failed.push_back(file.stem().string());
    }
  }
  EXPECT_THAT(failed, ::testing::ElementsAre("broken", "dangling", "device", "fifo", "loop"));
  EXPECT_EQ(call("good", "f"), Value(1));
}

TEST_F(ScriptFiles, TheHeaderOfAFifoIsNotWaitedFor) {
  const auto header = detail::read_script_header(folder.path() / "fifo.py");
  ASSERT_TRUE(header);
  EXPECT_FALSE(header->gil);
}

TEST_F(ScriptFiles, AreReadAsAWholeUpToALimit) {
  const std::string longer_than_a_chunk(200'000, '#');
  EXPECT_EQ(detail::read_source_file(folder.write("long.py", longer_than_a_chunk)).value(),
            longer_than_a_chunk);
  const auto huge = folder.write("huge.py", "");
  fs::resize_file(huge, (std::uintmax_t{64} << 20) + 1);
  const auto refused = detail::read_source_file(huge);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("more than 64 MiB"));
  const auto device = detail::read_source_file("/dev/zero");
  ASSERT_FALSE(device);
  EXPECT_THAT(device.error().message, AllOf(HasSubstr("/dev/zero"), HasSubstr("no regular file")));
}

}  // namespace
}  // namespace hookline::test
