#pragma once

#include <uv.h>

#include <memory>

#include "hookline/executor.h"

namespace [[gnu::visibility("default")]] hookline {
namespace detail {
class LoopExecutor;
}  // namespace detail

// Runs jobs on a libuv loop, for Future::then(), Future::via() and ValueStream::for_each().
//
// Thread safety: post() from any thread; the rest on the loop's thread. The loop is not owned and
// must live until it has run once more after close(), which lets libuv close the handle.
class UvExecutor final : public Executor {
 public:
  explicit UvExecutor(uv_loop_t* loop);
  UvExecutor(const UvExecutor&) = delete;
  UvExecutor& operator=(const UvExecutor&) = delete;
  // Calls close().
  ~UvExecutor() override;

  void post(Job& job) noexcept override;
  // Discards every job, already posted or still to come.
  void close();

 private:
  std::unique_ptr<detail::LoopExecutor> executor_;
};

}  // namespace hookline
