#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "marshal/py_ref.h"

namespace hookline::detail {

class Helpers;

// Lets other threads see where the worker of an interpreter is, and raise an exception there that
// ends what it runs. A look alone runs no Python code, takes no lock of Python's but the GIL, and
// keeps no object: nothing that the worker does can come out differently because of it.
//
// The exception is `hookline.Interrupted`, a BaseException, so that a script's
// `except Exception` does not catch it. It ends a loop in Python, and waits in time.sleep(),
// `threading`, `queue` and asyncio. Code in C gets it when it returns.
//
//   other thread    interrupt(): waits for the GIL, looks whether the call still runs, raises
//   worker          the exception at its next step, or clear() before the next call
//
// The exception never hits a later call: it is only raised under the GIL, while the call that is
// meant runs, and the worker, which holds the GIL from the end of one call to the beginning of the
// next, takes back an exception that has come too late.
//
// Ownership: shared by the interpreter and by the threads that may want to interrupt it.
//
// Thread safety: interrupt() and is_open() on any thread; the other methods on the worker,
// attached.
class Interrupter {
 public:
  // `stack` is where the worker was, as in a traceback; empty if there was no memory for it.
  // `raised` is false if the call had ended.
  struct Visit {
    bool raised = false;
    std::string stack;
  };

  Interrupter() = default;
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;
  ~Interrupter() = default;

  // Raises the exception if `still_runs()` is true once this thread has the GIL. Waits for that as
  // long as C code of the script keeps it. Returns nullopt if the interpreter has ended. REQUIRES:
  // the calling thread is attached to no interpreter, and `still_runs` neither throws nor blocks.
  [[nodiscard]] std::optional<Visit> interrupt(const std::function<bool()>& still_runs) noexcept;

  // Does the same on a thread of its own, because waiting for the GIL may take for ever, and hands
  // the result to `visited` there, which must not throw. Both functions may run after their maker
  // has ended. Returns false if the system has no thread or no memory to spare.
  [[nodiscard]] static bool interrupt_elsewhere(std::shared_ptr<Interrupter> interrupter,
                                                std::function<bool()> still_runs,
                                                std::function<void(std::optional<Visit>)> visited);

  // Allows visits. `helpers` must outlive close(). Returns false with a Python exception set.
  [[nodiscard]] bool open(const Helpers& helpers);
  // Refuses further visits, and waits for those under way, without the GIL.
  void close();

  // Returns whether the interpreter has neither ended nor begun to. Thread safety: any thread.
  [[nodiscard]] bool is_open() const {
    const std::scoped_lock lock(mutex_);
    return is_open_;
  }

  // Returns whether an exception was raised since the last clear(). The worker asks after each
  // call.
  [[nodiscard]] bool was_raised() const noexcept { return raised_.load(std::memory_order_relaxed); }
  // Takes back an exception that has not reached the script.
  void clear() noexcept;

 private:
  // Returns where the worker is, or null if it runs no Python code.
  [[nodiscard]] PyRef worker_frame() const noexcept;
  // `frame` is where the worker is.
  [[nodiscard]] bool raise_if(const std::function<bool()>& still_runs, const PyRef& frame);

  mutable std::mutex mutex_;
  std::condition_variable left_;
  bool is_open_ = false;
  std::size_t visits_ = 0;
  PyInterpreterState* interpreter_ = nullptr;
  PyThreadState* worker_state_ = nullptr;
  unsigned long worker_ = 0;
  const Helpers* helpers_ = nullptr;
  PyRef exception_;
  std::atomic<bool> raised_{false};  // written under the GIL
};

// Holds the interrupter of an interpreter that is made on another thread.
//
// Thread safety: all methods from any thread.
class InterrupterCell {
 public:
  void set(std::shared_ptr<Interrupter> interrupter) {
    const std::scoped_lock lock(mutex_);
    interrupter_ = std::move(interrupter);
  }
  // Returns nullptr until there is an interpreter.
  [[nodiscard]] std::shared_ptr<Interrupter> get() const {
    const std::scoped_lock lock(mutex_);
    return interrupter_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Interrupter> interrupter_;
};

}  // namespace hookline::detail
