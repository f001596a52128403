#include "interp/runtime.h"

#include <algorithm>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "interp/python_home.h"
#include "interp/python_process.h"

namespace hookline::detail {

namespace {

// Is an object that abandoned threads may use.
struct Kept {
  std::shared_ptr<const void> what;
  std::function<bool()> is_over;
};

// Is the state of the one Python that a process can have.
struct Process {
  std::mutex mutex;
  std::condition_variable ended;
  std::weak_ptr<Runtime> current;
  // True from before Python starts until it is finalized. It stays true while the destructor of
  // Runtime runs, when `current` is empty already.
  bool running = false;
  // The detached thread state of a Python that outlived its Runtime because it could not be
  // finalized. The next Runtime takes it over.
  PyThreadState* left_behind = nullptr;
  std::vector<Kept> kept;
  std::filesystem::path executable;  // the interpreter with which Python was started
};

// It is never destroyed, because abandoned threads may run until the process ends.
Process& process() {
  static Process& instance = *new Process();
  return instance;
}

// Destroys what abandoned threads do not use any more. The mutex is not held meanwhile, because
// the objects may be large and refer to the Runtime.
void drop_what_is_over() {
  std::vector<Kept> kept;
  {
    const std::scoped_lock lock(process().mutex);
    kept.swap(process().kept);
  }
  std::erase_if(kept, [](const Kept& each) { return each.is_over && each.is_over(); });
  const std::scoped_lock lock(process().mutex);
  std::ranges::move(kept, std::back_inserter(process().kept));
}

Result<void> check_executable(const std::filesystem::path& wanted) {
  const std::scoped_lock lock(process().mutex);
  std::error_code ignored;
  if (wanted.empty() || std::filesystem::absolute(wanted, ignored) == process().executable) {
    return {};
  }
  return fail(ErrorCode::kBadArguments, "Python is running with the library of " +
                                            process().executable.string() + ", not with that of " +
                                            wanted.string());
}

// Checks that the running Python is one that `options` ask for.
Result<void> check_running(const RuntimeOptions& options) {
  if (auto same = check_executable(options.python_executable); !same) {
    return same;
  }
  const MainInterpreterLock lock;
  return pre_import(options.pre_imports);
}

// Starts Python and imports everything. Afterwards no thread is attached to it. REQUIRES: the
// process's mutex is held.
Result<PyThreadState*> start_python(const RuntimeOptions& options) {
  if (Py_IsInitialized() != 0) {
    return fail(ErrorCode::kBadArguments,
                "Python was started in this process before, by other code");
  }
  auto executable = find_python(options.python_executable);
  if (!executable) {
    return std::unexpected(std::move(executable.error()));
  }
  if (auto ready = initialize_python(*executable, options.use_system_malloc); !ready) {
    return std::unexpected(std::move(ready.error()));
  }
  process().executable = *std::move(executable);
  if (auto imported = pre_import(options.pre_imports); !imported) {
    Py_FinalizeEx();
    return std::unexpected(std::move(imported.error()));
  }
  return PyEval_SaveThread();
}

// Returns whether an interpreter had to be abandoned, in which case Py_FinalizeEx would abort the
// process.
bool has_sub_interpreters() {
  return PyInterpreterState_Next(PyInterpreterState_Head()) != nullptr;
}

}  // namespace

Runtime::Runtime(PyThreadState* main_state) : main_state_(main_state) {}

Result<std::shared_ptr<Runtime>> Runtime::start(const RuntimeOptions& options) {
  std::unique_lock lock(process().mutex);
  std::shared_ptr<Runtime> runtime;
  process().ended.wait(lock, [&runtime] {
    runtime = process().current.lock();
    return runtime != nullptr || !process().running;
  });
  if (runtime == nullptr) {
    PyThreadState* state = std::exchange(process().left_behind, nullptr);
    const bool left_behind = state != nullptr;
    if (!left_behind) {
      auto started = start_python(options);
      if (!started) {
        return std::unexpected(std::move(started.error()));
      }
      state = *started;
    }
    runtime.reset(new Runtime(state));  // the constructor is private: no make_shared
    process().current = runtime;
    process().running = true;
    if (!left_behind) {
      return runtime;
    }
  }
  // The lock is released first, because the destructor of `runtime` locks it if this is the last
  // reference by now.
  lock.unlock();
  drop_what_is_over();
  if (auto good = check_running(options); !good) {
    return std::unexpected(std::move(good.error()));
  }
  return runtime;
}

std::shared_ptr<Runtime> Runtime::current() {
  const std::scoped_lock lock(process().mutex);
  return process().current.lock();
}

Runtime::~Runtime() {
  PyThreadState* left_behind = nullptr;
  const bool is_used = !reserve_.close();
  if (is_used || has_sub_interpreters()) {
    left_behind = main_state_;
  } else {
    PyEval_RestoreThread(main_state_);
    Py_FinalizeEx();
  }
  const std::scoped_lock lock(process().mutex);
  process().left_behind = left_behind;
  process().running = false;
  process().ended.notify_all();
}

void Runtime::keep(std::shared_ptr<const void> what, std::function<bool()> is_over) {
  const std::scoped_lock lock(process().mutex);
  process().kept.push_back({.what = std::move(what), .is_over = std::move(is_over)});
}

std::string Runtime::python_version() {
  // The text is like "3.13.0 (main, Oct ...) [GCC ...]".
  const std::string_view version = Py_GetVersion();
  return std::string(version.substr(0, version.find(' ')));
}

}  // namespace hookline::detail
