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
    scripts_.attach_loop(loop_.get());
  }
  AttachedLoop(const AttachedLoop&) = delete;
  AttachedLoop& operator=(const AttachedLoop&) = delete;
  ~AttachedLoop() { scripts_.detach_loop(); }

  void turn() { uv_run(loop_.get(), UV_RUN_ONCE); }

 private:
  ScriptHost& scripts_;
  UvLoop loop_;
};

}  // namespace hookline::bench
