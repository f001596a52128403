#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "interp/interrupter.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Ends what a script runs too long. It looks at each script several times within the shortest
// limit, at which step its worker is (RunProgress). If that is the same step for long:
//
//   after interrupt_after      hookline.Interrupted is raised in the script, again and again
//   after quarantine_after     the lane is taken from its worker: see ScriptRegistry
//
// Code that was left behind is interrupted each interrupt_after until its interpreter has ended.
//
// Looking costs the workers nothing. A thread that is to interrupt a script waits for its GIL,
// which code in C may keep; so each has a thread of its own, of which a script has at most one.
//
// Thread safety: the constructor, close() and the destructor on the host's thread;
// interrupt_forever() on any thread; the rest happens on the timers' thread.
class ScriptLadder final : private Timer {
 public:
  struct Limits {
    Duration interrupt_after = kForever;   // kForever: never
    Duration quarantine_after = kForever;  // kForever: never
  };
  // A script, and what serves it.
  struct Watched {
    ScriptEntry* script = nullptr;
    std::shared_ptr<Lane> lane;
    std::shared_ptr<Interrupter> interrupter;  // nullptr if there is no interpreter yet
  };
  // The ladder calls these functions of its owner, on the timers' thread.
  struct Owner {
    // Returns the scripts to watch.
    std::function<std::vector<Watched>()> scripts;
    // Takes the lane of a script that is stuck at a step. `stack` is where it was seen last, or
    // empty.
    std::function<void(ScriptEntry& script, Lane& lane, std::uint64_t step,
                       const std::string& stack)>
        quarantine;
    // Tells people something about a script. Also called on the threads that interrupt scripts, one
    // at a time, and never after close().
    std::function<void(ScriptEntry& script, const std::string& notice)> tell;
  };

  // `timers` must outlive it.
  ScriptLadder(TimerService& timers, Limits limits, Owner owner);
  ScriptLadder(const ScriptLadder&) = delete;
  ScriptLadder& operator=(const ScriptLadder&) = delete;
  ~ScriptLadder() override { close(); }

  // Interrupts code again and again that nobody waits for any more. `code` must live until close().
  void interrupt_forever(const InterrupterCell& code);

  // Ends the watch. Threads that still wait for a GIL touch nothing of the ladder afterwards.
  void close();

 private:
  // Is shared by the ladder and the threads that interrupt scripts.
  struct Shared;
  // Code that was left behind.
  struct Stray;
  // How far up a script has come.
  struct Place {
    const ScriptEntry* script = nullptr;
    std::uint64_t step = 0;
    std::uint32_t looks = 0;       // how often it was seen at this step, since it was seen first
    std::uint32_t interrupts = 0;  // how often that was interrupted
  };

  void expire() noexcept override;
  void look_at(const Watched& watched);
  void interrupt_strays();
  [[nodiscard]] Place& place_of(const ScriptEntry& script);
  void interrupt(const Watched& watched, std::uint64_t step);

  TimerService& timers_;
  const Limits limits_;
  const Duration period_;
  const std::shared_ptr<Shared> shared_;
  std::vector<Place> places_;
  std::mutex straying_;  // guards the next
  std::vector<std::shared_ptr<Stray>> strays_;
  std::mutex closing_;  // guards the rest
  bool closed_ = false;
};

}  // namespace hookline::detail
