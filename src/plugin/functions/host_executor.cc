#include "plugin/functions/host_executor.h"

#include <memory>
#include <utility>

#include "hookline/future.h"

namespace hookline::detail {
namespace {

// Discards the job if the owner is destroyed before it has run.
struct DiscardJob {
  void operator()(Job* job) const noexcept { job->discard(); }
};

}  // namespace

void HostExecutor::post(Job& job) noexcept {
  std::unique_ptr<Job, DiscardJob> owned(&job);
  (void)port_.run([owned = std::move(owned)](Promise<Value> done) mutable {
    owned.release()->run();
    done.set({});
  });
}

}  // namespace hookline::detail
