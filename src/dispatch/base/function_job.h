#pragma once

#include <memory>
#include <utility>

#include "hookline/loop.h"

namespace hookline::detail {

// Calls a function `void()` on the executor's thread. If it is discarded, the function is destroyed
// without being called.
template <class F>
class FunctionJob final : public Job {
 public:
  explicit FunctionJob(F function) : function_(std::move(function)) {}

  void run() noexcept override {
    const std::unique_ptr<FunctionJob> self(this);
    function_();
  }
  void discard() noexcept override { delete this; }

 private:
  F function_;
};

// Makes such a job without posting it: what follows needs no memory.
template <class F>
[[nodiscard]] std::unique_ptr<Job> make_job(F function) {
  return std::make_unique<FunctionJob<F>>(std::move(function));
}

}  // namespace hookline::detail
