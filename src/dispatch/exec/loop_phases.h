#pragma once

#include <uv.h>

#include <functional>
#include <memory>

namespace hookline::detail {

// Calls a function twice in each turn of a libuv loop: after the callbacks of sockets have run, and
// before the loop sleeps. It does not keep the loop running.
//
// libuv runs the handles before it sleeps in reverse order of their start.
//
// Thread affinity: the loop's thread. The loop must run once more after the destructor and live
// until then, so that libuv closes the handles.
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
