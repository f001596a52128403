#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "plugin/event/cpu_bucket.h"
#include "plugin/event/script_entry.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// Sees to it that nobody waits for a script while it is over its share of CPU time (CpuBucket). It
// looks at the scripts that have a share each kPeriod, and holds their breakers open. So such a
// script gets all its events, in order, but they are decided without it.
//
// A host whose scripts have no share pays nothing: there is no timer.
//
// Thread safety: watch() and close() on any thread; the rest happens on the timers' thread.
class CpuShares final : private Timer {
 public:
  static constexpr Duration kPeriod = std::chrono::milliseconds(100);

  // It calls these functions of its owner on the timers' thread, and never after close().
  struct Owner {
    // Returns the scripts that are loaded.
    std::function<std::vector<ScriptEntry*>()> scripts;
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
  // loaded. REQUIRES: the caller holds no lock that the owner's functions take.
  void watch();
  // Ends the watch.
  void close();

 private:
  struct Place {
    ScriptEntry* script;
    CpuBucket bucket;
    TimePoint over_since = {};
    bool is_told = false;  // whether people know that it is over its share
    LogBudget budget = {};
  };

  void expire() noexcept override;
  void look_at(ScriptEntry& script);
  [[nodiscard]] Place& place_of(ScriptEntry& script, Duration used);
  void begin(Place& place);
  void end(Place& place);

  TimerService& timers_;
  const Owner owner_;
  std::vector<std::unique_ptr<Place>> places_;
  std::mutex mutex_;  // guards the rest
  bool is_watching_ = false;
  bool is_closed_ = false;
};

}  // namespace hookline::detail
