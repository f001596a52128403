#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "hookline/error.h"
#include "hookline/python_options.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// CPython's sub-interpreter, and its one long-lived thread state. With Gil::kMain it is the main
// interpreter, in which just that thread state is its own.
//
// Thread safety: none; REQUIRES the creating thread throughout.
class SubInterpreter {
 public:
  // Attached to the calling thread, which must not be attached to anything. `lifecycle` is held
  // during creation and end; it is not owned.
  [[nodiscard]] static Result<std::unique_ptr<SubInterpreter>> create(std::mutex& lifecycle,
                                                                      Gil gil = Gil::kOwn);

  SubInterpreter(const SubInterpreter&) = delete;
  SubInterpreter& operator=(const SubInterpreter&) = delete;
  // Ends it. REQUIRES: attached; no other thread is in it (CPython would abort), and nothing of it
  // is referenced any more.
  ~SubInterpreter();

  void attach();
  void detach() const;
  [[nodiscard]] bool is_attached() const noexcept;
  // PyInterpreterState_GetID.
  [[nodiscard]] std::int64_t number() const;
  // For the last steps of threads that have been joined, and those that C code has started. False
  // if there still are some after a second. REQUIRES: attached; not the main interpreter.
  [[nodiscard]] bool wait_for_other_threads();

 private:
  SubInterpreter(std::mutex& lifecycle, PyThreadState* state, bool is_main);
  [[nodiscard]] bool has_other_threads() const;

  std::mutex& lifecycle_;
  PyThreadState* state_;
  bool is_main_;
  std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace hookline::detail
