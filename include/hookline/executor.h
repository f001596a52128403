#pragma once

#include <memory>
#include <utility>

#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

// Something to do once, somewhere else. Intrusive, so that handing it over allocates nothing.
class Job {
 public:
  virtual ~Job() = default;
  // Does it, and gives the job's own storage back. Called at most once; must not throw.
  virtual void run() noexcept = 0;
  // Instead of run(), when it will never be run: completes what depends on it with kShuttingDown
  // and gives the storage back.
  virtual void discard() noexcept = 0;

  Job* next = nullptr;  // for whoever holds the job meanwhile
};

// A place where jobs run: an event loop, a thread, or right here.
// Thread safety: post() may be called from any thread.
class Executor {
 public:
  virtual ~Executor() = default;
  // Takes the job over: it will be run or discarded, exactly once.
  virtual void post(Job& job) noexcept = 0;

  // As above for a callable `void()`. Allocates.
  template <class F>
  void post_function(F function);
};

// Runs each job at once on the thread that posts it.
class InlineExecutor final : public Executor {
 public:
  void post(Job& job) noexcept override { job.run(); }
  [[nodiscard]] static InlineExecutor& instance() noexcept;
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

// Receives the result of one call on an executor, usually the event loop's.
class ResultHandler {
 public:
  ResultHandler() = default;
  ResultHandler(const ResultHandler&) = delete;
  ResultHandler& operator=(const ResultHandler&) = delete;
  virtual ~ResultHandler() = default;
  // Called exactly once per call, by the executor; where that discards the call, with
  // kShuttingDown. The handler must live until then.
  virtual void on_result(Result<Value> result) noexcept = 0;
};

}  // namespace hookline
