#pragma once

#include <semaphore>

namespace hookline {

// Stops a thread at one place until the test lets it go on.
class Gate {
 public:
  // The thread that is to stop calls this: it announces itself and waits.
  void pass() {
    arrived_.release();
    open_.acquire();
  }
  // The test calls this: it waits until a thread is at the gate.
  void wait_for_arrival() { arrived_.acquire(); }
  void open() { open_.release(); }

 private:
  std::counting_semaphore<> arrived_{0};
  std::counting_semaphore<> open_{0};
};

}  // namespace hookline
