#pragma once

#include <gtest/gtest.h>

#include <future>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hub/hub.h"
#include "hub/nmdc/nmdc.h"
#include "test_client.h"
#include "tests/plugin/test_scripts.h"
#include "tests/support/manual_clock.h"

namespace hookline::test {

using namespace detail;
using namespace hub;

// This script has every hook and lets everything pass. HubTest::recorded() asks it.
inline constexpr std::string_view kRecorder = R"py(
HOOKS = """OnNewConn OnCloseConn OnCloseConnEx OnParsedMsgChat OnParsedMsgPM OnParsedMsgMCTo
OnParsedMsgSearch OnParsedMsgSR OnParsedMsgMyINFO OnFirstMyINFO OnParsedMsgValidateNick OnOpChatMessage
OnParsedMsgSupports OnParsedMsgMyHubURL OnParsedMsgExtJSON OnParsedMsgBotINFO OnParsedMsgVersion
OnParsedMsgMyPass OnParsedMsgConnectToMe OnParsedMsgRevConnectToMe OnUnknownMsg OnOperatorCommand
OnOperatorKicks OnOperatorDrops OnOperatorDropsWithReason OnValidateTag OnUserCommand OnHubCommand
OnUserInList OnUserLogin OnUserLogout OnSetConfig""".split()
events = []

def _hook(name):
    def record(*args):
        # TestClient::sync() is no event of the test.
        if not (len(args) > 1 and str(args[1]).lstrip("+").startswith("sync")):
            events.append(name + repr(args).replace(",)", ")"))
    return record

for _name in HOOKS:
    globals()[_name] = _hook(_name)

def take():
    taken = list(events)
    events.clear()
    return taken
)py";

// Runs a hub with real sockets on a free loopback port, real scripts and, if the test wants, a
// clock that the test moves. The hub runs on its own thread, which ends with the test.
class HubTest : public ::testing::Test {
 public:
  struct Script {
    std::string name;  // without .py
    std::string source;
  };

  HubTest();
  ~HubTest() override;

  // The test may change the configuration before start(). It has no flood limit, a very long
  // decision deadline, and much patience with scripts.
  HubConfig config;
  // This becomes HubOptions::control_socket.
  std::filesystem::path control_socket;
  // Makes start() accept that a script cannot be loaded.
  bool may_fail_to_load = false;

  void start(std::initializer_list<Script> scripts = {}, Clock* clock = nullptr);
  // Waits until the hub has ended.
  void stop();
  // Waits until a script has ended the hub, and returns the exit code.
  [[nodiscard]] int wait_for_end();

  [[nodiscard]] Hub& hub() const { return *hub_; }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] TestClient connect() const { return TestClient(port_); }
  [[nodiscard]] TestClient login(std::string_view nick, const LoginOptions& options = {}) const;

  // Calls a function of a script and waits for its value. An error is a test failure.
  [[nodiscard]] Value call(std::string_view script, std::string_view function,
                           List args = {}) const;
  // Waits until the scripts have got this many events. Different clients' commands may be processed
  // in another order than they were sent.
  void wait_for_events(std::uint64_t count) const;
  // Returns the figures of a loaded script; if there is none of that name, all are 0.
  [[nodiscard]] ScriptInfo info(std::string_view name) const;
  // Returns what the script kRecorder, loaded as "recorder", has seen since the last call: a line
  // for each event, such as "OnUserLogin('A')". Calls of this thread and events of the hub are not
  // in order, so call TestClient::sync() first to get all events that the hub has sent.
  [[nodiscard]] std::vector<std::string> recorded() const;

  TempFolder folder;
  ManualClock clock;

 private:
  std::thread thread_;
  std::unique_ptr<Hub> hub_;
  std::uint16_t port_ = 0;
  int exit_code_ = 0;
};

}  // namespace hookline::test
