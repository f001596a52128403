// The methods of ScriptRegistry that reload a script.

#include <functional>
#include <memory>
#include <new>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/future/spare_future.h"
#include "hookline/detail/deadline.h"
#include "hookline/loop.h"
#include "plugin/script/awaited_change.h"
#include "plugin/script/script_registry.h"
#include "plugin/script/script_reload.h"

namespace hookline::detail {

Future<void> ScriptRegistry::reload(ScriptId script) noexcept {
  try {
    return try_reload(script);
  } catch (const std::bad_alloc&) {
    return out_of_memory<void>();
  }
}

Future<void> ScriptRegistry::try_reload(ScriptId script) {
  const auto begun = records_.begin_reload(script);
  if (!begun) {
    return make_ready_future<void>(
        fail(ErrorCode::kScriptNotFound, "there is no script with this id to reload"));
  }
  try {
    return begun->entry.reloads_in_place.load()
               ? reload_in_place(begun->entry, begun->fresh, begun->lane)
               : reload_beside(begun->entry, begun->fresh, begun->lane);
  } catch (const std::bad_alloc&) {
    begun->fresh.stray->is_over = true;  // it never runs
    throw;
  }
}

// The fresh code is loaded beside the old one, which goes on. Everything that may fail is done
// before `replaced` gets its continuation.
Future<void> ScriptRegistry::reload_beside(ScriptEntry& entry, ScriptGeneration& fresh,
                                           const std::shared_ptr<Lane>& lane) {
  const auto reload = std::make_shared<ScriptReload>(timers_, fresh.succession);
  Future<void> future = AwaitedChange<void>::watch(reload->future(), lane);
  auto runner = factory_.make_runner(entry, fresh);
  std::function<void(Succession::State)> refused = [this, &entry, &fresh](Succession::State why) {
    on_reload_refused(entry, fresh, why);
  };
  std::move_only_function<bool()> is_wanted = [&fresh] { return fresh.succession.try_take_over(); };
  Promise<void> replaced;
  replaced.future().deliver_to(InlineExecutor::instance(),
                               [this, &entry, &fresh, reload](Result<void> ended) {
                                 on_reload_ended(entry, fresh, std::move(ended), reload);
                               });
  if (!reload->start(deadline_after(clock_, options_.load_limit), std::move(refused))) {
    replaced.set(fail_without_memory());
    return future;
  }
  pool_.replace(*lane, std::move(runner), std::move(is_wanted), std::move(replaced));
  return future;
}

void ScriptRegistry::on_reload_refused(ScriptEntry& entry, ScriptGeneration& fresh,
                                       Succession::State why) noexcept {
  if_memory([&] {
    log_.warn("{}: the import of its fresh code is not waited for any more; the old code {}",
              entry.name(),
              why == Succession::State::kRefusedByLimit ? "goes on" : "was unloaded meanwhile");
  });
  fresh.context.gate.close();
  ladder_->interrupt_forever(fresh, true);
}

void ScriptRegistry::on_reload_ended(ScriptEntry& entry, ScriptGeneration& fresh,
                                     Result<void> ended,
                                     const std::shared_ptr<Completion>& done) noexcept {
  if (ended) {
    on_replaced(entry, fresh, false, done);
    return;
  }
  leave(fresh);
  // The script's lane may have ended since the fresh code was there. That runs its farewell.
  const auto code = fresh.interrupter.get();
  if (code != nullptr && code->is_open()) {
    ladder_->interrupt_forever(fresh, false);
  }
  done->finish(std::move(ended));
}

void ScriptRegistry::on_replaced(ScriptEntry& entry, ScriptGeneration& fresh, bool in_place,
                                 const std::shared_ptr<Completion>& done) noexcept {
  watch_share(entry);
  clean_up(entry, records_.take_over(entry, fresh, in_place), done);
}

// The script gets a fresh module in its interpreter, between two calls. There is only one main
// interpreter, so its script is always reloaded so.
Future<void> ScriptRegistry::reload_in_place(ScriptEntry& entry, ScriptGeneration& fresh,
                                             const std::shared_ptr<Lane>& lane) {
  const auto done = std::make_shared<PromisedCompletion>();
  Future<void> future = AwaitedChange<void>::watch(done->future(), lane);
  pool_.between_calls(*lane, [this, &entry, &fresh, done](Result<Runner*> runner) {
    replace(entry, fresh, std::move(runner), done);
  });
  return future;
}

void ScriptRegistry::replace(ScriptEntry& entry, ScriptGeneration& fresh, Result<Runner*> runner,
                             const std::shared_ptr<Completion>& done) noexcept {
  if (!fresh.succession.try_take_over()) {
    leave(fresh);
    done->finish(
        std::unexpected(refusal(fresh.succession).value_or(fail_without_memory().error())));
    return;
  }
  Result<ScriptRunner::Reloaded> reloaded;
  if (runner) {
    reloaded = static_cast<ScriptRunner&>(**runner).reload(&fresh.context, &fresh.interrupter);
  } else {
    reloaded = std::unexpected(std::move(runner.error()));
  }
  if (!reloaded) {
    leave(fresh);
    done->finish(std::unexpected(std::move(reloaded.error())));
    return;
  }
  fresh.hooks = std::move(reloaded->hooks);
  on_replaced(entry, fresh, reloaded->in_place, done);
}

}  // namespace hookline::detail
