#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/form.h"
#include "dispatch/submit/future_call.h"
#include "hookline/future.h"

namespace hookline::bench {

using namespace detail;

// Makes pipelined calls: a window of them is in flight, and each result is read before its place is
// reused.
class CallWindow {
 public:
  static constexpr std::size_t kSize = 1'024;

  CallWindow(Mailbox& mailbox, std::uint32_t function, Form form, std::size_t size = kSize)
      : mailbox_(mailbox), function_(function), form_(form), window_(size) {}
  CallWindow(const CallWindow&) = delete;
  CallWindow& operator=(const CallWindow&) = delete;
  ~CallWindow() { drain(); }

  void call() {
    Future<Value>& future = window_[next_];
    next_ = next_ + 1 == window_.size() ? 0 : next_ + 1;
    if (future.valid()) {
      failed_ += future.get().has_value() ? 0 : 1;
    }
    future = FutureCall::post(mailbox_, [this](RequestWriter& request) {
      fill(request, function_, form_, nicks_.next());
    });
  }
  void call_many(std::int64_t times) {
    for (std::int64_t i = 0; i < times; ++i) {
      call();
    }
  }
  // Reads all results.
  void drain() {
    for (Future<Value>& future : window_) {
      if (future.valid()) {
        failed_ += future.get().has_value() ? 0 : 1;
      }
    }
  }
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  Mailbox& mailbox_;
  std::uint32_t function_;
  Form form_;
  Nicks nicks_;
  std::vector<Future<Value>> window_;
  std::size_t next_ = 0;
  std::int64_t failed_ = 0;
};

}  // namespace hookline::bench
