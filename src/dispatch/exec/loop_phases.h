#pragma once

#include <uv.h>

#include <functional>
#include <memory>

namespace hookline::detail {

// Calls a function twice in each turn of a libuv loop: when the callbacks of sockets have run, and
// before the loop sleeps. Does not keep the loop running.
//
// Of the handles that run before the loop sleeps, libuv runs those that were started last first.
//
// Thread affinity: the loop's thread. The loop must live until it has run once more after the
// destructor, which lets libuv close the handles.
class LoopPhases {
 public:
  LoopPhases(uv_loop_t* loop, std::function<void()> function);
  LoopPhases(const LoopPhases&) = delete;
  LoopPhases& operator=(const LoopPhases&) = delete;
  ~LoopPhases();

 private:
  struct Handles;  // outlives this object until libuv has closed both
  Handles* handles_;
};

}  // namespace hookline::detail
