#pragma once

#include <atomic>
#include <cstdint>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/value.h"
#include "plugin/event/script_entry.h"

namespace hookline::detail {

// Waits for the answer of one script, up to a deadline. A script that lets it pass counts as late
// until its call has ended, as with a decision.
//
// Ownership: it owns itself. The answer and the timer hold a reference each.
//
// Thread safety: wait() on any thread.
class AskedScript final : private Timer {
 public:
  AskedScript(const AskedScript&) = delete;
  AskedScript& operator=(const AskedScript&) = delete;
  // Returns the future of the answer, or of kDeadlineExceeded after `patience`, or of kQueueFull if
  // there is no memory to wait with. Does not own the script, the hook or the timers, which must
  // outlive the answer.
  [[nodiscard]] static Future<Value> wait(Future<Value> answer, ScriptEntry& script,
                                          const HookRow& hook, TimerService& timers,
                                          Duration patience);

 private:
  AskedScript(ScriptEntry& script, const HookRow& hook, TimerService& timers, Duration patience)
      : script_(script), hook_(hook), timers_(timers), patience_(patience) {}
  ~AskedScript() override = default;

  void on_answer(Result<Value> answer) noexcept;
  void expire() noexcept override;
  void drop_references(int count) noexcept;

  enum class State : std::uint8_t { kWaiting, kAnswered, kLate };

  ScriptEntry& script_;
  const HookRow& hook_;
  TimerService& timers_;
  const Duration patience_;
  Promise<Value> promise_;
  std::atomic<State> state_{State::kWaiting};
  std::atomic<int> references_{2};
};

}  // namespace hookline::detail
