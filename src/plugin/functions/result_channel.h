#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "hookline/error.h"
#include "hookline/value.h"
#include "plugin/functions/function_registry.h"

namespace hookline::detail {

// Brings results to the asyncio loop of a script, which watches fd(). Putting a result here needs
// no GIL.
//
// Thread safety: all methods from any thread.
class ResultChannel {
 public:
  struct Arrival {
    std::uint64_t ticket = 0;  // identifies the future that waits for it
    std::shared_ptr<const HostFunction> function;
    Result<Value> result;
  };

  // Returns nullptr if the process has no file descriptor left.
  [[nodiscard]] static std::shared_ptr<ResultChannel> open();
  ResultChannel(const ResultChannel&) = delete;
  ResultChannel& operator=(const ResultChannel&) = delete;
  ~ResultChannel();

  // Returns a file descriptor that is readable while there is something to take.
  [[nodiscard]] int fd() const noexcept { return fd_; }
  void put(Arrival arrival);
  // Takes all results, in the order in which they came.
  [[nodiscard]] std::vector<Arrival> take();

 private:
  explicit ResultChannel(int fd) : fd_(fd) {}

  const int fd_;
  std::mutex mutex_;
  std::vector<Arrival> arrivals_;
};

}  // namespace hookline::detail
