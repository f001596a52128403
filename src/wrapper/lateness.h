#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "hookline/clock.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/value.h"
#include "plugin/types/log_budget.h"

namespace hookline::wrapper {

// Whether a script still has to do with hooks that somebody has waited for in vain. While it does,
// to wait for its answer to another one would be in vain too.
//
// Thread safety: all methods from any thread.
class Lateness {
 public:
  // `script` is its name in the log.
  explicit Lateness(std::string script) : script_(std::move(script)) {}

  [[nodiscard]] bool is_late() const noexcept { return missed_.load() != 0; }
  // Nobody waits for `answer` any more: the script is late until it is there.
  static void note(const std::shared_ptr<Lateness>& self, Hook hook, Future<Value> answer);

 private:
  void log(Hook hook);

  const std::string script_;
  std::atomic<int> missed_ = 0;
  detail::LogBudget budget_;
};

}  // namespace hookline::wrapper
