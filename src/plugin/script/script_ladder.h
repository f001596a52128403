#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/lane.h"
#include "hookline/clock.h"
#include "interp/interrupter.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Interrupts calls that run too long. Several times within the shortest limit it looks at which
// step the worker of each script is (RunProgress). If that is the same step for long:
//
//   after interrupt_after      hookline.Interrupted is raised in the script, again and again
//   after quarantine_after     the lane is taken from its worker: see ScriptRegistry
//
// Code that nobody waits for any more is interrupted each interrupt_after until its interpreter has
// ended.
//
// Looking costs the workers nothing, and needs no memory. Acting on it may need memory; if there is
// none, the next look tries again. A thread that is to interrupt a script waits for its GIL, which
// code in C may keep; so each has a thread of its own, of which a script has at most one.
//
// Thread safety: the constructor, close() and the destructor on the host's thread;
// interrupt_forever() and tell() on any thread; the rest happens on the timers' thread.
class ScriptLadder final : private Timer {
 public:
  struct Limits {
    Duration interrupt_after = kForever;   // kForever: never
    Duration quarantine_after = kForever;  // kForever: never
  };
  // Has a script, and what serves it.
  struct Watched {
    ScriptEntry* script = nullptr;
    std::shared_ptr<Lane> lane;
    std::shared_ptr<Interrupter> interrupter;  // nullptr if there is no interpreter yet
  };
  // The ladder calls these functions of its owner, on the timers' thread.
  struct Owner {
    // Finds the next script to watch, from the number `at` on, and moves `at` behind it. Returns
    // false if there is none.
    std::function<bool(std::size_t& at, Watched& watched)> next;
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

  // Interrupts code again and again that nobody waits for any more: also now if `now`, and then
  // each interrupt_after. May be called again for the same code. `code` must live until close().
  void interrupt_forever(ScriptGeneration& code, bool now);

  // Tells people something about a script, unless close() was called. Thread safety: any thread.
  void tell(ScriptEntry& script, const std::string& notice);

  // Ends the watch. Threads that still wait for a GIL touch nothing of the ladder afterwards.
  void close();

 private:
  // Is shared by the ladder and the threads that interrupt scripts.
  struct Shared;

  void expire() noexcept override;
  void look_at(const Watched& watched);
  // Returns false if there was no thread or memory for it: the next look tries again.
  [[nodiscard]] bool interrupt(const Watched& watched, std::uint64_t step);
  void interrupt_strays();
  [[nodiscard]] bool is_due(StrayCode& stray) const;
  static void interrupt(const ScriptGeneration& code);

  TimerService& timers_;
  const Limits limits_;
  const Duration period_;
  const std::shared_ptr<Shared> shared_;
  std::mutex straying_;                 // guards the next
  ScriptGeneration* strays_ = nullptr;  // the first in a list
  std::mutex closing_;                  // guards the rest
  bool closed_ = false;
};

}  // namespace hookline::detail
