#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "hookline/error.h"
#include "hookline/options.h"
#include "marshal/py_ref.h"

namespace hookline::detail {

// Owns a sub-interpreter of CPython and the one long-lived thread state in it. With Gil::kMain it
// is the main interpreter, of which it owns only a thread state.
//
// Thread safety: none. REQUIRES: it is used and destroyed on the thread that called create() or
// use().
class SubInterpreter {
 public:
  // Creates an interpreter and attaches the calling thread, which must not be attached to another
  // one. `lifecycle` is locked during creation and end, and is not owned. Fails with kBadArguments
  // if CPython cannot create one.
  [[nodiscard]] static Result<std::unique_ptr<SubInterpreter>> create(std::mutex& lifecycle,
                                                                      Gil gil = Gil::kOwn);
  // Creates an interpreter with a GIL of its own, to which no thread is attached and which has no
  // thread state; nullptr if CPython cannot create one. It waits for the main GIL while it holds
  // the lock, so the caller should wait for that first.
  [[nodiscard]] static PyInterpreterState* create_unused(std::mutex& lifecycle);
  // Attaches the calling thread to such an interpreter.
  [[nodiscard]] static Result<std::unique_ptr<SubInterpreter>> use(std::mutex& lifecycle,
                                                                   PyInterpreterState* unused);

  SubInterpreter(const SubInterpreter&) = delete;
  SubInterpreter& operator=(const SubInterpreter&) = delete;
  // Ends the interpreter. REQUIRES: it is attached; no other thread is in it (CPython would abort),
  // and no reference to an object of it is left.
  ~SubInterpreter();

  void attach();
  void detach() const;
  [[nodiscard]] bool is_attached() const noexcept;
  // Returns PyInterpreterState_GetID().
  [[nodiscard]] std::int64_t number() const;
  // Waits up to a second until no other thread is in the interpreter: threads that were joined may
  // need a moment to leave, and C code may have started others. Returns false if there still is
  // one. REQUIRES: it is attached, and is not the main interpreter.
  [[nodiscard]] bool wait_for_other_threads();

 private:
  SubInterpreter(std::mutex& lifecycle, PyThreadState* state, Gil gil);
  [[nodiscard]] bool has_other_threads() const;
  // Locks `lifecycle`, perhaps after giving up the GIL for a while.
  [[nodiscard]] std::unique_lock<std::mutex> lock_attached();

  std::mutex& lifecycle_;
  PyThreadState* state_;
  Gil gil_;
  std::thread::id owner_ = std::this_thread::get_id();
};

}  // namespace hookline::detail
