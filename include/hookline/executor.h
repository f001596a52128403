#pragma once

#include <memory>
#include <utility>

#include "hookline/result.h"
#include "hookline/value.h"

namespace [[gnu::visibility("default")]] hookline {

// A piece of work that runs once, usually on another thread. Jobs are linked through `next`, so
// that handing one over allocates nothing.
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

// Runs each job immediately on the thread that posts it.
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

}  // namespace hookline
