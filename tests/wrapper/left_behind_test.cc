// Tests that scripts that do not end are abandoned, and that Python is then not finalized.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/wrapper/stuck_script.h"
#include "tests/wrapper/wrapper_fixture.h"

namespace hookline::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class LeftBehind : public WrapperTest {};

TEST_F(LeftBehind, AScriptThatTakesTooLongToLoadIsGivenUp) {
  const Gate gate((folder.path() / "gate").string());
  folder.write("hookline.toml", "[hooks]\nload_deadline = 0.001\n");
  folder.write("slow.py", std::string(kGateSource) + "wait_at('" + gate.path() + "')\n");
  begin();
  EXPECT_EQ(load_path(script_path("slow"), w.reserve_id()), -1);
  EXPECT_THAT(w.last_error(), HasSubstr("deadline_exceeded"));
  EXPECT_THAT(w.last_error(), HasSubstr("load_deadline"));
  gate.open();
}

// Reads from a pipe until the script has written.
std::string read_all(const std::string& pipe) {
  std::ifstream stream(pipe);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

class StuckScript : public LeftBehind {
 protected:
  // Loads a script with a load_deadline as short as this machine allows, because w_End waits as
  // long.
  void start(std::string_view source) {
    begin();
    double seconds = 0.25;
    do {
      folder.write("hookline.toml", "[hooks]\nload_deadline = " + std::to_string(seconds) + "\n");
      const std::string name = "stuck" + std::to_string(static_cast<int>(seconds * 4));
      folder.write(name + ".py", source);
      id = load_path(script_path(name), w.reserve_id());
      seconds *= 2;
    } while (id < 0 && seconds < 100);
    ASSERT_GE(id, 0) << w.last_error();
  }
  Gate gate{(folder.path() / "gate").string()};
  int id = -1;
};

TEST_F(StuckScript, UnloadingAndTheEndReturn) {
  hub.offer<W_mc>();
  start(stuck_at(gate));
  EXPECT_EQ(hook(id, W_OnTimer, "d", 1000.0), "NULL");
  EXPECT_EQ(w.unload(id), 1);
  EXPECT_EQ(call(id, "f"), "NULL");
  end();
  folder.write("hookline.toml", "");
  begin();
  const int other = load("other", "import vh\ndef f(): return vh.mc('a new beginning')\n");
  EXPECT_EQ(call(other, "f"), "l: 1");
  end();
  gate.open();
}

TEST_F(StuckScript, WhatItAsksOfAHubThatHasEndedIsRefused) {
  const Gate said((folder.path() / "said").string());
  hub.offer<W_mc>();
  start(stuck_at(gate) + "SAID = '" + said.path() + R"py('
def OnTimer():
    wait_at(GATE)
    try:
        answer = str(vh.mc("still here"))
    except RuntimeError as error:
        answer = str(error)
    with open(SAID, "w") as pipe:
        pipe.write(answer)
)py");
  EXPECT_EQ(hook(id, W_OnTimer, "d", 1000.0), "NULL");
  end();
  gate.open();
  EXPECT_THAT(read_all(said.path()), HasSubstr("shutting down"));
  EXPECT_THAT(hub.calls, ::testing::IsEmpty());
}

TEST_F(StuckScript, TheEndCompletesWhatWaitsForIt) {
  const Gate entered((folder.path() / "entered").string());
  start(stuck_at(gate) + "ENTERED = '" + entered.path() + R"py('
def wait():
    open(ENTERED, "w").close()
    wait_at(GATE)
)py");
  Finished finished;
  std::jthread waiting([&] {
    EXPECT_EQ(call(id, "wait"), "NULL");
    EXPECT_THAT(w.last_error(), HasSubstr("shutting_down"));
  });
  EXPECT_EQ(read_all(entered.path()), "");  // the call runs
  w.set_deadline(3'600'000);
  std::jthread deciding([&] {
    EXPECT_EQ(hook(id, W_OnParsedMsgChat, "ss", "ann", "hello"), "NULL");
    EXPECT_STRNE(w.last_error(), "");
  });
  ASSERT_EQ(w.call_function_async(id, "f", nullptr, &Finished::note, &finished), 1);
  end();
  EXPECT_THAT(finished.results, ElementsAre(HasSubstr("NULL shutting_down")));
  EXPECT_EQ(finished.thread, std::this_thread::get_id());
  waiting.join();
  deciding.join();
  gate.open();
}

class StuckForEver : public StuckScript, public ::testing::WithParamInterface<const char*> {};

// The thread is in the middle of Python code, so Python is not finalized.
TEST_P(StuckForEver, TheProcessExits) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        start("import vh\ndef OnTimer():\n    while True:\n" + std::string(GetParam()));
        EXPECT_EQ(hook(id, W_OnTimer, "d", 1000.0), "NULL");
        end();
        std::filesystem::remove_all(folder.path());
        std::exit(HasFailure() ? 1 : 0);
      },
      ::testing::ExitedWithCode(0), "left behind");
}

INSTANTIATE_TEST_SUITE_P(Each, StuckForEver,
                         ::testing::Values("        pass\n", "        print(end='')\n",
                                           "        try: vh.mc('still here')\n"
                                           "        except RuntimeError: pass\n"));

}  // namespace
}  // namespace hookline::test
