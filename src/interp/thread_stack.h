#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "marshal/py_ref.h"

namespace hookline::detail {

// Finds out where a Python thread is, and writes that as a traceback does.
//
// take() runs no Python code and keeps the GIL, so the thread that is looked at can neither go on
// meanwhile nor notice it. Python's own traceback module would import other modules on the first
// use, while the thread may be importing the same ones or looking through sys.modules.
//
// Thread safety: each method on any thread, one at a time.
class ThreadStack {
 public:
  // Notes the innermost calls, beginning with `frame`, which is null if the thread runs no Python
  // code. Notes none without memory. REQUIRES: the calling thread is attached to the interpreter of
  // that frame.
  void take(PyRef frame) noexcept;

  // Returns the calls, the innermost last, each with its line if its file can be read; an empty
  // text without memory. Reads those files, so it is called without the GIL.
  [[nodiscard]] std::string text() const noexcept;

 private:
  static constexpr std::size_t kMost = 30;
  struct Call {
    std::string file;
    std::string function;
    int line = 0;
  };

  std::array<Call, kMost> calls_;  // the innermost first
  std::size_t count_ = 0;
  bool has_more_ = false;
};

}  // namespace hookline::detail
