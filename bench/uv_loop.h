#pragma once

#include <uv.h>

#include "hookline/script_host.h"

namespace hookline::bench {

// Owns a libuv loop.
class UvLoop {
 public:
  UvLoop() { uv_loop_init(&loop_); }
  UvLoop(const UvLoop&) = delete;
  UvLoop& operator=(const UvLoop&) = delete;
  // Runs what is left, such as the ends of handles, and closes the loop.
  ~UvLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }

  [[nodiscard]] uv_loop_t* get() { return &loop_; }

 private:
  uv_loop_t loop_{};
};

// Attaches a loop of its own to a host, and detaches it.
class AttachedLoop {
 public:
  explicit AttachedLoop(ScriptHost& scripts) : scripts_(scripts) {
    uv_prepare_init(loop_.get(), &before_sleep_);
    scripts_.attach_loop(loop_.get());
  }
  AttachedLoop(const AttachedLoop&) = delete;
  AttachedLoop& operator=(const AttachedLoop&) = delete;
  ~AttachedLoop() {
    scripts_.detach_loop();
    uv_close(reinterpret_cast<uv_handle_t*>(&before_sleep_), nullptr);
  }

  // Runs the loop until `done()` returns true, which is asked whenever the loop is about to sleep.
  // UV_RUN_ONCE would sleep for ever if a timer was due: libuv before 1.45 runs the timers first.
  template <class Done>
  void run_until(Done done) {
    before_sleep_.data = &done;
    uv_prepare_start(&before_sleep_, [](uv_prepare_t* prepare) {
      if ((*static_cast<Done*>(prepare->data))()) {
        uv_stop(prepare->loop);
      }
    });
    uv_run(loop_.get(), UV_RUN_DEFAULT);
    uv_prepare_stop(&before_sleep_);
  }

 private:
  ScriptHost& scripts_;
  uv_prepare_t before_sleep_{};  // belongs to the loop, which runs once more after it is closed
  UvLoop loop_;
};

}  // namespace hookline::bench
