#include "hub/scripts/room_queue.h"

#include <utility>

#include "hookline/future.h"
#include "hookline/options.h"
#include "hub/config/config.h"
#include "hub/scripts/script_events.h"

namespace hookline::hub {

bool RoomQueue::must_wait(Hook hook) const {
  if (config_.overflow != Overflow::kBlock) {
    return false;
  }
  const auto line = lines_.find(hook);
  const bool others_wait = line != lines_.end() && !line->second.waiting.empty();
  return others_wait || !scripts_.host().has_room(hook);
}

void RoomQueue::wait(Hook hook, std::function<void()> go_on) {
  Line& line = lines_[hook];
  line.waiting.push_back(std::move(go_on));
  if (!line.is_served) {
    serve_later(hook);
  }
}

// A function that goes on may wait here again, for its next event. It then waits for the next
// notice, so that the loop serves its sockets in between.
void RoomQueue::serve(Hook hook) {
  Line& line = lines_[hook];
  for (auto most = line.waiting.size(); most != 0 && scripts_.host().has_room(hook); --most) {
    const auto go_on = std::move(line.waiting.front());
    line.waiting.pop_front();
    go_on();
  }
  line.is_served = false;
  if (!line.waiting.empty()) {
    serve_later(hook);
  }
}

void RoomQueue::serve_later(Hook hook) {
  lines_[hook].is_served = true;
  scripts_.host().room(hook).deliver_to(scripts_.host().host_executor(),
                                        [this, hook](const Result<void>&) { serve(hook); });
}

}  // namespace hookline::hub
