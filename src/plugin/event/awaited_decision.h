#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "dispatch/wait/timer_service.h"
#include "hookline/clock.h"
#include "hookline/detail/block_pool.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "plugin/event/event.h"

namespace hookline::detail {

// Keeps a promise with the decision about one event: when all scripts have answered, or at the
// deadline.
//
// Ownership: it owns itself. The scripts' answers hold a reference, and so does the timer of a
// deadline; the last one returns the event to its pool.
//
// Thread safety: ask() on any thread.
class AwaitedDecision final : private EventListener, private Timer, private Pooled {
 public:
  AwaitedDecision(const AwaitedDecision&) = delete;
  AwaitedDecision& operator=(const AwaitedDecision&) = delete;
  // Sends the event and returns the future of its decision, which is there after `patience` at the
  // latest. It is kQueueFull if there is no memory for the deadline; the scripts get the event all
  // the same. Throws std::bad_alloc before the event is sent, and returns it to its pool. `timers`
  // must outlive the answers, or the deadline if that comes first.
  [[nodiscard]] static Future<Decision> ask(Event& event, const Outgoing& outgoing,
                                            std::span<const Subscriber> subscribers,
                                            TimerService& timers, Duration patience);

 private:
  AwaitedDecision(Event& event, TimerService& timers, Duration patience, bool has_deadline)
      : event_(event),
        timers_(timers),
        patience_(patience),
        has_deadline_(has_deadline),
        references_(has_deadline ? 2 : 1) {}
  ~AwaitedDecision() override { event_.release(); }

  void answered(Event& event) noexcept override;
  void expire() noexcept override;
  void start_timer(TimePoint deadline) noexcept;
  // Ends the wait after the last answer.
  void stop_timer() noexcept;
  // Returns true to the first caller, which then keeps the promise.
  bool claim() noexcept { return !settled_.exchange(true, std::memory_order_acq_rel); }
  void drop_reference() noexcept;

  static constexpr std::uint32_t kAnswered = 1;
  static constexpr std::uint32_t kScheduled = 2;

  Event& event_;
  TimerService& timers_;
  const Duration patience_;
  const bool has_deadline_;
  Promise<Decision> promise_;
  std::atomic<std::uint32_t> references_;
  std::atomic<std::uint32_t> progress_{0};  // the bits above
  std::atomic<bool> settled_{false};
};

}  // namespace hookline::detail
