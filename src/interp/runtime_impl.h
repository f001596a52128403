#pragma once

#include <atomic>
#include <mutex>

#include "interp/runtime.h"

namespace hookline::detail {

struct Runtime::Impl {
  // Of the thread that started Python, detached.
  PyThreadState* main_state = nullptr;
  // Held while an interpreter is created or ended: in CPython the two race with each other.
  std::mutex lifecycle;
  // A script runs in the main interpreter.
  std::atomic<bool> main_taken{false};
};

}  // namespace hookline::detail
