#pragma once

#include <deque>
#include <functional>
#include <map>

#include "hookline/hook.h"

namespace hookline::hub {

class ScriptEvents;
struct HubConfig;

// Puts off events for which the mailbox of a script has no room, if `overflow` is "block". The
// hub's thread does not wait for a mailbox, and what a mailbox refuses is lost to its script. So
// the client that causes such an event waits here, and none of its commands is processed meanwhile.
//
// The events of one hook are made in the order in which they came here. Each mailbox that is full
// gives a notice when it has room again, so that waiting costs nothing.
//
// Thread safety: the hub's thread.
class RoomQueue {
 public:
  // The references must outlive this.
  RoomQueue(const HubConfig& config, ScriptEvents& scripts) : config_(config), scripts_(scripts) {}
  RoomQueue(const RoomQueue&) = delete;
  RoomQueue& operator=(const RoomQueue&) = delete;
  ~RoomQueue() = default;

  // Returns whether an event of this hook must be put off: a mailbox is full, or others wait.
  [[nodiscard]] bool must_wait(Hook hook) const;
  // Calls `go_on` when it is its turn and there is room for an event of the hook. REQUIRES:
  // must_wait().
  void wait(Hook hook, std::function<void()> go_on);

 private:
  struct Line {
    std::deque<std::function<void()>> waiting;  // oldest first
    bool is_served = false;                     // serve() runs, or will be called
  };
  void serve(Hook hook);
  // Calls serve() when a mailbox that is full has room again.
  void serve_later(Hook hook);

  const HubConfig& config_;
  ScriptEvents& scripts_;
  std::map<Hook, Line> lines_;
};

}  // namespace hookline::hub
