#include <gmock/gmock.h>
#include <sys/socket.h>

#include "hub_fixture.h"

namespace hookline::test {
namespace {

using namespace std::chrono_literals;

class LimitsTest : public HubTest {};

TEST_F(LimitsTest, ALoginMustEndInTime) {
  config.login_timeout = 30s;
  start({{"recorder", std::string(kRecorder)}}, &clock);
  auto a = connect();
  a.expect_prefix("$Lock");
  auto b = login("B");
  clock.advance(30s);
  EXPECT_TRUE(has(a.expect_closed(), "login took too long"));
  b.sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', 6, '')"));
}

TEST_F(LimitsTest, IdleUsersAreDisconnectedAndKeepAlivesKeepThem) {
  config.idle_timeout = 20min;
  start({{"recorder", std::string(kRecorder)}}, &clock);
  auto a = login("A");
  auto b = login("B");
  clock.advance(19min);
  b.send("|");
  b.sync();
  clock.advance(2min);
  EXPECT_TRUE(has(a.expect_closed(), "silent for too long"));
  b.expect("$Quit A");
  b.sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', 7, 'A')"));
}

TEST_F(LimitsTest, AnIdleTimeoutOfZeroIsNone) {
  config.idle_timeout = 0s;
  start({}, &clock);
  auto a = login("A");
  clock.advance(24h * 300);
  auto b = login("B");
  a.sync();
}

TEST_F(LimitsTest, FloodingDisconnects) {
  config.commands_per_second = 10;
  config.command_burst = 20;
  start({}, &clock);    // the clock stands still, so only the burst is allowed
  auto a = login("A");  // seven commands
  auto b = login("B");
  for (int i = 0; i < 30; ++i) {
    a.chat(std::to_string(i));
  }
  EXPECT_TRUE(has(a.expect_closed(), "too many commands"));
  b.expect("<A> 0");
  b.expect("$Quit A");
  EXPECT_EQ(hub().stats().floods, 1u);
  clock.advance(10s);
  b.sync();
}

TEST_F(LimitsTest, TooLongACommandDisconnects) {
  config.max_command_bytes = 1'000;
  start();
  auto a = login("A");
  auto b = login("B");
  a.chat(std::string(900, 'x'));
  b.expect("<A> " + std::string(900, 'x'));
  a.send("<A> " + std::string(2'000, 'x'));  // without an end
  EXPECT_TRUE(has(a.expect_closed(), "too long"));
  b.expect("$Quit A");
  EXPECT_EQ(hub().stats().protocol_errors, 1u);
}

TEST_F(LimitsTest, ASlowReaderIsDisconnectedAndDelaysNobody) {
  config.max_unsent_bytes = 100'000;
  start({{"recorder", std::string(kRecorder)}});
  auto slow = login("slow");
  const int small = 4'096;
  setsockopt(slow.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  auto a = login("A");
  auto b = login("B");
  // Kernel buffers hold some megabytes; the client reads none of this.
  const std::string line(20'000, 'x');
  for (int sent = 0; sent < 2'000 && hub().stats().users == 3; ++sent) {
    a.chat(line);
    a.expect("<A> " + line);
    b.expect("<A> " + line);
  }
  b.expect("$Quit slow");
  b.sync();
  EXPECT_THAT(recorded(), ::testing::Contains("OnCloseConnEx('127.0.0.1', 6, 'slow')"));
}

TEST_F(LimitsTest, OnTimerComesAtItsInterval) {
  config.timer_interval = 10s;
  start({{"timer",
          "seen = []\n"
          "def OnTimer(msec): seen.append(msec)\n"
          "def count(): return len(seen)\n"
          "def are_times(): return all(type(m) is float and m > 1e12 for m in seen)\n"}},
        &clock);
  // Waits until the script has been called again, and returns how often it has been called.
  auto next_count = [&, last = Value(0)]() mutable {
    Value count = last;
    while (count == last) {
      std::this_thread::yield();
      count = call("timer", "count");
    }
    return last = count;
  };
  EXPECT_EQ(call("timer", "count"), Value(0));
  clock.advance(10s);
  EXPECT_EQ(next_count(), Value(1));
  clock.advance(25s);
  EXPECT_EQ(next_count(), Value(2)) << "two are due; only one is sent";
  clock.advance(10s);
  EXPECT_EQ(next_count(), Value(3));
  EXPECT_EQ(call("timer", "are_times"), Value(true));
}

}  // namespace
}  // namespace hookline::test
