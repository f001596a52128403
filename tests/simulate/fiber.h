#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

namespace simulate {

// A thread of control with a stack of its own, which runs only while somebody has switched to it.
// Each has its own copy of the program's thread_local variables, and runs their destructors at its
// end. All fibers share one thread of the system.
class Fiber {
 public:
  // Makes a fiber that calls `main` when it is first switched to. `main` must switch away for good
  // at its end, after run_exit_handlers().
  explicit Fiber(std::function<void()> main);
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  // Returns the fiber that stands for the thread of the system itself.
  [[nodiscard]] static Fiber& outside();
  [[nodiscard]] static Fiber& current() noexcept;
  // Lets the current fiber rest and goes on with this one.
  void switch_to() noexcept;
  // Runs the destructors of the current fiber's thread_local variables.
  static void run_exit_handlers() noexcept;
  // Remembers the destructor of a thread_local variable. Returns false outside of all fibers.
  static bool at_exit(void (*destroy)(void*), void* object);

 private:
  struct Stack;
  struct OutsideTag {};
  explicit Fiber(OutsideTag /*tag*/);
  static void enter() noexcept;

  std::function<void()> main_;
  std::unique_ptr<Stack> stack_;
  void* stack_pointer_ = nullptr;
  std::vector<std::byte> thread_locals_;
  std::vector<std::pair<void (*)(void*), void*>> exit_handlers_;
};

}  // namespace simulate
