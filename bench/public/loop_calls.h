#pragma once

#include <cstdint>
#include <utility>

#include "bench/form.h"
#include "bench/public/callers.h"
#include "bench/public/own_host.h"
#include "bench/uv_loop.h"
#include "hookline/loop.h"

namespace hookline::bench {

// Makes calls of held functions whose results go to a handler on a libuv loop, with a window of
// them in flight. Each result makes the next call, like a server that continues with the next
// command of a connection.
class LoopCalls final : public ResultHandler {
 public:
  LoopCalls(OwnHost& host, Form form) : loop_(host.scripts()), caller_(host), form_(form) {
    constexpr int kWindow = 1'024;
    for (int i = 0; i < kWindow; ++i) {
      call();
    }
  }
  LoopCalls(const LoopCalls&) = delete;
  LoopCalls& operator=(const LoopCalls&) = delete;
  // Waits for the calls in flight.
  ~LoopCalls() override {
    ending_ = true;
    loop_.run_until([&] { return in_flight_ == 0; });
  }

  // Runs the loop until this many more results have arrived. A turn may deliver some that belong to
  // the next run.
  void run(std::int64_t results) {
    goal_ += results;
    loop_.run_until([&] { return delivered_ >= goal_; });
  }
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  void call() {
    if (caller_.on_loop(*this, form_, nicks_.next())) {
      ++in_flight_;
    } else {
      ++failed_;
    }
  }
  void on_result(Result<Value> result) noexcept override {
    --in_flight_;
    ++delivered_;
    failed_ += result.has_value() ? 0 : 1;
    if (!ending_) {
      call();
    }
  }

  AttachedLoop loop_;
  HeldCaller caller_;
  Form form_;
  Nicks nicks_;
  std::int64_t in_flight_ = 0;
  std::int64_t delivered_ = 0;
  std::int64_t goal_ = 0;
  std::int64_t failed_ = 0;
  bool ending_ = false;
};

}  // namespace hookline::bench
