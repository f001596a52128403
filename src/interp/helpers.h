#pragma once

#include <string_view>

#include "hookline/error.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Is the part of an interpreter that is written in Python (the files *_source.cc), because work on
// `sys`, `threading` and `inspect` takes far less code there than in C.
//
// All methods and the destructor REQUIRE that the interpreter in which it was created is attached.
class Helpers {
 public:
  // Runs the Python source in the attached interpreter and prepares it for a script. `in_main` says
  // that it is the main interpreter.
  [[nodiscard]] static Result<Helpers> create(bool stdout_to_stderr, bool in_main);

  // Calls a function of the source. Returns a new reference, or null with an exception set.
  // `format` is that of Py_BuildValue and must describe a tuple ("(Os)").
  template <class... Args>
  [[nodiscard]] PyRef call(const char* function, const char* format, Args... args) const {
    return call_with(function, PyRef::steal(Py_BuildValue(format, args...)));
  }

  // Returns a new reference to a global of the source, or null with an exception set.
  [[nodiscard]] PyRef get(const char* name) const;

 private:
  explicit Helpers(PyRef globals) : globals_(std::move(globals)) {}
  [[nodiscard]] PyRef call_with(const char* function, const PyRef& args) const;

  PyRef globals_;
};

// Compiles the sources, for Helpers::create(). REQUIRES: the main interpreter is attached, and
// there is no other one yet.
[[nodiscard]] Result<void> compile_helpers();

// Runs a compiled module in `globals`, a dict. Returns null with an exception set if it raises.
// REQUIRES: an interpreter is attached.
[[nodiscard]] PyRef run_code(PyObject* code, PyObject* globals);

// These are the sources of the Python code; they share their globals. kHelpersFile is their file
// name in tracebacks.
extern const char* const kHelpersSource;
extern const char* const kThreadHelpersSource;
extern const char* const kInterruptSource;
extern const char* const kSocketWaitsSource;
extern const char* const kGuardKindsSource;
extern const char* const kGuardSource;
extern const char* const kOutputSource;
inline constexpr const char* kHelpersFile = "<hookline>";

}  // namespace hookline::detail
