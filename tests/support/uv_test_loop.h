#pragma once

#include <gtest/gtest.h>
#include <uv.h>

#include <functional>
#include <utility>

namespace hookline::test {

// Owns a libuv loop, and runs it until something has happened.
//
// uv_run(UV_RUN_ONCE) must not be used for that: before libuv 1.45 it runs the timers that are due,
// and then sleeps for ever if nothing else wakes the loop.
//
// Thread affinity: one thread.
class UvTestLoop {
 public:
  UvTestLoop() {
    uv_loop_init(&loop_);
    uv_prepare_init(&loop_, &before_sleep_);
    before_sleep_.data = this;
    uv_unref(reinterpret_cast<uv_handle_t*>(&before_sleep_));
  }
  UvTestLoop(const UvTestLoop&) = delete;
  UvTestLoop& operator=(const UvTestLoop&) = delete;
  // Completes the closing of handles, and fails the test if one is still open.
  ~UvTestLoop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&before_sleep_), nullptr);
    turn();
    EXPECT_EQ(uv_loop_close(&loop_), 0);
  }

  [[nodiscard]] uv_loop_t* get() noexcept { return &loop_; }
  // Runs as long as there are handles that keep the loop running.
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }
  // Runs what is due, without sleeping. Returns whether handles keep the loop running.
  bool turn() { return uv_run(&loop_, UV_RUN_NOWAIT) != 0; }
  // Runs until done() returns true, which is asked whenever the loop is about to sleep.
  void run_until(std::function<bool()> done) {
    done_ = std::move(done);
    uv_prepare_start(&before_sleep_, [](uv_prepare_t* prepare) {
      auto& self = *static_cast<UvTestLoop*>(prepare->data);
      if (self.done_()) {
        uv_stop(&self.loop_);
      }
    });
    run();
    uv_prepare_stop(&before_sleep_);
  }

 private:
  uv_loop_t loop_{};
  uv_prepare_t before_sleep_{};
  std::function<bool()> done_;
};

}  // namespace hookline::test
