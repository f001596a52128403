#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "interp/interpreter_reserve.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

struct RuntimeOptions {
  // Modules to import in the main interpreter before the first sub-interpreter exists, in addition
  // to the runtime's own list. A C module that is imported in two sub-interpreters at the same time
  // for the first time can crash.
  std::vector<std::string> pre_imports;
  // If true, Python takes its memory from malloc, so that sanitizers and memcheck see each object.
  bool use_system_malloc = false;
  // The interpreter whose standard library is used, such as /usr/bin/python3.13, or that of a
  // virtual environment. If it is empty, the environment variable HOOKLINE_PYTHON is used, or else
  // a search that starts beside the loaded libpython.
  std::filesystem::path python_executable;
};

// Runs the CPython of this process. It is initialised once, isolated from the environment and the
// command line (no signal handlers, no PYTHON* variables, no user site, UTF-8 whatever the locale
// is), and ended after the last interpreter. From then on SIGPIPE is ignored, unless the host
// handles it, because a script that writes to a closed socket must not end the host; and /dev/null
// is opened as stdin, stdout and stderr where those are closed, because a script's print() would
// otherwise go to whatever is opened next.
//
// While a Runtime lives, the main interpreter's GIL is only held while an interpreter is created,
// while a module in C is imported for the first time, and while a script with Gil::kShared or
// Gil::kMain runs.
//
// Thread safety: all methods from any thread. The last shared_ptr must be released on the thread
// that called start().
class Runtime {
 public:
  // Starts Python, or returns the running one. Fails with kBadArguments if Python does not start,
  // if a pre-import fails, or if the running Python is not the one that `options` ask for. May be
  // called again after the last Runtime has ended.
  [[nodiscard]] static Result<std::shared_ptr<Runtime>> start(const RuntimeOptions& options = {});

  // Returns the running Runtime, or nullptr.
  [[nodiscard]] static std::shared_ptr<Runtime> current();

  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  // Ends Python. REQUIRES: every Interpreter has ended. If one had to be abandoned because a thread
  // in it does not end, Python is left running for the next Runtime, since CPython would abort.
  ~Runtime();

  // Keeps an object that abandoned threads may still use. If it refers to the Runtime, Python is
  // not ended either. Each start() asks `is_over`, and destroys the object once that returns true;
  // without such a function the object is kept until the process ends.
  static void keep(std::shared_ptr<const void> what, std::function<bool()> is_over = {});

  // Returns a version such as "3.13.0".
  [[nodiscard]] static std::string python_version();

 private:
  friend class Interpreter;
  explicit Runtime(PyThreadState* main_state);

  // The detached thread state of the thread that started Python.
  PyThreadState* main_state_;
  // Held while an interpreter is created or ended, because in CPython these two race with each
  // other.
  std::mutex lifecycle_;
  InterpreterReserve reserve_{lifecycle_};
  // True while a script runs in the main interpreter.
  std::atomic<bool> main_taken_ = false;
};

}  // namespace hookline::detail
