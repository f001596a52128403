#include <gtest/gtest.h>
#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "hookline/loop.h"
#include "tests/support/recording_tasks.h"

namespace hookline::test {
namespace {

using namespace std::chrono_literals;

bool is_readable(const PollLoop& loop, int timeout_ms = 0) {
  pollfd watched{.fd = loop.fd(), .events = POLLIN, .revents = 0};
  return poll(&watched, 1, timeout_ms) == 1;
}

class PollLoopTest : public testing::Test {
 protected:
  PollLoopTest() { loop_.start(tasks_); }

  RecordingTasks tasks_;
  PollLoop loop_;
};

TEST_F(PollLoopTest, HasNothingToDoAtFirst) {
  EXPECT_FALSE(is_readable(loop_));
  loop_.run_ready();
  EXPECT_EQ(tasks_.calls, "");
}

TEST_F(PollLoopTest, RunsOnceForAWakeUp) {
  loop_.wake();
  EXPECT_TRUE(is_readable(loop_));
  EXPECT_TRUE(is_readable(loop_)) << "until run_ready() has been called";
  loop_.run_ready();
  EXPECT_FALSE(is_readable(loop_));
  loop_.run_ready();
  EXPECT_EQ(tasks_.calls, "r");
}

TEST_F(PollLoopTest, IsReadableUntilTheTasksAreDone) {
  tasks_.runs_again = 2;
  loop_.wake();
  int turns = 0;
  for (; is_readable(loop_); ++turns) {
    loop_.run_ready();
  }
  EXPECT_EQ(turns, 3);
  EXPECT_EQ(tasks_.calls, "rrr");
}

TEST_F(PollLoopTest, AWakeUpWhileItRunsIsNotLost) {
  tasks_.then = [this] {
    tasks_.then = {};
    loop_.wake();
  };
  loop_.wake();
  loop_.run_ready();
  EXPECT_TRUE(is_readable(loop_));
  loop_.run_ready();
  EXPECT_FALSE(is_readable(loop_));
  EXPECT_EQ(tasks_.calls, "rr");
}

TEST_F(PollLoopTest, AnotherThreadEndsTheSleep) {
  std::thread other([this] { loop_.wake(); });
  EXPECT_TRUE(is_readable(loop_, -1));
  other.join();
}

TEST_F(PollLoopTest, FiresTheTimerOnce) {
  loop_.set_timer(1h);
  EXPECT_FALSE(is_readable(loop_));
  loop_.set_timer(1ms);
  EXPECT_TRUE(is_readable(loop_, -1));
  loop_.run_ready();
  EXPECT_FALSE(is_readable(loop_));
  EXPECT_EQ(tasks_.calls, "t");
}

TEST_F(PollLoopTest, ReportsTheEndOfATurnOnlyIfTheHostTellsIt) {
  EXPECT_FALSE(loop_.report_turns());
  loop_.end_turn();
  EXPECT_EQ(tasks_.calls, "");
  PollLoop other(PollLoop::Turns::kReported);
  other.start(tasks_);
  other.end_turn();
  EXPECT_EQ(tasks_.calls, "") << "nobody has asked for it";
  EXPECT_TRUE(other.report_turns());
  other.end_turn();
  EXPECT_EQ(tasks_.calls, "e");
  other.stop();
  other.end_turn();
  EXPECT_EQ(tasks_.calls, "e");
}

TEST_F(PollLoopTest, IsSilentOnceItHasStopped) {
  loop_.wake();
  loop_.set_timer(1ms);
  EXPECT_TRUE(is_readable(loop_));
  loop_.stop();
  EXPECT_FALSE(is_readable(loop_, 5));
  loop_.run_ready();
  EXPECT_EQ(tasks_.calls, "");
}

TEST_F(PollLoopTest, ServesOneAtATime) {
  RecordingTasks others;
  EXPECT_THROW(loop_.start(others), std::runtime_error);
  tasks_.then = [&] {
    loop_.stop();
    loop_.start(others);
    loop_.wake();
  };
  loop_.wake();
  loop_.run_ready();
  EXPECT_TRUE(is_readable(loop_)) << "the wake-up of others is not taken for the one before";
  loop_.run_ready();
  EXPECT_EQ(tasks_.calls, "r");
  EXPECT_EQ(others.calls, "r");
}

}  // namespace
}  // namespace hookline::test
