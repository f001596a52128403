#pragma once

#include <utility>

#include "hookline/error.h"
#include "hookline/future.h"

namespace hookline::detail {

// Hears, once, how a change of a script has ended.
//
// Thread safety: any thread.
class Completion {
 public:
  Completion() = default;
  Completion(const Completion&) = delete;
  Completion& operator=(const Completion&) = delete;
  virtual ~Completion() = default;

  virtual void finish(Result<void> result) noexcept = 0;
};

// Keeps a promise with the result of the change.
class PromisedCompletion final : public Completion {
 public:
  [[nodiscard]] Future<void> future() { return promise_.future(); }
  void finish(Result<void> result) noexcept override { promise_.set(std::move(result)); }

 private:
  Promise<void> promise_;
};

}  // namespace hookline::detail
