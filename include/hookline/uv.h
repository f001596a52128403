#pragma once

// Runs jobs and futures on a libuv loop. A host that only calls ScriptHost::attach_loop(uv_loop_t*)
// does not need this header, but should know how the loop is used:
//
// An attached loop keeps running until ScriptHost::detach_loop(), and must run once more after it,
// so that libuv closes the library's handles. Sleeping scripts are woken once per turn, before the
// loop sleeps. Start uv_prepare handles that post events after attach_loop(): events of earlier
// ones are seen when the loop next wakes up.

#include <uv.h>

#include <memory>

#include "hookline/loop.h"

#pragma GCC visibility push(default)
namespace hookline {
namespace detail {
class LoopExecutor;
}  // namespace detail

// Runs jobs on a libuv loop, for Future::then(), Future::via() and ValueStream::for_each(). Jobs of
// one thread run in the order in which it posted them. An open executor keeps the loop running.
//
// Thread safety: post() from any thread, also while close() runs, but not during or after the
// destructor. All other methods on the loop's thread.
//
// Ownership: it does not own the loop, which must live until it has run once more after close(), so
// that libuv closes the handle.
class UvExecutor final : public Executor {
 public:
  // Throws std::runtime_error if libuv refuses to open a handle.
  explicit UvExecutor(uv_loop_t* loop);
  UvExecutor(const UvExecutor&) = delete;
  UvExecutor& operator=(const UvExecutor&) = delete;
  // Calls close().
  ~UvExecutor() override;

  void post(Job& job) noexcept override;
  // Discards all jobs, those already posted and those still to come. The loop can then end.
  void close();

 private:
  std::unique_ptr<detail::LoopExecutor> executor_;
};

}  // namespace hookline
#pragma GCC visibility pop
