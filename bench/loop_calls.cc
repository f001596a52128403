#include "bench/loop_calls.h"

#include <memory>

#include "dispatch/exec/libuv_loop.h"

namespace hookline::bench {

using namespace detail;

namespace {
constexpr std::int64_t kWindow = 1'024;
}  // namespace

LoopCalls::LoopCalls(ScriptLane& script, Form form)
    : script_(script),
      function_(ScriptLane::function(form)),
      form_(form),
      executor_(std::make_shared<LibuvLoop>(loop_.get())) {
  for (std::int64_t i = 0; i < kWindow; ++i) {
    call();
  }
}

LoopCalls::~LoopCalls() {
  ending_ = true;
  while (in_flight_ != 0) {
    uv_run(loop_.get(), UV_RUN_ONCE);
  }
}

void LoopCalls::run(std::int64_t results) {
  const std::int64_t goal = delivered_ + results;
  while (delivered_ < goal) {
    uv_run(loop_.get(), UV_RUN_ONCE);
  }
}

void LoopCalls::call() {
  ++in_flight_;
  DeliveredCall::post(
      script_.mailbox(),
      [this](RequestWriter& request) { fill(request, function_, form_, nicks_.next()); }, executor_,
      *this);
}

void LoopCalls::on_result(Result<Value> result) noexcept {
  --in_flight_;
  ++delivered_;
  failed_ += result.has_value() ? 0 : 1;
  if (!ending_) {
    call();
  }
}

}  // namespace hookline::bench
