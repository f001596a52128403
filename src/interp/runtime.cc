#include "interp/runtime.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "interp/pre_imports.h"
#include "interp/py_error.h"
#include "interp/python_process.h"
#include "interp/runtime_impl.h"

namespace hookline::detail {

namespace {

// There is one Python in a process, so what is known about it is known once.
struct Process {
  std::mutex mutex;
  std::condition_variable ended;
  std::weak_ptr<Runtime> current;
  // From before Python starts until it is finalized: longer than `current`, which is empty already
  // while the destructor runs.
  bool running = false;
  // Python outlived its Runtime, because it could not be finalized; the next Runtime takes it over.
  PyThreadState* left_behind = nullptr;
  std::vector<std::shared_ptr<const void>> kept;
};

// Never destroyed: threads that were left behind may run until the process ends.
Process& process() {
  static Process& instance = *new Process();
  return instance;
}

// REQUIRES: attached to the main interpreter.
void pre_import_standard_modules() {
  for (const char* name : standard_pre_imports()) {
    if (!PyRef::steal(PyImport_ImportModule(name))) {
      PyErr_Clear();
    }
  }
}

Result<void> pre_import(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (!PyRef::steal(PyImport_ImportModule(name.c_str()))) {
      const Error error = take_python_error();
      return fail(ErrorCode::kBadArguments,
                  "pre-import of '" + name + "' failed: " + error.to_string());
    }
  }
  return {};
}

Result<void> check_running(const RuntimeOptions& options) {
  if (auto known = check_builtin_modules(options.modules); !known) {
    return known;
  }
  const MainInterpreterLock lock;
  return pre_import(options.pre_imports);
}

// Python with everything imported, and no thread attached to it.
Result<PyThreadState*> start_python(const RuntimeOptions& options) {
  if (Py_IsInitialized() != 0) {
    return fail(ErrorCode::kBadArguments, "somebody else in this process has started Python");
  }
  if (auto added = add_builtin_modules(options.modules); !added) {
    return std::unexpected(std::move(added.error()));
  }
  if (auto ready = initialize_python(options.use_system_malloc); !ready) {
    return std::unexpected(std::move(ready.error()));
  }
  pre_import_standard_modules();
  if (auto imported = pre_import(options.pre_imports); !imported) {
    Py_FinalizeEx();
    return std::unexpected(std::move(imported.error()));
  }
  return PyEval_SaveThread();
}

// One that had to be abandoned: Py_FinalizeEx would abort the process.
bool has_sub_interpreters() {
  return PyInterpreterState_Next(PyInterpreterState_Head()) != nullptr;
}

}  // namespace

Runtime::Runtime() : impl_(std::make_unique<Impl>()) {}

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
    runtime.reset(new Runtime());  // the constructor is private: no make_shared
    runtime->impl_->main_state = state;
    process().current = runtime;
    process().running = true;
    if (!left_behind) {
      return runtime;
    }
  }
  // Not under the lock: if this holds the last reference by now, the destructor needs it.
  lock.unlock();
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
  if (has_sub_interpreters()) {
    left_behind = impl_->main_state;
  } else {
    PyEval_RestoreThread(impl_->main_state);
    Py_FinalizeEx();
  }
  const std::scoped_lock lock(process().mutex);
  process().left_behind = left_behind;
  process().running = false;
  process().ended.notify_all();
}

void Runtime::keep(std::shared_ptr<const void> what) {
  const std::scoped_lock lock(process().mutex);
  process().kept.push_back(std::move(what));
}

std::string Runtime::python_version() {
  // "3.13.0 (main, Oct ...) [GCC ...]"
  const std::string_view version = Py_GetVersion();
  return std::string(version.substr(0, version.find(' ')));
}

}  // namespace hookline::detail
