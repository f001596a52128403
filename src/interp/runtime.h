#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// A module that is compiled into the host (such as `vh`). It must be multi-phase and declare
// Py_MOD_PER_INTERPRETER_GIL_SUPPORTED.
struct BuiltinModule {
  const char* name;
  PyObject* (*init)();
};

struct RuntimeOptions {
  std::vector<BuiltinModule> modules;
  // Imported in the main interpreter before the first sub-interpreter exists, in addition to the
  // runtime's own list. A C module that is first imported in two sub-interpreters at once can
  // crash.
  std::vector<std::string> pre_imports;
  // Python takes its memory from malloc, so that sanitizers and memcheck see each object.
  bool use_system_malloc = false;
};

// The CPython of this process: initialised once, isolated from environment and command line (no
// signal handlers, no PYTHON* variables, no user site, UTF-8 whatever the locale is), ended after
// the last interpreter. SIGPIPE is ignored from then on, unless the host handles it: a script that
// writes to a closed socket must not end the host.
//
// While a Runtime lives, no thread holds the main interpreter's GIL except during create and
// destroy of an interpreter, and while a script with Gil::kShared runs.
//
// Thread safety: all methods may be called from any thread. The last shared_ptr must be released on
// the thread that called start().
class Runtime {
 public:
  // Starts Python, or returns the running one, in which case `options` must not ask for modules
  // that it does not have (kBadArguments; so is a pre-import that fails, and a Python that does not
  // start). May be called again after the last Runtime has ended.
  [[nodiscard]] static Result<std::shared_ptr<Runtime>> start(const RuntimeOptions& options = {});

  // The running one, or nullptr.
  [[nodiscard]] static std::shared_ptr<Runtime> current();

  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;
  // Ends Python. REQUIRES: every Interpreter has ended. If one of them had to be abandoned, because
  // C code keeps a thread in it, Python is left running for the next Runtime: CPython would abort.
  ~Runtime();

  // Holds on to what threads that were left behind in an interpreter may still use, until the
  // process ends; if that refers to this Runtime, Python is not ended either.
  static void keep(std::shared_ptr<const void> what);

  // "3.13.0"
  [[nodiscard]] static std::string python_version();

 private:
  friend class Interpreter;
  Runtime();
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hookline::detail
