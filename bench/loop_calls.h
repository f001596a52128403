#pragma once

#include <cstdint>

#include "bench/form.h"
#include "bench/script_lane.h"
#include "dispatch/exec/loop_executor.h"
#include "dispatch/submit/delivered_call.h"
#include "hookline/executor.h"
#include "hub/net/uv_handle.h"

namespace hookline::bench {

using namespace detail;
using namespace hub;

// Makes calls whose results go to a callback on a libuv loop, with a window of them in flight. Each
// callback makes the next call, like a hub that continues with the next command of a connection.
class LoopCalls final : public ResultHandler {
 public:
  LoopCalls(ScriptLane& script, Form form);
  LoopCalls(const LoopCalls&) = delete;
  LoopCalls& operator=(const LoopCalls&) = delete;
  // Waits for the calls in flight.
  ~LoopCalls() override;

  // Runs the loop until this many more results have arrived.
  void run(std::int64_t results);
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  void call();
  void on_result(Result<Value> result) noexcept override;

  ScriptLane& script_;
  std::uint32_t function_;
  Form form_;
  Nicks nicks_;
  UvLoop loop_;
  LoopExecutor executor_;
  std::int64_t in_flight_ = 0;
  std::int64_t delivered_ = 0;
  std::int64_t failed_ = 0;
  bool ending_ = false;
};

}  // namespace hookline::bench
