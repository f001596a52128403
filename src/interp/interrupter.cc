#include "interp/interrupter.h"

#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "interp/helpers.h"
#include "interp/thread_stack.h"

namespace hookline::detail {
namespace {

// Attaches the calling thread to an interpreter while it lives, with a thread state of its own.
class Visitor {
 public:
  explicit Visitor(PyThreadState* state) : state_(state) { PyEval_RestoreThread(state_); }
  ~Visitor() {
    PyThreadState_Clear(state_);
    PyThreadState_DeleteCurrent();
  }
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

 private:
  PyThreadState* state_;
};

}  // namespace

bool Interrupter::open(const Helpers& helpers) {
  PyRef exception = helpers.get("Interrupted");
  if (!exception) {
    return false;
  }
  const std::scoped_lock lock(mutex_);
  exception_ = std::move(exception);
  helpers_ = &helpers;
  interpreter_ = PyInterpreterState_Get();
  worker_state_ = PyThreadState_Get();
  worker_ = PyThread_get_thread_ident();
  is_open_ = true;
  return true;
}

std::optional<Interrupter::Visit> Interrupter::interrupt(
    const std::function<bool()>& still_runs) noexcept {
  PyThreadState* state = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    if (!is_open_) {
      return std::nullopt;
    }
    state = PyThreadState_New(interpreter_);
    if (state == nullptr) {
      return Visit();  // there is no memory for it
    }
    ++visits_;
  }
  Visit result;
  ThreadStack stack;
  {
    const Visitor visitor(state);
    const PyRef frame = worker_frame();
    stack.take(frame);
    result.raised = raise_if(still_runs, frame);
  }
  {
    const std::scoped_lock lock(mutex_);
    --visits_;
    left_.notify_all();
  }
  result.stack = stack.text();
  return result;
}

bool Interrupter::interrupt_elsewhere(std::shared_ptr<Interrupter> interrupter,
                                      std::function<bool()> still_runs,
                                      std::function<void(std::optional<Visit>)> visited) {
  try {
    std::thread([interrupter = std::move(interrupter), still_runs = std::move(still_runs),
                 visited = std::move(visited)] {
      visited(interrupter->interrupt(still_runs));
    }).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

PyRef Interrupter::worker_frame() const noexcept {
  return PyRef::steal(reinterpret_cast<PyObject*>(PyThreadState_GetFrame(worker_state_)));
}

// The function that ends the wait is looked for before the exception is raised, and called after
// it: it belongs to that call, whichever one runs by then. Both are Python code, which may give up
// the GIL for a moment, so that the call may end before the exception is raised.
bool Interrupter::raise_if(const std::function<bool()>& still_runs, const PyRef& frame) {
  if (!still_runs()) {
    return false;
  }
  const PyRef wake = helpers_->call("waker", "(O)", frame ? frame.get() : Py_None);
  if (!wake) {
    PyErr_Clear();
  }
  if (!still_runs()) {
    return false;
  }
  raised_.store(true, std::memory_order_relaxed);
  PyThreadState_SetAsyncExc(worker_, exception_.get());
  if (wake && wake.get() != Py_None && !PyRef::steal(PyObject_CallNoArgs(wake.get()))) {
    PyErr_Clear();  // the wait has just ended
  }
  return true;
}

void Interrupter::close() {
  std::unique_lock lock(mutex_);
  is_open_ = false;
  if (visits_ != 0) {
    PyThreadState* const state = PyEval_SaveThread();
    left_.wait(lock, [this] { return visits_ == 0; });
    lock.unlock();
    PyEval_RestoreThread(state);
  }
  clear();
  exception_ = {};
}

void Interrupter::clear() noexcept {
  if (raised_.exchange(false, std::memory_order_relaxed)) {
    PyThreadState_SetAsyncExc(worker_, nullptr);
  }
}

}  // namespace hookline::detail
