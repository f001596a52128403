#pragma once

#include <uv.h>

namespace hookline::hub {

// Owns an event loop. Whoever has handles on it closes them before; the destructor runs the loop
// until libuv has given them back.
class UvLoop {
 public:
  UvLoop() { uv_loop_init(&loop_); }
  UvLoop(const UvLoop&) = delete;
  UvLoop& operator=(const UvLoop&) = delete;
  ~UvLoop() {
    uv_run(&loop_, UV_RUN_DEFAULT);
    if (uv_loop_close(&loop_) == UV_EBUSY) {  // somebody had asked it to stop, which it did
      uv_run(&loop_, UV_RUN_DEFAULT);
      uv_loop_close(&loop_);
    }
  }

  [[nodiscard]] uv_loop_t* get() noexcept { return &loop_; }
  void run() { uv_run(&loop_, UV_RUN_DEFAULT); }

 private:
  uv_loop_t loop_{};
};

}  // namespace hookline::hub
