// Defines the methods of ScriptRegistry that deal with a script which does not return.

#include <fmt/format.h>

#include <new>
#include <string>
#include <utility>

#include "plugin/script/script_registry.h"

namespace hookline::detail {
namespace {

std::string where(std::string_view function, const std::string& stack) {
  std::string text = function.empty() ? "" : fmt::format(" in {}", function);
  return text + (stack.empty() ? ", in code in C that keeps the interpreter's lock"
                               : fmt::format(", where it was seen last:\n{}", stack));
}

}  // namespace

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

void ScriptRegistry::quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step,
                                const std::string& stack) {
  ScriptGeneration* const stuck = records_.stuck_generation(entry);
  if (stuck == nullptr) {
    return;
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
  const ScriptRecords::FreshStart start = records_.start_afresh(entry, options_.quarantines);
  ScriptGeneration* const fresh = start.fresh;
  start.stuck->context.gate.close();
  (void)clean_up(entry, *start.stuck);
  if (fresh == nullptr) {
    WorkerPool::abandon(lane, ErrorCode::kQuarantined);
    records_.disable(entry);
    tell(entry, fmt::format("it has not returned {} times, and is not run any more: it was stuck{}",
                            options_.quarantines + 1, place));
    return;
  }
  tell(entry, "it has not returned, and runs again from the beginning: it was stuck" + place);
  pool_.install(lane, factory_.make_runner(entry, *fresh))
      .deliver_to(InlineExecutor::instance(), [this, &entry, fresh](const Result<void>& done) {
        if (done) {
          records_.show_hooks(entry, *fresh);
          watch_share(entry);
        } else {
          (void)clean_up(entry, *fresh);
          records_.disable(entry);
          tell(entry, "it could not be run again: " + done.error().to_string());
        }
      });
}

void ScriptRegistry::on_returned(ScriptEntry& entry) noexcept try {
  ladder_->tell(entry, "its code that was left behind has returned, and its thread has ended");
  // NOLINTNEXTLINE(bugprone-empty-catch): nobody can be told
} catch (const std::bad_alloc&) {
}

}  // namespace hookline::detail
