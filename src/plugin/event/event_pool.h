#pragma once

#include "dispatch/base/object_pool.h"
#include "plugin/event/event.h"

namespace hookline::detail {

// The events of one ScriptHost that are not on their way, kept with their storage for the next
// ones. Thread safety: all methods from any thread.
class EventPool {
 public:
  [[nodiscard]] Event& take() {
    Event& event = recycler_.get();
    event.pool_ = this;
    return event;
  }
  void give_back(Event& event) noexcept { recycler_.put(event); }

 private:
  ObjectPool<Event> recycler_;
};

}  // namespace hookline::detail
