#pragma once

// Declares where work runs: executors, which run jobs and deliver results, and event loops that
// serve scripts.

#include <cstdint>
#include <memory>
#include <utility>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/value.h"

#pragma GCC visibility push(default)
namespace hookline {

// Does a piece of work once, usually on another thread. Jobs are linked through `next`, so that
// handing one over allocates nothing. Ownership: the executor to which it was posted owns it.
// Thread safety: only that executor uses it, one thread at a time.
class Job {
 public:
  virtual ~Job() = default;
  // Does the work and frees the job's storage. It is called at most once and must not throw.
  virtual void run() noexcept = 0;
  // Is called instead of run() if the job will never run: completes everything that depends on it
  // with kShuttingDown, and frees the job's storage.
  virtual void discard() noexcept = 0;

  Job* next = nullptr;  // used by the executor that holds the job
};

// Runs jobs on an event loop, on a thread, or on the thread that posts them.
//
// Thread safety: post() from any thread.
class Executor {
 public:
  virtual ~Executor() = default;
  // Takes ownership of the job, and runs or discards it exactly once.
  virtual void post(Job& job) noexcept = 0;

  // Posts a job that calls `function`, a callable `void()`, and allocates memory for it. If the job
  // is discarded, the function is destroyed without being called.
  template <class F>
  void post_function(F function);
};

// Runs each job immediately on the thread that posts it. Thread safety: any thread.
class InlineExecutor final : public Executor {
 public:
  void post(Job& job) noexcept override { job.run(); }
  [[nodiscard]] static InlineExecutor& instance() noexcept {
    // It is never destroyed: a worker that shutdown left behind may still run while the process
    // ends.
    static auto* const kInstance = std::make_unique<InlineExecutor>().release();
    return *kInstance;
  }
};

template <class F>
void Executor::post_function(F function) {
  struct FunctionJob final : Job {
    explicit FunctionJob(F f) : function(std::move(f)) {}
    void run() noexcept override {
      const std::unique_ptr<FunctionJob> self(this);
      function();
    }
    void discard() noexcept override { delete this; }
    F function;
  };
  post(*std::make_unique<FunctionJob>(std::move(function)).release());
}

// Receives the result of a call on an executor, usually the event loop's.
//
// Thread safety: on_result() is called on the executor's thread, or, if the executor discards the
// result, on the thread that discards it. Ownership: the caller owns the handler, and keeps it
// until the call of on_result(), in which the handler may delete itself.
class ResultHandler {
 public:
  ResultHandler() = default;
  ResultHandler(const ResultHandler&) = delete;
  ResultHandler& operator=(const ResultHandler&) = delete;
  virtual ~ResultHandler() = default;
  // Is called exactly once per call, with the value, the call's error, or kShuttingDown if the
  // executor discards the result.
  virtual void on_result(Result<Value> result) noexcept = 0;
};

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
// (<hookline/asio.h>) and for every loop that can watch a descriptor (PollLoop).
//
// Thread safety: wake() from any thread; the library calls it neither before start() nor during or
// after stop(). The library calls all other methods on the loop's thread.
//
// Ownership: an EventLoop outlives the time between start() and the return of stop(). After stop(),
// the loop may still close handles; it must then use only memory of its own, since the EventLoop
// may be gone. The same holds for the loop's code that called into `tasks`, if that call has called
// stop().
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

// Lets a host whose loop can watch a descriptor serve scripts: one with poll(), epoll or select(),
// or with GLib, Qt, libevent and the like.
//
//   hookline::PollLoop loop;
//   scripts->attach_loop(loop);
//   pollfd watched{.fd = loop.fd(), .events = POLLIN, .revents = 0};
//   while (serving) {
//     poll(&watched, 1, -1);
//     loop.run_ready();
//   }
//   scripts->shutdown();
//
// Thread safety: fd() from any thread, all other methods on the loop's thread. The methods of
// EventLoop are for the library.
//
// Ownership: it owns its descriptors. Stop watching fd() before it is destroyed. It must not be
// destroyed inside of run_ready().
class PollLoop final : public EventLoop {
 public:
  // Says whether the host calls end_turn().
  enum class Turns : std::uint8_t { kUnreported, kReported };

  // Throws std::system_error if the process may not have any more descriptors.
  explicit PollLoop(Turns turns = Turns::kUnreported);
  PollLoop(const PollLoop&) = delete;
  PollLoop& operator=(const PollLoop&) = delete;
  ~PollLoop() override;

  // Returns a descriptor that is readable as long as run_ready() has something to do. Watch it
  // level-triggered, which is what all of these do by default, and do not read from it.
  [[nodiscard]] int fd() const noexcept;
  // Does what there is to do, without waiting: runs the scripts' calls into the host, and delivers
  // decisions and results. Does nothing if the descriptor is not readable.
  void run_ready() noexcept;
  // Wakes the scripts that this turn has sent something. With Turns::kReported, call it in each
  // turn after the last event and before the loop sleeps: a script is then woken once per turn, and
  // not with each event.
  void end_turn() noexcept;

  void start(LoopTasks& tasks) override;
  void stop() noexcept override;
  void wake() noexcept override;
  void set_timer(Duration delay) noexcept override;
  [[nodiscard]] bool report_turns() noexcept override;

 private:
  struct [[gnu::visibility("hidden")]] State;
  std::unique_ptr<State> state_;
};

}  // namespace hookline
#pragma GCC visibility pop
