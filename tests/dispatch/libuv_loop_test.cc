#include "dispatch/exec/libuv_loop.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "tests/support/recording_tasks.h"

namespace hookline::test {

using namespace detail;

namespace {

using namespace std::chrono_literals;

class LibuvLoopTest : public testing::Test {
 protected:
  LibuvLoopTest() {
    uv_loop_init(&uv_);
    loop_ = std::make_unique<LibuvLoop>(&uv_);
    loop_->start(tasks_);
  }
  ~LibuvLoopTest() override {
    loop_.reset();
    uv_run(&uv_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&uv_), 0);
  }

  uv_loop_t uv_{};
  RecordingTasks tasks_;
  std::unique_ptr<LibuvLoop> loop_;
};

TEST_F(LibuvLoopTest, RunsOnceForAWakeUp) {
  loop_->wake();
  uv_run(&uv_, UV_RUN_ONCE);
  uv_run(&uv_, UV_RUN_NOWAIT);
  EXPECT_EQ(tasks_.calls, "r");
}

TEST_F(LibuvLoopTest, RunsInEachTurnUntilTheTasksAreDone) {
  tasks_.runs_again = 2;
  loop_->wake();
  for (int turn = 0; turn < 5; ++turn) {
    uv_run(&uv_, UV_RUN_NOWAIT);
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
    uv_run(&uv_, UV_RUN_NOWAIT);
  }
  EXPECT_EQ(tasks_.calls, "rr");
}

TEST_F(LibuvLoopTest, FiresTheTimerOnce) {
  loop_->set_timer(1h);
  loop_->set_timer(1ms);
  while (tasks_.calls.empty()) {
    uv_run(&uv_, UV_RUN_ONCE);
  }
  uv_run(&uv_, UV_RUN_NOWAIT);
  EXPECT_EQ(tasks_.calls, "t");
}

// libuv counts milliseconds.
TEST_F(LibuvLoopTest, FiresTheTimerNoEarlierThanItWasSet) {
  uv_run(&uv_, UV_RUN_NOWAIT);  // the time of the loop stands still from here on
  loop_->set_timer(1500us);
  EXPECT_EQ(uv_backend_timeout(&uv_), 2);
  loop_->set_timer(1us);
  EXPECT_EQ(uv_backend_timeout(&uv_), 1);
}

TEST_F(LibuvLoopTest, EndsTheTurnBeforeTheLoopSleepsAndAfterTheSockets) {
  EXPECT_TRUE(loop_->report_turns());
  uv_async_t socket{};
  socket.data = &tasks_;
  uv_async_init(&uv_, &socket, [](uv_async_t* handle) {
    static_cast<RecordingTasks*>(handle->data)->calls += 's';
  });
  uv_async_send(&socket);
  uv_run(&uv_, UV_RUN_ONCE);
  EXPECT_EQ(tasks_.calls, "ese");
  uv_close(reinterpret_cast<uv_handle_t*>(&socket), nullptr);
  uv_run(&uv_, UV_RUN_NOWAIT);
}

TEST_F(LibuvLoopTest, KeepsTheLoopRunningUntilItStops) {
  EXPECT_NE(uv_loop_alive(&uv_), 0);
  EXPECT_TRUE(loop_->report_turns());
  loop_->stop();
  uv_run(&uv_, UV_RUN_DEFAULT);  // returns
  EXPECT_EQ(uv_loop_alive(&uv_), 0);
}

TEST_F(LibuvLoopTest, IsSilentOnceItHasStopped) {
  EXPECT_TRUE(loop_->report_turns());
  loop_->wake();
  loop_->set_timer(1ms);
  loop_->stop();
  uv_run(&uv_, UV_RUN_DEFAULT);
  EXPECT_EQ(tasks_.calls, "");
}

TEST_F(LibuvLoopTest, MayBeDestroyedWhileItRunsTheTasks) {
  tasks_.runs_again = 1;
  tasks_.then = [this] { loop_.reset(); };
  loop_->wake();
  uv_run(&uv_, UV_RUN_DEFAULT);
  EXPECT_EQ(tasks_.calls, "r");
}

TEST_F(LibuvLoopTest, ServesOneAtATime) {
  RecordingTasks others;
  EXPECT_THROW(loop_->start(others), std::runtime_error);
  loop_->stop();
  loop_->start(others);
  loop_->wake();
  uv_run(&uv_, UV_RUN_ONCE);
  EXPECT_EQ(tasks_.calls, "");
  EXPECT_EQ(others.calls, "r");
}

}  // namespace
}  // namespace hookline::test
