#include "wrapper/lateness.h"

#include <spdlog/spdlog.h>

#include <cstdint>
#include <utility>

#include "hookline/executor.h"

namespace hookline::wrapper {

void Lateness::note(const std::shared_ptr<Lateness>& self, Hook hook, Future<Value> answer) {
  self->log(hook);
  self->missed_.fetch_add(1);
  answer.deliver_to(InlineExecutor::instance(),
                    [self](const Result<Value>& /*late*/) { self->missed_.fetch_sub(1); });
}

void Lateness::log(Hook hook) {
  std::uint64_t left_out = 0;
  if (budget_.spend(Clock::system().now(), left_out)) {
    spdlog::warn("{}: {} has not ended in time; nobody waits for the script's hooks until it has",
                 script_, hook_row(hook).name);
  }
}

}  // namespace hookline::wrapper
