#pragma once

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

#include "dispatch/base/thread_slot.h"

namespace hookline {

using namespace detail;

// Occupies all free thread slots for its lifetime, with threads that do nothing else.
class SlotHog {
 public:
  SlotHog() {
    // Atomic, since ThreadSanitizer does not see into GCC 16's std::latch.
    std::atomic<bool> found_none = false;
    while (!found_none) {
      std::latch started{1};
      threads_.emplace_back([&] {
        found_none = ThreadSlot::current() == ThreadSlot::kNone;
        started.count_down();
        done_.wait();
      });
      started.wait();
    }
  }
  SlotHog(const SlotHog&) = delete;
  SlotHog& operator=(const SlotHog&) = delete;
  ~SlotHog() {
    done_.count_down();
    for (std::thread& thread : threads_) {
      thread.join();
    }
  }

 private:
  std::latch done_{1};
  std::vector<std::thread> threads_;
};

}  // namespace hookline
