#include "interp/python_process.h"

#include <array>
#include <csignal>
#include <expected>
#include <list>
#include <string>
#include <string_view>

#include "interp/helpers.h"
#include "interp/memory_allocator.h"
#include "interp/module_definitions.h"
#include "interp/py_error.h"
#include "interp/standard_descriptors.h"

namespace hookline::detail {

namespace {

// The C modules of the standard library that scripts plausibly use. Some have state that is shared
// by all interpreters and set up at the first import, without a lock: two sub-interpreters that do
// this at the same time can crash (`datetime`: every time). Imported once in the main interpreter,
// they are safe. A module that a given build of Python lacks is skipped. Left out are the test
// modules and those that refuse a GIL of their own (_curses, _tkinter, _tracemalloc, faulthandler,
// readline). The C module is named where the Python module around it only adds start-up time.
// clang-format off
constexpr auto kPreImports = std::to_array<const char*>({
    "datetime", "_datetime", "asyncio", "_asyncio", "threading", "traceback", "array", "atexit",
    "audioop", "binascii", "cmath", "fcntl", "grp", "gc", "itertools", "math", "mmap", "pwd",
    "pyexpat", "resource", "select", "syslog", "termios", "unicodedata", "zlib", "_ast", "_bisect",
    "_blake2", "_bz2", "_codecs", "_codecs_cn", "_codecs_hk", "_codecs_iso2022", "_codecs_jp",
    "_codecs_kr", "_codecs_tw", "_collections", "_contextvars", "_csv", "_ctypes", "_decimal",
    "_elementtree", "_functools", "_hashlib", "_heapq", "_interpchannels", "_interpqueues",
    "_interpreters", "_json", "_locale", "_lsprof", "_lzma", "_md5", "_multibytecodec",
    "_multiprocessing", "_opcode", "_operator", "_pickle", "_posixshmem", "_posixsubprocess",
    "_queue", "_random", "_sha1", "_sha2", "_sha3", "_signal", "_socket", "_sqlite3", "_sre",
    "_ssl", "_statistics", "_string", "_struct", "_symtable", "_typing", "_uuid", "_weakref",
    "_zoneinfo",
});
// clang-format on

// REQUIRES: the calling thread is attached to the main interpreter.
void pre_import_standard_modules() {
  for (const char* name : kPreImports) {
    if (!PyRef::steal(PyImport_ImportModule(name))) {
      PyErr_Clear();
    }
  }
}

std::unexpected<Error> start_error(const PyStatus& status,
                                   const std::filesystem::path& executable) {
  const char* what = status.err_msg != nullptr ? status.err_msg : "unknown reason";
  return fail(ErrorCode::kBadArguments,
              std::string("Python could not start: ") + what +
                  (executable.empty() ? ", and no interpreter was found: set HOOKLINE_PYTHON to one"
                                      : ", with the library of " + executable.string()));
}

PyStatus pre_initialize(bool use_system_malloc) {
  PyPreConfig config;
  PyPreConfig_InitIsolatedConfig(&config);
  // UTF-8 mode makes the encoding of files and output independent of how the host was started
  // (cron).
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

  // Starts Python, which looks for its standard library from the folder of `executable` upwards. If
  // that is empty, the prefix that is compiled into libpython is used.
  PyStatus initialize(const std::filesystem::path& executable) {
    config_.install_signal_handlers = 0;
    config_.parse_argv = 0;
    if (!executable.empty()) {
      const PyStatus status =
          PyConfig_SetBytesString(&config_, &config_.executable, executable.c_str());
      if (PyStatus_Exception(status) != 0) {
        return status;
      }
    }
    return Py_InitializeFromConfig(&config_);
  }

 private:
  PyConfig config_{};
};

// Ignores SIGINT while it lives, unless the host handles it. Otherwise the first import of _signal
// in the main interpreter would install a handler, even with install_signal_handlers = 0, and
// Py_FinalizeEx would remove any handler that the host has installed since.
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

// Ignores SIGPIPE, so that a script that writes to a closed socket gets BrokenPipeError. Python
// does the same when it installs its signal handlers, which a library may not do.
void ignore_sigpipe() {
  struct sigaction present{};
  if (sigaction(SIGPIPE, nullptr, &present) == 0 && present.sa_handler == SIG_DFL) {
    present.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &present, nullptr);
  }
}

}  // namespace

Result<void> pre_import(std::span<const std::string> names) {
  for (const std::string& name : names) {
    if (!PyRef::steal(PyImport_ImportModule(name.c_str()))) {
      const Error error = take_python_error();
      return fail(ErrorCode::kBadArguments,
                  "pre-import of '" + name + "' failed: " + error.to_string());
    }
  }
  note_definitions();
  return {};
}

Result<void> initialize_python(const std::filesystem::path& executable, bool use_system_malloc) {
  open_standard_descriptors();
  PyStatus status = pre_initialize(use_system_malloc);
  if (PyStatus_Exception(status) == 0) {
    if (!use_system_malloc) {
      count_memory();
    }
    status = Config().initialize(executable);
  }
  if (PyStatus_Exception(status) != 0) {
    return start_error(status, executable);
  }
  import_signal_module();
  ignore_sigpipe();
  pre_import_standard_modules();
  return compile_helpers();
}

MainInterpreterLock::MainInterpreterLock() {
  PyEval_RestoreThread(PyThreadState_New(PyInterpreterState_Main()));
}

MainInterpreterLock::~MainInterpreterLock() {
  PyThreadState_Clear(PyThreadState_Get());
  PyThreadState_DeleteCurrent();
}

}  // namespace hookline::detail
