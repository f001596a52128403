#include "plugin/script/script_ladder.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <optional>
#include <utility>

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

// The last stack that was seen is kept for the quarantine, whose thread cannot wait for the GIL.
struct ScriptLadder::Shared {
  explicit Shared(Owner used) : owner(std::move(used)) {}

  const Owner owner;
  std::mutex mutex;
  bool closed = false;
  struct Seen {
    std::uint64_t step = 0;
    std::string stack;
  };
  std::map<const ScriptEntry*, Seen> seen;
  std::map<const ScriptEntry*, std::uint64_t> under_way;  // the step that a thread wants to end

  // Returns false if a thread is at it already.
  bool try_begin(const ScriptEntry& script, std::uint64_t step) {
    const std::scoped_lock lock(mutex);
    return under_way.try_emplace(&script, step).second;
  }
  void end(ScriptEntry& script, std::uint64_t step, Duration limit,
           const std::optional<Interrupter::Visit>& visit) {
    const std::scoped_lock lock(mutex);
    if (closed) {
      return;
    }
    under_way.erase(&script);
    if (!visit || !visit->raised) {
      return;
    }
    seen[&script] = {.step = step, .stack = visit->stack};
    owner.tell(script, fmt::format("it was interrupted, because one call ran longer than {}:\n{}",
                                   std::chrono::duration_cast<std::chrono::duration<double>>(limit),
                                   visit->stack));
  }
  [[nodiscard]] std::string stack_of(const ScriptEntry& script, std::uint64_t step) {
    const std::scoped_lock lock(mutex);
    const auto found = seen.find(&script);
    return found != seen.end() && found->second.step == step ? found->second.stack : std::string();
  }
  // The thread of a stuck script may never come back. The next script in its place needs another.
  void forget(const ScriptEntry& script) {
    const std::scoped_lock lock(mutex);
    under_way.erase(&script);
  }
};

// Is shared with the thread that interrupts it.
struct ScriptLadder::Stray {
  explicit Stray(const InterrupterCell& left) : code(left) {}

  const InterrupterCell& code;  // only the ladder uses it
  std::uint32_t looks = 0;
  std::atomic<bool> is_under_way = false;  // a thread waits for the GIL
  std::atomic<bool> is_over = false;
};

ScriptLadder::ScriptLadder(TimerService& timers, Limits limits, Owner owner)
    : timers_(timers),
      limits_(limits),
      period_(period_of(limits)),
      shared_(std::make_shared<Shared>(std::move(owner))) {
  if (std::min(limits.interrupt_after, limits.quarantine_after) != kForever) {
    timers_.schedule(*this, timers_.clock().now() + period_);
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
  for (const Watched& watched : shared_->owner.scripts()) {
    look_at(watched);
  }
  interrupt_strays();
  timers_.schedule(*this, timers_.clock().now() + period_);
}

ScriptLadder::Place& ScriptLadder::place_of(const ScriptEntry& script) {
  const auto found = std::ranges::find(places_, &script, &Place::script);
  return found != places_.end() ? *found : places_.emplace_back(Place{.script = &script});
}

// Time is counted in looks, and not by the clock: a process that was stopped for a while must not
// lose the calls that it was at.
void ScriptLadder::look_at(const Watched& watched) {
  Place& place = place_of(*watched.script);
  const std::uint64_t step = watched.lane->step();
  if (!RunProgress::runs(step) || step != place.step) {
    place = {.script = watched.script, .step = step};
    return;
  }
  const Duration ran = ++place.looks * period_;
  if (limits_.quarantine_after != kForever && ran >= limits_.quarantine_after) {
    shared_->forget(*watched.script);
    shared_->owner.quarantine(*watched.script, *watched.lane, step,
                              shared_->stack_of(*watched.script, step));
    place = {.script = watched.script};
  } else if (limits_.interrupt_after != kForever &&
             ran >= (place.interrupts + 1) * limits_.interrupt_after) {
    ++place.interrupts;
    interrupt(watched, step);
  }
}

void ScriptLadder::interrupt_forever(const InterrupterCell& code) {
  const std::scoped_lock lock(straying_);
  strays_.push_back(std::make_shared<Stray>(code));
}

void ScriptLadder::interrupt_strays() {
  const std::scoped_lock lock(straying_);
  std::erase_if(strays_, [](const auto& stray) { return stray->is_over.load(); });
  for (const std::shared_ptr<Stray>& stray : strays_) {
    if (limits_.interrupt_after == kForever || ++stray->looks * period_ < limits_.interrupt_after) {
      continue;
    }
    stray->looks = 0;
    const std::shared_ptr<Interrupter> interrupter = stray->code.get();
    if (interrupter == nullptr || stray->is_under_way.exchange(true)) {
      continue;
    }
    const auto end = [stray](const std::optional<Interrupter::Visit>& visit) {
      stray->is_over = !visit;  // its interpreter has ended
      stray->is_under_way = false;
    };
    if (!Interrupter::interrupt_elsewhere(interrupter, [] { return true; }, end)) {
      stray->is_under_way = false;
    }
  }
}

void ScriptLadder::interrupt(const Watched& watched, std::uint64_t step) {
  if (watched.interrupter == nullptr || !shared_->try_begin(*watched.script, step)) {
    return;
  }
  const bool begun = Interrupter::interrupt_elsewhere(
      watched.interrupter, [lane = watched.lane, step] { return lane->step() == step; },
      [shared = shared_, script = watched.script, step, limit = limits_.interrupt_after](
          const auto& visit) { shared->end(*script, step, limit, visit); });
  if (!begun) {
    shared_->forget(*watched.script);  // the next look tries again
  }
}

}  // namespace hookline::detail
