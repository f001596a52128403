#include "dispatch/exec/libuv_loop.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/recording_tasks.h"
#include "tests/support/uv_test_loop.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

class LibuvLoopTest : public testing::Test {
 protected:
  LibuvLoopTest() { loop_->start(tasks_); }

  UvTestLoop uv_;
  RecordingTasks tasks_;
  std::unique_ptr<LibuvLoop> loop_ = std::make_unique<LibuvLoop>(uv_.get());
};

TEST_F(LibuvLoopTest, RunsOnceForAWakeUp) {
  loop_->wake();
  uv_.turn();
  uv_.turn();
  EXPECT_EQ(tasks_.calls, "r");
}

TEST_F(LibuvLoopTest, RunsInEachTurnUntilTheTasksAreDone) {
  tasks_.runs_again = 2;
  loop_->wake();
  for (int turn = 0; turn < 5; ++turn) {
    uv_.turn();
  }
  EXPECT_EQ(tasks_.calls, "rrr");
}

TEST_F(LibuvLoopTest, AWakeUpWhileItRunsIsNotLost) {
  tasks_.then = [this] {
    tasks_.then = {};
    loop_->wake();
  };
  loop_->wake();
  for (int turn = 0; turn < 3; ++turn) {
    uv_.turn();
  }
  EXPECT_EQ(tasks_.calls, "rr");
}

TEST_F(LibuvLoopTest, FiresTheTimerOnce) {
  loop_->set_timer(1h);
  loop_->set_timer(1ms);
  uv_.run_until([this] { return !tasks_.calls.empty(); });
  uv_.turn();
  EXPECT_EQ(tasks_.calls, "t");
}

// libuv counts milliseconds.
TEST_F(LibuvLoopTest, FiresTheTimerNoEarlierThanItWasSet) {
  uv_.turn();  // the time of the loop stands still from here on
  loop_->set_timer(1500us);
  EXPECT_EQ(uv_backend_timeout(uv_.get()), 2);
  loop_->set_timer(1us);
  EXPECT_EQ(uv_backend_timeout(uv_.get()), 1);
}

TEST_F(LibuvLoopTest, EndsTheTurnBeforeTheLoopSleepsAndAfterTheSockets) {
  EXPECT_TRUE(loop_->report_turns());
  uv_async_t socket{};
  socket.data = &tasks_;
  uv_async_init(uv_.get(), &socket, [](uv_async_t* handle) {
    static_cast<RecordingTasks*>(handle->data)->calls += 's';
  });
  uv_async_send(&socket);
  uv_.turn();
  EXPECT_EQ(tasks_.calls, "ese");
  uv_close(reinterpret_cast<uv_handle_t*>(&socket), nullptr);
  uv_.turn();
}

TEST_F(LibuvLoopTest, KeepsTheLoopRunningUntilItStops) {
  EXPECT_NE(uv_loop_alive(uv_.get()), 0);
  EXPECT_TRUE(loop_->report_turns());
  loop_->stop();
  uv_.run();  // returns
  EXPECT_EQ(uv_loop_alive(uv_.get()), 0);
}

TEST_F(LibuvLoopTest, IsSilentOnceItHasStopped) {
  EXPECT_TRUE(loop_->report_turns());
  loop_->wake();
  loop_->set_timer(1ms);
  loop_->stop();
  uv_.run();
  EXPECT_EQ(tasks_.calls, "");
}

TEST_F(LibuvLoopTest, MayBeDestroyedWhileItRunsTheTasks) {
  tasks_.runs_again = 1;
  tasks_.then = [this] { loop_.reset(); };
  loop_->wake();
  uv_.run();
  EXPECT_EQ(tasks_.calls, "r");
}

TEST_F(LibuvLoopTest, ServesOneAtATime) {
  RecordingTasks others;
  EXPECT_THROW(loop_->start(others), std::runtime_error);
  loop_->stop();
  loop_->start(others);
  loop_->wake();
  uv_.turn();
  EXPECT_EQ(tasks_.calls, "");
  EXPECT_EQ(others.calls, "r");
}

}  // namespace
}  // namespace hookline::test
