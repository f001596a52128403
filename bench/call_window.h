#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "bench/form.h"
#include "hookline/future.h"

namespace hookline::bench {

// Makes pipelined calls: a window of them is in flight, and each result is read before its place is
// reused. `Call` makes the call for a nick, and returns its future.
template <class Call>
class CallWindow {
 public:
  static constexpr std::size_t kSize = 1'024;

  explicit CallWindow(Call call, std::size_t size = kSize)
      : call_(std::move(call)), window_(size) {}
  CallWindow(const CallWindow&) = delete;
  CallWindow& operator=(const CallWindow&) = delete;
  ~CallWindow() { drain(); }

  void call() {
    auto& future = window_[next_];
    next_ = next_ + 1 == window_.size() ? 0 : next_ + 1;
    if (future.valid()) {
      failed_ += future.get().has_value() ? 0 : 1;
    }
    future = call_(nicks_.next());
  }
  void call_many(std::int64_t times) {
    for (std::int64_t i = 0; i < times; ++i) {
      call();
    }
  }
  // Reads all results.
  void drain() {
    for (auto& future : window_) {
      if (future.valid()) {
        failed_ += future.get().has_value() ? 0 : 1;
      }
    }
  }
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  Call call_;
  Nicks nicks_;
  std::vector<std::invoke_result_t<Call&, std::string_view>> window_;
  std::size_t next_ = 0;
  std::int64_t failed_ = 0;
};

}  // namespace hookline::bench
