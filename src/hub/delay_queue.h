#pragma once

#include <functional>
#include <map>

#include "plugin/script_host.h"

namespace hookline {

// What is to be done later, in the order of its time. Dropped with the queue if its time never
// comes. Thread safety: none.
class DelayQueue {
 public:
  void add(TimePoint when, std::function<void()> what) { pending_.emplace(when, std::move(what)); }
  // Does everything that is due at `now`; it may add more.
  void run_due(TimePoint now);

 private:
  std::multimap<TimePoint, std::function<void()>> pending_;
};

}  // namespace hookline
