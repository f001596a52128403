#include "interp/interrupter.h"

#include <system_error>
#include <thread>
#include <utility>

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

bool Interrupter::interrupt_elsewhere(std::shared_ptr<Interrupter> interrupter,
                                      std::function<bool()> still_runs,
                                      std::function<void(const std::optional<Visit>&)> visited) {
  try {
    std::thread([interrupter = std::move(interrupter), still_runs = std::move(still_runs),
                 visited = std::move(visited)] {
      visited(interrupter->interrupt(still_runs));
    }).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

// Python code that runs here may give up the GIL for a moment. So the function that ends the wait
// is looked for before the exception is raised, and called after it: it belongs to that call,
// whichever one runs by then.
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
