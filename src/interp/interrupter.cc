#include "interp/interrupter.h"

#include "interp/helpers.h"
#include "marshal/python_text.h"

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
  worker_ = PyThread_get_thread_ident();
  is_open_ = true;
  return true;
}

std::optional<Interrupter::Visit> Interrupter::interrupt(const std::function<bool()>& still_runs) {
  PyThreadState* state = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    if (!is_open_) {
      return std::nullopt;
    }
    state = PyThreadState_New(interpreter_);
    ++visits_;
  }
  Visit result;
  {
    const Visitor visitor(state);
    result = visit(still_runs);
  }
  const std::scoped_lock lock(mutex_);
  --visits_;
  left_.notify_all();
  return result;
}

// What runs Python code here may give up the GIL for a moment. So what ends the wait is found
// before the exception is raised, and used after it: it belongs to that call, whatever runs by
// then.
Interrupter::Visit Interrupter::visit(const std::function<bool()>& still_runs) {
  Visit result;
  const PyRef found = helpers_->call("look", "(k)", worker_);
  PyObject* stack = nullptr;
  PyObject* wake = nullptr;
  if (!found || PyArg_ParseTuple(found.get(), "OO", &stack, &wake) == 0) {
    PyErr_Clear();
  } else {
    result.stack = display_text(stack);
  }
  if (!still_runs()) {
    return result;
  }
  raised_.store(true, std::memory_order_relaxed);
  PyThreadState_SetAsyncExc(worker_, exception_.get());
  result.raised = true;
  if (wake != nullptr && wake != Py_None && !PyRef::steal(PyObject_CallNoArgs(wake))) {
    PyErr_Clear();  // the wait has just ended
  }
  return result;
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
