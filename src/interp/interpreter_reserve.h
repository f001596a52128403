#pragma once

#include <Python.h>

#include <memory>
#include <mutex>

namespace hookline::detail {

// Keeps a few unused interpreters with a GIL of their own while scripts run that share the main
// GIL. CPython needs that GIL to create an interpreter, and code in C of such a script may keep it
// for long; a load or a reload takes an unused interpreter meanwhile.
//
// A thread of its own makes them, since it may have to wait for the main GIL for ever. It runs from
// the first Wish to close().
//
// Thread safety: all methods from any thread.
class InterpreterReserve {
 private:
  class Maker;

 public:
  // Asks for unused interpreters as long as it lives, which may be longer than the reserve.
  class Wish {
   public:
    Wish() = default;
    explicit Wish(std::shared_ptr<Maker> maker);
    Wish(const Wish&) = delete;
    Wish& operator=(const Wish&) = delete;
    Wish(Wish&&) noexcept = default;
    Wish& operator=(Wish&& other) noexcept;
    ~Wish();

   private:
    std::shared_ptr<Maker> maker_;
  };

  // `lifecycle` is locked while an interpreter is created or ended, and must live until close() has
  // returned.
  explicit InterpreterReserve(std::mutex& lifecycle);
  InterpreterReserve(const InterpreterReserve&) = delete;
  InterpreterReserve& operator=(const InterpreterReserve&) = delete;
  // REQUIRES: close() was called.
  ~InterpreterReserve();

  // Waits until there are unused interpreters, or none can be made, and keeps some until the result
  // is dropped. REQUIRES: the thread is attached to no interpreter.
  [[nodiscard]] Wish wish();

  // Gives away an interpreter that has no thread state; nullptr if there is none.
  [[nodiscard]] PyInterpreterState* take() noexcept;

  // Ends what is unused. Returns false if the thread still waits for the main GIL, which then must
  // not be destroyed; it ends once it gets that.
  [[nodiscard]] bool close();

 private:
  std::shared_ptr<Maker> maker_;
};

}  // namespace hookline::detail
