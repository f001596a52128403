// Defines the methods of ScriptRegistry that deal with a script which does not return.

#include <fmt/format.h>

#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "hookline/loop.h"
#include "plugin/script/script_registry.h"

namespace hookline::detail {
namespace {

std::string where(std::string_view function, const std::string& stack) {
  std::string text = function.empty() ? "" : fmt::format(" in {}", function);
  return text + (stack.empty() ? ", in code in C that keeps the interpreter's lock"
                               : fmt::format(", where it was seen last:\n{}", stack));
}

}  // namespace

void ScriptRegistry::say(ScriptEntry& entry, const std::string& notice) noexcept {
  if_memory([&] {
    log_.warn("{}: {}", entry.name(), notice);
    (void)port_.run([this, &entry, notice](Promise<Value> done) {
      host_.on_script_notice(entry.context.caller, notice);
      done.set({});
    });
  });
}

// Everything that needs memory is made before the lane is taken, except for what people are told
// and the fresh thread. If there is none, the script is disabled: on_installed().
void ScriptRegistry::quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step,
                                const std::string& stack) {
  auto start = records_.prepare_fresh_start(entry);
  if (!start) {
    return;
  }
  ScriptGeneration* const fresh = &start->fresh.front();
  auto runner = factory_.make_runner(entry, *fresh);
  const Error error{.code = ErrorCode::kQuarantined,
                    .message = entry.name() + " did not return, and was left behind with the call"};
  Promise<void> installed;
  installed.future().deliver_to(
      InlineExecutor::instance(),
      [this, &entry, fresh](const Result<void>& done) { on_installed(entry, fresh, done); });

  std::uint32_t number = UINT32_MAX;
  const Taken taken = pool_.try_take(lane, step, error, &number);
  if (taken == Taken::kNot) {
    return;
  }
  entry.quarantined.fetch_add(1, std::memory_order_relaxed);
  // A loop in Python must not take a core for ever.
  ladder_->interrupt_forever(*start->stuck, false);
  if (taken != Taken::kVacant) {
    tell(entry, [&] {
      return "its end has not returned, and is not waited for any more" + where("", stack);
    });
    return;
  }
  const std::string_view function =
      number == UINT32_MAX ? "" : names_.name(number & ~Request::kCurrent);
  const bool runs_again = records_.start_afresh(entry, *start, options_.quarantines);
  start->stuck->context.gate.close();
  clean_up(entry, *start->stuck);
  if (!runs_again) {
    WorkerPool::abandon(lane, ErrorCode::kQuarantined);
    records_.disable(entry);
    tell(entry, [&] {
      return fmt::format("it has not returned {} times, and is not run any more: it was stuck{}",
                         options_.quarantines + 1, where(function, stack));
    });
    return;
  }
  tell(entry, [&] {
    return "it has not returned, and runs again from the beginning: it was stuck" +
           where(function, stack);
  });
  pool_.install(lane, std::move(runner), std::move(installed));
}

// The promise is also dropped if the lane was not taken, or the script must not run again. Then the
// generation, which may be gone, is not that of the script.
void ScriptRegistry::on_installed(ScriptEntry& entry, ScriptGeneration* fresh,
                                  const Result<void>& done) noexcept {
  if (done) {
    records_.show_hooks(entry, *fresh);
    watch_share(entry);
  } else if (records_.is_present(entry, fresh)) {
    clean_up(entry, *fresh);
    records_.disable(entry);
    tell(entry, [&] { return "it could not be run again: " + done.error().to_string(); });
  }
}

void ScriptRegistry::on_returned(ScriptEntry& entry) noexcept {
  if_memory([&] {
    ladder_->tell(entry, "its code that was left behind has returned, and its thread has ended");
  });
}

}  // namespace hookline::detail
