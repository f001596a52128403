#include "dispatch/exec/loop_phases.h"

#include <gtest/gtest.h>
#include <uv.h>

#include <memory>
#include <string>

namespace hookline::test {

using namespace detail;

namespace {

class LoopPhasesTest : public testing::Test {
 protected:
  LoopPhasesTest() { uv_loop_init(&loop_); }
  ~LoopPhasesTest() override {
    phases_.reset();
    uv_run(&loop_, UV_RUN_DEFAULT);
    EXPECT_EQ(uv_loop_close(&loop_), 0);
  }

  uv_loop_t loop_{};
  std::string events_;
  std::unique_ptr<LoopPhases> phases_ =
      std::make_unique<LoopPhases>(&loop_, [this] { events_ += 'p'; });
};

TEST_F(LoopPhasesTest, RunsBeforeTheLoopSleepsAndAfterTheSockets) {
  uv_async_t async{};
  async.data = &events_;
  uv_async_init(&loop_, &async,
                [](uv_async_t* handle) { *static_cast<std::string*>(handle->data) += 's'; });
  uv_async_send(&async);
  uv_run(&loop_, UV_RUN_ONCE);
  EXPECT_EQ(events_, "psp");
  uv_close(reinterpret_cast<uv_handle_t*>(&async), nullptr);
}

TEST_F(LoopPhasesTest, DoesNotKeepTheLoopRunning) {
  uv_run(&loop_, UV_RUN_DEFAULT);  // returns
  EXPECT_EQ(uv_loop_alive(&loop_), 0);
}

TEST_F(LoopPhasesTest, IsSilentOnceItIsGone) {
  phases_.reset();
  uv_run(&loop_, UV_RUN_DEFAULT);
  EXPECT_EQ(events_, "");
}

}  // namespace
}  // namespace hookline::test
