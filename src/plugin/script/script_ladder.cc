#include "plugin/script/script_ladder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/call/run_progress.h"

namespace hookline::detail {
namespace {

// A script is looked at this often within the shortest limit, so that what it has run for is known
// to a quarter.
constexpr int kLooks = 4;
constexpr Duration kShortest = std::chrono::milliseconds(1);
constexpr Duration kLongest = std::chrono::seconds(1);

Duration period_of(const ScriptLadder::Limits& limits) {
  return std::clamp<Duration>(std::min(limits.interrupt_after, limits.quarantine_after) / kLooks,
                              kShortest, kLongest);
}

}  // namespace

// The threads that interrupt scripts may come back when there are neither scripts nor a ladder.
struct ScriptLadder::Shared {
  explicit Shared(Owner used) : owner(std::move(used)) {}

  const Owner owner;
  std::mutex mutex;  // guards the shared part of each LadderPlace
  bool closed = false;

  // Returns false if a thread is at it already.
  bool try_begin(ScriptEntry& script, std::uint64_t step) {
    const std::scoped_lock lock(mutex);
    std::uint64_t& interrupting = script.ladder_place.interrupting;
    if (interrupting != LadderPlace::kNone) {
      return false;
    }
    interrupting = step;
    return true;
  }
  void end(ScriptEntry& script, std::uint64_t step, Duration limit,
           std::optional<Interrupter::Visit> visit) noexcept try {
    const std::scoped_lock lock(mutex);
    if (closed) {
      return;
    }
    LadderPlace& place = script.ladder_place;
    if (place.interrupting == step) {
      place.interrupting = LadderPlace::kNone;
    }
    if (!visit || !visit->raised) {
      return;
    }
    place.seen_at = step;
    place.stack = std::move(visit->stack);
    script.interrupted.fetch_add(1, std::memory_order_relaxed);
    owner.tell(script, fmt::format("it was interrupted, because one call ran longer than {}:\n{}",
                                   std::chrono::duration_cast<std::chrono::duration<double>>(limit),
                                   place.stack));
    // NOLINTNEXTLINE(bugprone-empty-catch): nobody can be told
  } catch (const std::bad_alloc&) {
  }
  [[nodiscard]] std::string stack_of(const ScriptEntry& script, std::uint64_t step) {
    const std::scoped_lock lock(mutex);
    const LadderPlace& place = script.ladder_place;
    return place.seen_at == step ? place.stack : std::string();
  }
  // The thread of a stuck script may never come back. The next step needs another.
  void forget(ScriptEntry& script) {
    const std::scoped_lock lock(mutex);
    script.ladder_place.interrupting = LadderPlace::kNone;
  }
};

ScriptLadder::ScriptLadder(TimerService& timers, Limits limits, Owner owner)
    : timers_(timers),
      limits_(limits),
      period_(period_of(limits)),
      shared_(std::make_shared<Shared>(std::move(owner))) {
  if (std::min(limits.interrupt_after, limits.quarantine_after) != kForever) {
    if (!timers_.try_schedule(*this, timers_.clock().now() + period_)) {
      throw std::bad_alloc();
    }
  }
}

void ScriptLadder::tell(ScriptEntry& script, const std::string& notice) {
  const std::scoped_lock lock(shared_->mutex);
  if (!shared_->closed) {
    shared_->owner.tell(script, notice);
  }
}

void ScriptLadder::close() {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->closed = true;
  }
  const std::scoped_lock lock(closing_);  // waits for a look that is under way
  if (!std::exchange(closed_, true)) {
    (void)timers_.cancel(*this);
  }
}

void ScriptLadder::expire() noexcept {
  const std::scoped_lock lock(closing_);
  if (closed_) {
    return;
  }
  Watched watched;
  for (std::size_t at = 0; shared_->owner.next(at, watched); watched = {}) {
    if_memory([&] { look_at(watched); });  // if there was none, the next look tries again
  }
  interrupt_strays();
  // There is always room for the timer that expires.
  (void)timers_.try_schedule(*this, timers_.clock().now() + period_);
}

// Time is counted in looks, and not by the clock: a process that was stopped for a while must not
// lose the calls that it was at.
void ScriptLadder::look_at(const Watched& watched) {
  LadderPlace& place = watched.script->ladder_place;
  const std::uint64_t step = watched.lane->step();
  if (!RunProgress::runs(step) || step != place.step) {
    place.step = step;
    place.looks = place.interrupts = 0;
    return;
  }
  const Duration ran = ++place.looks * period_;
  if (limits_.quarantine_after != kForever && ran >= limits_.quarantine_after) {
    shared_->forget(*watched.script);
    shared_->owner.quarantine(*watched.script, *watched.lane, step,
                              shared_->stack_of(*watched.script, step));
    place.step = LadderPlace::kNone;
  } else if (limits_.interrupt_after != kForever &&
             ran >= (place.interrupts + 1) * limits_.interrupt_after && interrupt(watched, step)) {
    ++place.interrupts;
  }
}

bool ScriptLadder::interrupt(const Watched& watched, std::uint64_t step) {
  if (watched.interrupter == nullptr || !shared_->try_begin(*watched.script, step)) {
    return true;
  }
  bool begun = false;
  try {
    begun = Interrupter::interrupt_elsewhere(
        watched.interrupter, [lane = watched.lane, step] { return lane->step() == step; },
        [shared = shared_, script = watched.script, step, limit = limits_.interrupt_after](
            auto visit) { shared->end(*script, step, limit, std::move(visit)); });
  } catch (const std::bad_alloc&) {
    begun = false;
  }
  if (!begun) {
    shared_->forget(*watched.script);
  }
  return begun;
}

void ScriptLadder::interrupt_forever(ScriptGeneration& code, bool now) {
  const std::scoped_lock lock(straying_);
  StrayCode& stray = *code.stray;
  if (!std::exchange(stray.is_listed, true)) {
    code.next_stray = std::exchange(strays_, &code);
  }
  if (now) {
    stray.is_due = true;  // also if there is no interpreter yet
    interrupt(code);
  }
}

void ScriptLadder::interrupt_strays() {
  const std::scoped_lock lock(straying_);
  ScriptGeneration** place = &strays_;
  while (*place != nullptr) {
    ScriptGeneration& code = **place;
    if (code.stray->is_over.load()) {
      *place = code.next_stray;
      continue;
    }
    if (is_due(*code.stray)) {
      interrupt(code);
    }
    place = &code.next_stray;
  }
}

bool ScriptLadder::is_due(StrayCode& stray) const {
  if (limits_.interrupt_after != kForever && ++stray.looks * period_ >= limits_.interrupt_after) {
    stray.is_due = true;
  }
  return stray.is_due;
}

void ScriptLadder::interrupt(const ScriptGeneration& code) {
  StrayCode& stray = *code.stray;
  const std::shared_ptr<Interrupter> interrupter = code.interrupter.get();
  if (interrupter == nullptr || stray.is_under_way.exchange(true)) {
    return;
  }
  bool begun = false;
  try {
    begun = Interrupter::interrupt_elsewhere(
        interrupter, [] { return true; },
        [shared = code.stray](const auto& visit) {
          shared->is_over = !visit;
          shared->is_under_way = false;
        });
  } catch (const std::bad_alloc&) {
    begun = false;
  }
  if (begun) {
    stray.is_due = false;
    stray.looks = 0;
  } else {
    stray.is_under_way = false;  // the next look tries again
  }
}

}  // namespace hookline::detail
