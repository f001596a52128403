#pragma once

#include "hookline/clock.h"

namespace [[gnu::visibility("default")]] hookline {

// Does the library's work on the loop's thread, whenever the event loop calls it. The library
// implements it and passes it to EventLoop::start().
//
// Thread affinity: the loop's thread calls all methods, one at a time. Each of them may call
// EventLoop::stop(), also indirectly; the loop must not touch this object after that.
class LoopTasks {
 public:
  LoopTasks() = default;
  LoopTasks(const LoopTasks&) = delete;
  LoopTasks& operator=(const LoopTasks&) = delete;

  // Runs what is ready, but never for so long that the loop could not serve its sockets. Returns
  // true if the loop has to call it again in its next turn, without sleeping before that; in
  // between the loop should look at its sockets once.
  [[nodiscard]] virtual bool run() noexcept = 0;
  // Does what EventLoop::set_timer() was called for.
  virtual void on_timer() noexcept = 0;
  // Is called at least once in each turn, after the host's callbacks and before the loop sleeps, if
  // EventLoop::report_turns() returned true.
  virtual void end_turn() noexcept = 0;

 protected:
  ~LoopTasks() = default;
};

// Lets the library be served by an event loop. A host implements it for a loop of its own; there
// are ready-made ones for libuv (ScriptHost::attach_loop(uv_loop_t*)), for standalone Asio
// (<hookline/asio.h>) and for every loop that can watch a descriptor (<hookline/poll_loop.h>).
//
// Thread safety: wake() from any thread; the library calls it neither before start() nor during or
// after stop(). The library calls all other methods on the loop's thread.
//
// Ownership: an EventLoop outlives the time between start() and the return of stop(). What the loop
// itself still has to do after that, such as closing handles, must use nothing but memory that this
// part of the loop keeps for itself, since the EventLoop may be gone. So must a call into `tasks`
// that has called stop(), once it has returned.
class EventLoop {
 public:
  EventLoop() = default;
  EventLoop(const EventLoop&) = delete;
  EventLoop& operator=(const EventLoop&) = delete;
  virtual ~EventLoop() = default;

  // Makes the loop call `tasks` from now on. While it is started, the loop should not end for lack
  // of work. It may throw what derives from std::exception if it cannot start or has been started
  // already; ScriptHost::attach_loop() passes that on. It may be called again after stop().
  virtual void start(LoopTasks& tasks) = 0;
  // Makes the loop forget the tasks, wake-ups and the timer: it must not call `tasks` any more.
  virtual void stop() noexcept = 0;

  // Makes the loop's thread call LoopTasks::run() soon, also if it sleeps. A call during run()
  // demands another run(), even if that run() returns false. The library wakes a loop only if no
  // run() is due: it does not call wake() again before the one that it has demanded, nor while
  // run() returns true.
  virtual void wake() noexcept = 0;

  // Makes the loop call LoopTasks::on_timer() once, after `delay`, which is positive. A second call
  // replaces the first. An earlier or later call by a few milliseconds does no harm, because the
  // library asks its own clock.
  virtual void set_timer(Duration delay) noexcept = 0;

  // Asks the loop to call LoopTasks::end_turn() in each turn from now on. The library then wakes
  // sleeping scripts once per turn, and not with each event. Returns false if the loop cannot do
  // that; scripts are then woken immediately.
  [[nodiscard]] virtual bool report_turns() noexcept { return false; }
};

}  // namespace hookline
