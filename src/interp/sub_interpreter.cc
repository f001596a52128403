#include "interp/sub_interpreter.h"

#include <cassert>
#include <chrono>
#include <string>

namespace hookline {

namespace {

// Threads are joined by then. This is for the last steps of one that C code has started.
constexpr int kThreadGraceMs = 1000;

PyInterpreterConfig own_gil_config() {
  return PyInterpreterConfig{
      // Interpreters with a GIL of their own must not share an allocator.
      .use_main_obmalloc = 0,
      // A forked child would have one thread and the locks of all of them, and an exec would
      // replace
      // the hub. `subprocess`, os.system() and os.posix_spawn() start their programs in C and work
      // all the same.
      .allow_fork = 0,
      .allow_exec = 0,
      .allow_threads = 1,
      // Py_EndInterpreter aborts the process if a daemon thread lives.
      .allow_daemon_threads = 0,
      .check_multi_interp_extensions = 1,
      .gil = PyInterpreterConfig_OWN_GIL,
  };
}

}  // namespace

Result<std::unique_ptr<SubInterpreter>> SubInterpreter::create(std::mutex& lifecycle) {
  assert(PyThreadState_GetUnchecked() == nullptr);
  const PyInterpreterConfig config = own_gil_config();
  PyThreadState* state = nullptr;
  const std::scoped_lock lock(lifecycle);
  const PyStatus status = Py_NewInterpreterFromConfig(&state, &config);
  if (PyStatus_Exception(status) != 0) {
    const char* why = status.err_msg != nullptr ? status.err_msg : "unknown reason";
    return fail(ErrorCode::kBadArguments, std::string("no interpreter could be created: ") + why);
  }
  return std::unique_ptr<SubInterpreter>(new SubInterpreter(lifecycle, state));
}

SubInterpreter::SubInterpreter(std::mutex& lifecycle, PyThreadState* state)
    : lifecycle_(lifecycle), state_(state) {}

SubInterpreter::~SubInterpreter() {
  assert(is_attached());
  if (!wait_for_other_threads()) {
    detach();
    return;
  }
  const std::scoped_lock lock(lifecycle_);
  Py_EndInterpreter(state_);
}

void SubInterpreter::attach() {
  assert(std::this_thread::get_id() == owner_);
  PyEval_RestoreThread(state_);
}

void SubInterpreter::detach() const {
  assert(is_attached());
  PyEval_SaveThread();
}

bool SubInterpreter::is_attached() const noexcept { return PyThreadState_GetUnchecked() == state_; }

// The list only changes under the GIL, which we hold.
bool SubInterpreter::has_other_threads() const {
  PyThreadState* head = PyInterpreterState_ThreadHead(PyThreadState_GetInterpreter(state_));
  return head != state_ || PyThreadState_Next(head) != nullptr;
}

bool SubInterpreter::wait_for_other_threads() {
  for (int waited = 0; has_other_threads(); ++waited) {
    if (waited == kThreadGraceMs) {
      return false;
    }
    detach();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    attach();
  }
  return true;
}

}  // namespace hookline
