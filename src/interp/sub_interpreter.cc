#include "interp/sub_interpreter.h"

#include <cassert>
#include <chrono>
#include <cstddef>
#include <string>
#include <utility>

#include "interp/memory_allocator.h"
#include "interp/memory_book.h"
#include "interp/python_process.h"

namespace hookline::detail {

namespace {

constexpr int kThreadGraceMs = 1000;
// An empty interpreter takes less than this. CPython leaks most of one whose creation fails.
constexpr std::size_t kRoomForOne = std::size_t{12} << 20U;

Result<void> check_room() {
  const std::size_t left = memory_total().left();
  if (left < kRoomForOne) {
    return fail(ErrorCode::kQueueFull,
                "an interpreter needs 12 MiB, and the scripts have left " +
                    std::to_string(left >> 20U) +
                    " of their memory_total: unload one that holds much, or raise the total");
  }
  return {};
}

PyInterpreterConfig config_for(Gil gil) {
  const bool is_shared = gil == Gil::kShared;
  return PyInterpreterConfig{
      // Interpreters with a GIL of their own must not share an allocator. Modules that do not
      // support sub-interpreters need the allocator of the main interpreter.
      .use_main_obmalloc = is_shared ? 1 : 0,
      // A forked child would have one thread and the locks of all threads, and an exec would
      // replace the host. `subprocess`, os.system() and os.posix_spawn() start programs in C and
      // still work.
      .allow_fork = 0,
      .allow_exec = 0,
      .allow_threads = 1,
      // Py_EndInterpreter aborts the process if a daemon thread lives. Scripts may start some
      // anyway: see thread_helpers_source.cc.
      .allow_daemon_threads = 0,
      .check_multi_interp_extensions = is_shared ? 0 : 1,
      .gil = is_shared ? PyInterpreterConfig_SHARED_GIL : PyInterpreterConfig_OWN_GIL,
  };
}

// Creates an interpreter, and attaches the calling thread to it.
Result<PyThreadState*> create_interpreter(std::mutex& lifecycle, Gil gil) {
  if (auto checked = check_room(); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  const PyInterpreterConfig config = config_for(gil);
  PyThreadState* state = nullptr;
  const std::scoped_lock lock(lifecycle);
  const PyStatus status = Py_NewInterpreterFromConfig(&state, &config);
  if (PyStatus_Exception(status) != 0) {
    const char* why = status.err_msg != nullptr ? status.err_msg : "unknown reason";
    return fail(ErrorCode::kBadArguments, std::string("no interpreter could be created: ") + why);
  }
  return state;
}

}  // namespace

Result<std::unique_ptr<SubInterpreter>> SubInterpreter::create(std::mutex& lifecycle, Gil gil) {
  assert(PyThreadState_GetUnchecked() == nullptr);
  if (gil == Gil::kMain) {
    PyThreadState* const main = PyThreadState_New(PyInterpreterState_Main());
    PyEval_RestoreThread(main);
    return std::unique_ptr<SubInterpreter>(new SubInterpreter(lifecycle, main, gil));
  }
  // CPython initializes each module in C in the main interpreter first, and so needs its GIL to
  // create any interpreter. Code in C of a script that shares that GIL may keep it for long. So
  // this waits for it before it locks, since other interpreters must be able to end meanwhile.
  {
    const MainInterpreterLock waits;
  }
  auto state = create_interpreter(lifecycle, gil);
  if (!state) {
    return std::unexpected(std::move(state.error()));
  }
  return std::unique_ptr<SubInterpreter>(new SubInterpreter(lifecycle, *state, gil));
}

// The thread state goes, because it belongs to this thread.
PyInterpreterState* SubInterpreter::create_unused(std::mutex& lifecycle) {
  const auto state = create_interpreter(lifecycle, Gil::kOwn);
  if (!state) {
    return nullptr;
  }
  PyInterpreterState* const made = PyThreadState_GetInterpreter(*state);
  PyThreadState_Clear(*state);
  PyThreadState_DeleteCurrent();
  return made;
}

Result<std::unique_ptr<SubInterpreter>> SubInterpreter::use(std::mutex& lifecycle,
                                                            PyInterpreterState* unused) {
  PyThreadState* const state = PyThreadState_New(unused);
  if (state == nullptr) {
    return fail(ErrorCode::kBadArguments, "CPython has no memory for a thread in an interpreter");
  }
  PyEval_RestoreThread(state);
  return std::unique_ptr<SubInterpreter>(new SubInterpreter(lifecycle, state, Gil::kOwn));
}

SubInterpreter::SubInterpreter(std::mutex& lifecycle, PyThreadState* state, Gil gil)
    : lifecycle_(lifecycle), state_(state), gil_(gil) {}

SubInterpreter::~SubInterpreter() {
  assert(is_attached());
  if (gil_ == Gil::kMain) {
    PyThreadState_Clear(state_);
    PyThreadState_DeleteCurrent();
    return;
  }
  assert(!has_other_threads());
  const std::unique_lock lock = lock_attached();
  const std::int64_t ended = number();
  Py_EndInterpreter(state_);
  if (gil_ == Gil::kOwn) {  // the others have their objects in the arenas of the main interpreter
    release_arenas(ended);
  }
  close_memory_account(ended);
}

// A thread that waits for a shared GIL while it holds the lock would hold up all other
// interpreters, and could deadlock with a thread that waits for the lock while it holds that GIL.
// So this thread waits for neither while it holds the other.
std::unique_lock<std::mutex> SubInterpreter::lock_attached() {
  std::unique_lock lock(lifecycle_, std::try_to_lock);
  while (!lock.owns_lock()) {
    detach();
    {
      const std::scoped_lock waits(lifecycle_);
    }
    attach();
    lock = std::unique_lock(lifecycle_, std::try_to_lock);
  }
  return lock;
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

std::int64_t SubInterpreter::number() const {
  return PyInterpreterState_GetID(PyThreadState_GetInterpreter(state_));
}

// The list only changes under the GIL, which the calling thread holds.
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

}  // namespace hookline::detail
