#include "hub/delay_queue.h"

namespace hookline {

void DelayQueue::run_due(TimePoint now) {
  while (!pending_.empty() && pending_.begin()->first <= now) {
    const auto due = pending_.extract(pending_.begin());
    due.mapped()();
  }
}

}  // namespace hookline
