#include "wrapper/open_calls.h"

#include <utility>

#include "hookline/loop.h"

namespace hookline::wrapper {
namespace {

Result<Value> shutting_down() {
  return fail(ErrorCode::kShuttingDown, "the hub is shutting down, and the script has not ended");
}

}  // namespace

Future<Value> OpenCalls::add(Future<Value> call) {
  Promise<Value> promise;
  Future<Value> answer = promise.future();
  std::uint64_t number = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) {
      promise.set(shutting_down());
      return answer;
    }
    number = next_++;
    open_.emplace(number, std::move(promise));
  }
  call.deliver_to(InlineExecutor::instance(),
                  [this, number](Result<Value> result) { end(number, std::move(result)); });
  return answer;
}

void OpenCalls::end(std::uint64_t number, Result<Value> result) {
  std::unique_lock lock(mutex_);
  auto call = open_.extract(number);
  lock.unlock();
  if (!call.empty()) {
    call.mapped().set(std::move(result));
  }
}

void OpenCalls::close() {
  std::unique_lock lock(mutex_);
  closed_ = true;
  auto open = std::exchange(open_, {});
  lock.unlock();
  for (auto& [number, promise] : open) {
    promise.set(shutting_down());
  }
}

}  // namespace hookline::wrapper
