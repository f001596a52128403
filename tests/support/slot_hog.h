#pragma once

#include <future>
#include <latch>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/base/thread_slot.h"

namespace hookline {

using namespace detail;

// Occupies all free thread slots for its lifetime, with threads that do nothing else.
class SlotHog {
 public:
  SlotHog() {
    bool found_none = false;
    while (!found_none) {
      std::promise<bool> promise;
      auto future = promise.get_future();
      threads_.emplace_back([this, found = std::move(promise)]() mutable {
        found.set_value(ThreadSlot::current() == ThreadSlot::kNone);
        done_.wait();
      });
      found_none = future.get();
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
