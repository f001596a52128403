#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "hookline/future.h"
#include "hookline/value.h"

namespace hookline::wrapper {

// Calls that somebody waits for, each of which can end before its script lets it: at the end of the
// session, which a script that runs for ever does not hold up.
//
// Thread safety: all methods from any thread. Must outlive the calls.
class OpenCalls {
 public:
  OpenCalls() = default;
  OpenCalls(const OpenCalls&) = delete;
  OpenCalls& operator=(const OpenCalls&) = delete;
  ~OpenCalls() = default;

  // What comes of `call`, or kShuttingDown if close() is first.
  [[nodiscard]] Future<Value> add(Future<Value> call);
  // Ends those that are open, and from here on each at once.
  void close();

 private:
  void end(std::uint64_t number, Result<Value> result);

  std::mutex mutex_;
  bool closed_ = false;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Promise<Value>> open_;
};

}  // namespace hookline::wrapper
