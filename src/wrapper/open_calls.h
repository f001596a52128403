#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "hookline/future.h"
#include "hookline/value.h"

namespace hookline::wrapper {

// Holds the calls that threads wait for. close() completes them without their scripts, so that a
// script that never returns does not hold up the end of the session.
//
// Thread safety: all methods from any thread. Must outlive the calls.
class OpenCalls {
 public:
  OpenCalls() = default;
  OpenCalls(const OpenCalls&) = delete;
  OpenCalls& operator=(const OpenCalls&) = delete;
  ~OpenCalls() = default;

  // Returns a future with the result of `call`, or with kShuttingDown if close() comes first.
  [[nodiscard]] Future<Value> add(Future<Value> call);
  // Completes all open calls with kShuttingDown, and later ones as soon as they are added.
  void close();

 private:
  void end(std::uint64_t number, Result<Value> result);

  std::mutex mutex_;
  bool closed_ = false;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Promise<Value>> open_;
};

}  // namespace hookline::wrapper
