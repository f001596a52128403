#pragma once

#include <memory>
#include <mutex>
#include <thread>

#include "marshal/error.h"
#include "marshal/py_ref.h"

namespace hookline {

// CPython's sub-interpreter with a GIL of its own, and its one long-lived thread state.
//
// Thread safety: none; REQUIRES the creating thread throughout.
class SubInterpreter {
 public:
  // Attached to the calling thread, which must not be attached to anything. `lifecycle` is held
  // during creation and end; it is not owned.
  [[nodiscard]] static Result<std::unique_ptr<SubInterpreter>> create(std::mutex& lifecycle);

  SubInterpreter(const SubInterpreter&) = delete;
  SubInterpreter& operator=(const SubInterpreter&) = delete;
  // Ends it, or abandons it if a thread of the script that cannot be joined still lives.
  // REQUIRES: attached; nothing of the interpreter is referenced any more.
  ~SubInterpreter();

  void attach();
  void detach() const;
  [[nodiscard]] bool is_attached() const noexcept;

 private:
  SubInterpreter(std::mutex& lifecycle, PyThreadState* state);
  [[nodiscard]] bool has_other_threads() const;
  [[nodiscard]] bool wait_for_other_threads();

  std::mutex& lifecycle_;
  PyThreadState* state_;
  std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace hookline
