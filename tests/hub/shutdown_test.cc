#include <gmock/gmock.h>

#include <fstream>

#include "hub_fixture.h"

namespace hookline::test {

using namespace hub;

namespace {

class ShutdownTest : public HubTest {};

TEST_F(ShutdownTest, EverybodyIsDisconnectedAndScriptsAreTold) {
  const auto log = folder.path() / "log";
  start({{"last", "import vh\nlog = open('" + log.string() + R"(', 'w')
def note(*what): print(*what, file=log, flush=True)
def OnUserLogout(nick): note("OnUserLogout", nick)
def OnCloseConnEx(ip, reason, nick): note("OnCloseConnEx", reason, nick)
def OnUnLoad(code): note("OnUnLoad", code)
def UnLoad():
    note("UnLoad", vh.mc("bye"))
    log.close()
)"}});
  auto a = login("A");
  auto connecting = connect();
  connecting.expect_prefix("$Lock");
  stop();
  a.expect_closed();
  connecting.expect_closed();
  std::ifstream file(log);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
  }
  EXPECT_THAT(lines,
              ::testing::UnorderedElementsAre("OnUserLogout A", "OnCloseConnEx 5 A",
                                              "OnCloseConnEx 5 ", "OnUnLoad 0", "UnLoad True"));
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back(), "UnLoad True");
}

// The script decides only after everybody has been disconnected.
TEST_F(ShutdownTest, ADecisionMayStillBePending) {
  const Gate gate(folder.path() / "gate");
  start({{"slow", std::string(kGateSource) + "\ndef OnParsedMsgChat(nick, message): wait_at('" +
                      gate.path() + "')\n"}});
  auto a = login("A");
  auto b = login("B");
  a.chat("wait");
  wait_for_events(1);
  hub().stop();
  EXPECT_FALSE(has(a.expect_closed(), "<A> wait"));
  EXPECT_FALSE(has(b.expect_closed(), "<A> wait"));
  gate.open();
  EXPECT_EQ(wait_for_end(), 0);
}

TEST_F(ShutdownTest, AHubThatNeverRanEndsAsWell) {
  auto created = Hub::create(config);
  ASSERT_TRUE(created) << created.error().to_string();
  EXPECT_NE((*created)->port(), 0);
  auto waiting = TestClient((*created)->port());  // waits in the listener's queue
  created->reset();
}

TEST_F(ShutdownTest, StopMayComeBeforeRun) {
  auto created = Hub::create(config);
  ASSERT_TRUE(created) << created.error().to_string();
  (*created)->stop();
  (*created)->run();
  (*created)->stop();
}

TEST_F(ShutdownTest, APortThatIsTakenIsAnErrorThatNamesIt) {
  start();
  config.port = port();
  const auto second = Hub::create(config);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kBadArguments);
  EXPECT_THAT(second.error().message, ::testing::HasSubstr(std::to_string(port())));
  config.address = "not an address";
  EXPECT_FALSE(Hub::create(config));
}

TEST_F(ShutdownTest, ANewHubMayFollow) {
  start({{"one", "def f(): return 1\n"}});
  stop();
  start({{"two", "def f(): return 2\n"}});
  EXPECT_EQ(call("two", "f"), Value(2));
  auto a = login("A");
}

TEST_F(ShutdownTest, MeasuresItsOwnCpuTime) {
  start();
  auto a = login("A");
  a.sync();
  EXPECT_GT(hub().stats().loop_cpu_seconds, 0);
}

}  // namespace
}  // namespace hookline::test
