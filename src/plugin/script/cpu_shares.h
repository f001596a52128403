#pragma once

#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <utility>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Sees to it that nobody waits for a script while it is over its share of CPU time (CpuBucket). It
// looks at the scripts that have a share each kPeriod, and holds their breakers open. So such a
// script gets all its events, in order, but they are decided without it.
//
// A host whose scripts have no share pays nothing: there is no timer. Looking needs no memory.
//
// Thread safety: watch() and close() on any thread; the rest happens on the timers' thread.
class CpuShares final : private Timer {
 public:
  static constexpr Duration kPeriod = std::chrono::milliseconds(100);

  // It calls these functions of its owner on the timers' thread, and never after close().
  struct Owner {
    // Returns the next script that is loaded, from the number `at` on, and moves `at` behind it;
    // nullptr if there is none.
    std::function<ScriptEntry*(std::size_t& at)> next;
    // Returns the CPU time that a script has used.
    std::function<Duration(const ScriptEntry& script)> cpu_time;
    // Tells people something about a script.
    std::function<void(ScriptEntry& script, const std::string& notice)> tell;
  };

  // `timers` must outlive it.
  CpuShares(TimerService& timers, Owner owner) : timers_(timers), owner_(std::move(owner)) {}
  CpuShares(const CpuShares&) = delete;
  CpuShares& operator=(const CpuShares&) = delete;
  ~CpuShares() override { close(); }

  // Begins to look at the scripts, unless it does so already. To be called when one with a share is
  // loaded. Returns false if there is no memory. REQUIRES: the caller holds no lock that the
  // owner's functions take.
  [[nodiscard]] bool watch() noexcept;
  // Ends the watch.
  void close();

 private:
  void expire() noexcept override;
  void look_at(ScriptEntry& script);
  // Returns whether a script with this share has used more.
  [[nodiscard]] bool update(CpuPlace& place, double share, Duration used) const;
  void begin(ScriptEntry& script);
  void end(ScriptEntry& script);

  TimerService& timers_;
  const Owner owner_;
  std::mutex mutex_;  // guards the rest
  bool is_watching_ = false;
  bool is_closed_ = false;
};

}  // namespace hookline::detail
