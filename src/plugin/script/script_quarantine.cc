// The methods of ScriptRegistry that deal with a script which does not return.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "plugin/script/script_registry.h"

namespace hookline::detail {
namespace {

constexpr Duration kWindow = std::chrono::minutes(10);
// A script that takes longer than this to load or to end is looked at this often.
constexpr Duration kLookPause = std::chrono::seconds(1);

std::string where(std::string_view function, const std::string& stack) {
  std::string text = function.empty() ? "" : fmt::format(" in {}", function);
  return text + (stack.empty() ? ", in code in C that keeps the interpreter's lock"
                               : fmt::format(", where it was seen last:\n{}", stack));
}

}  // namespace

bool ScriptRegistry::next_watched(std::size_t& at, ScriptLadder::Watched& watched) {
  const std::scoped_lock lock(mutex_);
  while (at < records_.size()) {
    const Record& record = records_[at++];
    if (record.is_unfinished() && clock_.now() - record.since >= kLookPause) {
      look_at(*record.entry, kLookPause);
    }
    // An import has a limit of its own: LoadOptions and give_up().
    if (record.entry->watched != nullptr && record.state != State::kLoading) {
      watched = {.script = record.entry.get(),
                 .lane = record.entry->watched,
                 .interrupter = record.entry->generation->interrupter.get()};
      return true;
    }
  }
  return false;
}

ScriptEntry* ScriptRegistry::next_running(std::size_t& at) {
  const std::scoped_lock lock(mutex_);
  while (at < records_.size()) {
    const Record& record = records_[at++];
    if (record.state == State::kLoaded) {
      return record.entry.get();
    }
  }
  return nullptr;
}

void ScriptRegistry::tell(ScriptEntry& entry, const std::string& notice) {
  std::uint64_t left_out = 0;
  if (entry.ladder_log.spend(clock_.now(), left_out)) {
    say(entry, notice);
  }
}

void ScriptRegistry::say(ScriptEntry& entry, const std::string& notice) {
  log_.warn("{}: {}", entry.name(), notice);
  (void)port_.run([this, &entry, notice](Promise<Value> done) {
    host_.on_script_notice(entry.context.caller, notice);
    done.set({});
  });
}

// Counts a quarantine. Returns whether the script may run again.
bool ScriptRegistry::may_run_again(ScriptEntry& entry) {
  const TimePoint now = clock_.now();
  std::erase_if(entry.quarantines, [now](TimePoint when) { return now - when > kWindow; });
  entry.quarantines.push_back(now);
  return entry.quarantines.size() <= options_.quarantines;
}

void ScriptRegistry::quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step,
                                const std::string& stack) {
  ScriptGeneration* stuck = nullptr;
  {
    // Such a script must not run again. Nobody waits for it, and its name is free.
    const std::scoped_lock lock(mutex_);
    if (entry.import_is_given_up) {
      return;
    }
    stuck = entry.generation;
  }
  std::uint32_t number = UINT32_MAX;
  const Taken taken = pool_.try_take(
      lane, step,
      {.code = ErrorCode::kQuarantined,
       .message = entry.name() + " did not return, and was left behind with the call"},
      &number);
  if (taken == Taken::kNot) {
    return;
  }
  entry.quarantined.fetch_add(1, std::memory_order_relaxed);
  ladder_->interrupt_forever(*stuck, false);  // a loop in Python must not take a core for ever
  const std::string_view function =
      number == UINT32_MAX ? "" : names_.name(number & ~Request::kCurrent);
  if (taken != Taken::kVacant) {
    tell(entry, "its end has not returned, and is not waited for any more" + where("", stack));
    return;
  }
  start_afresh(entry, lane, where(function, stack));
}

void ScriptRegistry::start_afresh(ScriptEntry& entry, Lane& lane, const std::string& place) {
  ScriptGeneration* stuck = nullptr;
  ScriptGeneration* fresh = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    stuck = entry.generation;
    if (may_run_again(entry)) {
      fresh = &entry.add_generation();
      (void)fresh->succession.try_take_over();
      entry.generation = fresh;
    }
  }
  stuck->context.gate.close();
  (void)clean_up(entry, *stuck);
  if (fresh == nullptr) {
    WorkerPool::abandon(lane, ErrorCode::kQuarantined);
    disable(entry);
    tell(entry, fmt::format("it has not returned {} times, and is not run any more: it was stuck{}",
                            options_.quarantines + 1, place));
    return;
  }
  tell(entry, "it has not returned, and runs again from the beginning: it was stuck" + place);
  pool_.install(lane, make_runner(entry, *fresh))
      .deliver_to(InlineExecutor::instance(), [this, &entry, fresh](const Result<void>& done) {
        if (done) {
          const std::scoped_lock lock(mutex_);
          entry.hooks = fresh->hooks;
          publish();
        } else {
          (void)clean_up(entry, *fresh);
          disable(entry);
          tell(entry, "it could not be run again: " + done.error().to_string());
        }
      });
}

void ScriptRegistry::disable(ScriptEntry& entry) {
  const std::scoped_lock lock(mutex_);
  Record& record = record_of(entry.id());
  if (record.state == State::kLoaded) {
    record.become(State::kGone, clock_.now());
    entry.lane.reset();
    entry.watched.reset();
    publish();
  }
}

}  // namespace hookline::detail
