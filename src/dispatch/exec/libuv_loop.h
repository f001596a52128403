#pragma once

#include "hookline/loop.h"

struct uv_loop_s;  // libuv's uv_loop_t. NOLINT(*-identifier-naming)

namespace hookline::detail {

// Lets a libuv loop serve LoopTasks. Like every libuv handle, a started one keeps the loop running.
//
// It reports the end of a turn twice: after the callbacks of sockets have run, and before the loop
// sleeps. libuv runs the handles before it sleeps in reverse order of their start.
//
// The loop must run once more after stop() and live until then, as libuv requires for closing
// handles. Their memory stays until then.
//
// Thread safety: see EventLoop. Destructor: on the loop's thread, also inside of a call into the
// tasks.
class LibuvLoop final : public EventLoop {
 public:
  explicit LibuvLoop(uv_loop_s* loop) noexcept : loop_(loop) {}
  LibuvLoop(const LibuvLoop&) = delete;
  LibuvLoop& operator=(const LibuvLoop&) = delete;
  // Calls stop().
  ~LibuvLoop() override { stop(); }

  // Throws std::runtime_error if libuv refuses to open a handle, or if it has been started already.
  void start(LoopTasks& tasks) override;
  void stop() noexcept override;
  void wake() noexcept override;
  void set_timer(Duration delay) noexcept override;
  [[nodiscard]] bool report_turns() noexcept override;

 private:
  struct Handles;  // belongs to libuv after stop()
  uv_loop_s* loop_;
  Handles* handles_ = nullptr;
};

}  // namespace hookline::detail
