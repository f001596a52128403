#pragma once

#include <cstdint>

#include "bench/form.h"
#include "bench/script_lane.h"
#include "dispatch/exec/loop_executor.h"
#include "dispatch/submit/delivered_call.h"
#include "hookline/executor.h"
#include "hub/net/uv_loop.h"

namespace hookline::bench {

using namespace detail;
using namespace hub;

// Calls whose results go to a callback on a libuv loop, a window of them on its way: each callback
// makes the next call, as a hub does that goes on with a connection's next command.
class LoopCalls final : public ResultHandler {
 public:
  LoopCalls(ScriptLane& script, Form form);
  LoopCalls(const LoopCalls&) = delete;
  LoopCalls& operator=(const LoopCalls&) = delete;
  // Waits for what is on its way.
  ~LoopCalls() override;

  // Runs the loop until that many more results have come.
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
  std::int64_t under_way_ = 0;
  std::int64_t delivered_ = 0;
  std::int64_t failed_ = 0;
  bool ending_ = false;
};

}  // namespace hookline::bench
