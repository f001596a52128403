// Tests that the hub ends without scripts whose code does not return.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "hub_fixture.h"
#include "tests/support/held_pipe.h"
#include "tests/support/log_capture.h"

namespace hookline::test {
namespace {

class LeftBehind : public HubTest {
 protected:
  LeftBehind() { config.end_patience = Duration::zero(); }
  ~LeftBehind() override { stop(); }

  Gate gate{folder.path() / "gate"};
  Gate said{folder.path() / "said"};
};

// The hub refuses its later calls, on whatever thread they would run.
TEST_F(LeftBehind, AScriptIsNamedAndCannotUseTheHubAnyMore) {
  const LogCapture log;
  start({{"slow", std::string(kGateSource) + "import vh\nSAID = '" + said.path() +
                      R"('
def ask(function, *args):
    try:
        return str(function(*args))
    except RuntimeError as error:
        return 'refused'
def UnLoad():
    wait_at(')" + gate.path() +
                      R"(')
    with open(SAID, 'w') as pipe:
        pipe.write(ask(vh.mc, 'late') + ' ' + ask(vh.GetUserClass, 'A'))
)"}});
  stop();
  EXPECT_EQ(log.count("without scripts whose code has not returned within end_patience: slow"), 1U);
  gate.open();
  std::ifstream file(said.path());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "refused refused");
}

TEST_F(LeftBehind, AHangingImportDoesNotKeepTheHub) {
  may_fail_to_load = true;
  config.load_patience = Duration::zero();
  HeldPipe pipe(folder.path() / "pipe");
  start({{"slow", "open('" + (folder.path() / "pipe").string() + "', 'rb').read()\n"}});
  pipe.wait_for_reader();
  stop();
  start({{"slow", "def f(): return 'fresh'\n"}});
  while (!hub().scripts().find("slow")) {
    std::this_thread::yield();
  }
  EXPECT_EQ(call("slow", "f"), Value("fresh"));
}

}  // namespace
}  // namespace hookline::test
