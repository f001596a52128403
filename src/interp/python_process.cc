#include "interp/python_process.h"

#include <csignal>
#include <filesystem>
#include <list>
#include <string>
#include <string_view>

#include "interp/arena_memory.h"

namespace hookline::detail {

namespace {

struct AddedModule {
  std::string name;
  PyObject* (*init)();
};

// A list, because CPython keeps pointers to the names.
std::list<AddedModule>& added_modules() {
  static std::list<AddedModule> modules;
  return modules;
}

const AddedModule* find_added(std::string_view name) {
  for (const AddedModule& module : added_modules()) {
    if (module.name == name) {
      return &module;
    }
  }
  return nullptr;
}

Error status_error(const PyStatus& status) {
  const char* what = status.err_msg != nullptr ? status.err_msg : "unknown reason";
  return Error{.code = ErrorCode::kBadArguments,
               .message = std::string("Python could not start: ") + what};
}

PyStatus pre_initialize(bool use_system_malloc) {
  PyPreConfig config;
  PyPreConfig_InitIsolatedConfig(&config);
  // Scripts must not read and print another encoding because the hub was started from cron.
  config.utf8_mode = 1;
  if (use_system_malloc) {
    config.allocator = PYMEM_ALLOCATOR_MALLOC;
  }
  return Py_PreInitialize(&config);
}

class Config {
 public:
  Config() { PyConfig_InitIsolatedConfig(&config_); }
  ~Config() { PyConfig_Clear(&config_); }
  Config(const Config&) = delete;
  Config& operator=(const Config&) = delete;

  PyStatus initialize() {
    config_.install_signal_handlers = 0;
    config_.parse_argv = 0;
    const PyStatus status = set_executable();
    return PyStatus_Exception(status) != 0 ? status : Py_InitializeFromConfig(&config_);
  }

 private:
  // Without this, Python looks for its home next to whatever "python3" on the PATH is. If the
  // executable of the build is gone, the prefix that is compiled into libpython has to do.
  PyStatus set_executable() {
    constexpr const char* kExecutable = HOOKLINE_PYTHON_EXECUTABLE;
    std::error_code ignored;
    if (!std::filesystem::exists(kExecutable, ignored)) {
      return PyStatus_Ok();
    }
    return PyConfig_SetBytesString(&config_, &config_.executable, kExecutable);
  }

  PyConfig config_{};
};

// While this lives, SIGINT is ignored if nobody handles it. The first import of _signal in the main
// interpreter would otherwise install a handler, even with install_signal_handlers = 0, and
// Py_FinalizeEx would take away whatever handler the host has installed since.
class SigintIgnored {
 public:
  SigintIgnored()
      : active_(sigaction(SIGINT, nullptr, &before_) == 0 && before_.sa_handler == SIG_DFL) {
    if (active_) {
      struct sigaction ignored = before_;
      ignored.sa_handler = SIG_IGN;
      sigaction(SIGINT, &ignored, nullptr);
    }
  }
  ~SigintIgnored() {
    if (active_) {
      sigaction(SIGINT, &before_, nullptr);
    }
  }
  SigintIgnored(const SigintIgnored&) = delete;
  SigintIgnored& operator=(const SigintIgnored&) = delete;

 private:
  struct sigaction before_{};
  bool active_;
};

void import_signal_module() {
  const SigintIgnored guard;
  if (!PyRef::steal(PyImport_ImportModule("_signal"))) {
    PyErr_Clear();
  }
}

// A script that writes to a socket which its peer has closed must get BrokenPipeError. Python's own
// start-up does the same, but as part of its signal handlers, which a library may not install.
void ignore_sigpipe() {
  struct sigaction present{};
  if (sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
    present.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &present, nullptr);
  }
}

}  // namespace

Result<void> add_builtin_modules(std::span<const BuiltinModule> modules) {
  for (const BuiltinModule& module : modules) {
    if (const AddedModule* added = find_added(module.name)) {
      if (added->init != module.init) {
        return fail(ErrorCode::kBadArguments,
                    "another module is built in as '" + added->name + "' already");
      }
      continue;
    }
    const AddedModule& added = added_modules().emplace_back(module.name, module.init);
    if (PyImport_AppendInittab(added.name.c_str(), added.init) != 0) {
      added_modules().pop_back();
      return fail(ErrorCode::kBadArguments, "no memory for another built-in module");
    }
  }
  return {};
}

Result<void> check_builtin_modules(std::span<const BuiltinModule> modules) {
  for (const BuiltinModule& module : modules) {
    const AddedModule* added = find_added(module.name);
    if (added == nullptr || added->init != module.init) {
      return fail(ErrorCode::kBadArguments, "Python is running without the module '" +
                                                std::string(module.name) +
                                                "', and cannot get it any more");
    }
  }
  return {};
}

Result<void> initialize_python(bool use_system_malloc) {
  PyStatus status = pre_initialize(use_system_malloc);
  if (PyStatus_Exception(status) == 0) {
    if (!use_system_malloc) {
      count_arena_memory();
    }
    status = Config().initialize();
  }
  if (PyStatus_Exception(status) != 0) {
    return std::unexpected(status_error(status));
  }
  import_signal_module();
  ignore_sigpipe();
  return {};
}

MainInterpreterLock::MainInterpreterLock() {
  PyEval_RestoreThread(PyThreadState_New(PyInterpreterState_Main()));
}

MainInterpreterLock::~MainInterpreterLock() {
  PyThreadState_Clear(PyThreadState_Get());
  PyThreadState_DeleteCurrent();
}

}  // namespace hookline::detail
