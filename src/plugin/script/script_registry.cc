#include "plugin/script/script_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "hookline/detail/deadline.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "plugin/script/awaited_change.h"
#include "plugin/script/script_reload.h"

namespace hookline::detail {
namespace {

std::unexpected<Error> unloaded_meanwhile() {
  return fail(ErrorCode::kScriptUnloaded, "it is unloaded, or is being unloaded");
}

}  // namespace

ScriptRegistry::ScriptRegistry(const ScriptHostOptions& options, const Log& log,
                               const FunctionNames& names, const HookTable& hooks, Host& host,
                               HostPort& port, FunctionRegistry& functions,
                               const ExceptionTable& exceptions, std::shared_ptr<Runtime> runtime,
                               WorkerPool& pool, TimerService& timers)
    : options_(options),
      log_(log),
      names_(names),
      clock_(options.clock != nullptr ? *options.clock : Clock::system()),
      host_(host),
      port_(port),
      functions_(functions),
      pool_(pool),
      timers_(timers),
      factory_(options, log, names, hooks, clock_, host, port, functions, exceptions,
               std::move(runtime), [this](ScriptEntry& entry) { on_returned(entry); }),
      records_(hooks, clock_),
      shares_(timers, {.next = [this](std::size_t& at) { return records_.next_running(at); },
                       .cpu_time = [this](const ScriptEntry& entry) { return cpu_source_(entry); },
                       .tell = [this](ScriptEntry& entry,
                                      const std::string& notice) { say(entry, notice); }}),
      ladder_(std::make_unique<ScriptLadder>(
          timers,
          ScriptLadder::Limits{.interrupt_after = options.interrupt_after,
                               .quarantine_after = options.quarantine_after},
          ScriptLadder::Owner{
              .next = [this](std::size_t& at,
                             auto& watched) { return records_.next_watched(at, watched); },
              .quarantine = [this](
                                ScriptEntry& entry, Lane& lane, std::uint64_t step,
                                const std::string& stack) { quarantine(entry, lane, step, stack); },
              .tell = [this](ScriptEntry& entry,
                             const std::string& notice) { tell(entry, notice); }})) {}

Result<ScriptEntry*> ScriptRegistry::add(const std::filesystem::path& path, LoadOptions options,
                                         const std::shared_ptr<ScriptLoad>& load) {
  auto entry = factory_.make_entry(path, std::move(options));
  if (!entry) {
    return std::unexpected(std::move(entry.error()));
  }
  return records_.add(*std::move(entry), load, deadline_after(clock_, options_.load_limit),
                      [this](ScriptId script) {
                        (void)give_up(
                            script, {.code = ErrorCode::kDeadlineExceeded,
                                     .message = "its import has not ended within the load_limit"});
                      });
}

Future<ScriptId> ScriptRegistry::load(const std::filesystem::path& path, LoadOptions options) {
  const auto load = std::make_shared<ScriptLoad>(timers_);
  Future<ScriptId> future = load->future();
  const auto added = add(path, std::move(options), load);
  if (!added) {
    load->finish(std::unexpected(added.error()));
    return future;
  }
  ScriptEntry& entry = **added;
  auto opening =
      pool_.open(entry.name(), factory_.make_runner(entry, *entry.generation), options_.mailbox);
  records_.set_watched(entry, opening.lane);
  std::move(opening.opened)
      .deliver_to(InlineExecutor::instance(), [this, &entry](Result<std::shared_ptr<Lane>> lane) {
        on_opened(entry, std::move(lane));
      });
  return AwaitedChange<ScriptId>::watch(std::move(future), std::move(opening.lane));
}

void ScriptRegistry::on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane) {
  const std::shared_ptr<ScriptLoad> load = records_.end_import(entry, lane ? *lane : nullptr);
  if (load == nullptr) {
    on_opened_late(entry, std::move(lane));
  } else if (lane) {
    watch_share(entry);
    load->finish(entry.id());
  } else {
    (void)clean_up(entry, *entry.generation);
    records_.forget(entry);
    load->finish(std::unexpected(std::move(lane.error())));
  }
}

void ScriptRegistry::on_opened_late(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane) {
  const bool is_left_behind = !lane && lane.error().code == ErrorCode::kQuarantined;
  log_.write(LogLevel::kInfo,
             entry.name() + ": the import that was not waited for any more " +
                 (is_left_behind ? "cannot be interrupted, and is left behind" : "has ended"));
  const auto end = [this, &entry](const Result<void>& /*removed*/) {
    (void)entry.generation->resources.release_all(port_);  // what it made before it was given up
    records_.forget(entry);
  };
  if (lane) {
    pool_.remove(**lane, Drain::kDiscard).deliver_to(InlineExecutor::instance(), end);
  } else {
    end({});
  }
}

bool ScriptRegistry::give_up(ScriptId script, Error error) {
  const auto given_up = records_.give_up_import(script);
  if (!given_up) {
    return false;
  }
  ScriptEntry& entry = given_up->entry;
  log_.warn("{}: its import is not waited for any more, and goes on until it returns: {}",
            entry.name(), error.message);
  // The name is free from now on. So the host is told now, and not when the import returns.
  entry.generation->context.gate.close();
  (void)clean_up(entry, *entry.generation);
  given_up->load->finish(std::unexpected(std::move(error)));
  return true;
}

Future<void> ScriptRegistry::reload(ScriptId script) {
  auto begun = records_.begin_reload(script);
  if (!begun) {
    return make_ready_future<void>(
        fail(ErrorCode::kScriptNotFound, "there is no script with this id to reload"));
  }
  ScriptEntry& entry = begun->entry;
  Lane& lane = *begun->lane;
  Future<void> reloaded = entry.is_in_main.load() ? reload_in_main(entry, begun->fresh, lane)
                                                  : reload_beside(entry, begun->fresh, lane);
  return AwaitedChange<void>::watch(std::move(reloaded), std::move(begun->lane));
}

// The fresh code is loaded beside the old one, which goes on.
Future<void> ScriptRegistry::reload_beside(ScriptEntry& entry, ScriptGeneration& fresh,
                                           Lane& lane) {
  const auto reload = std::make_shared<ScriptReload>(timers_, fresh.succession);
  Future<void> future = reload->future();
  reload->start(deadline_after(clock_, options_.load_limit), [this, &entry, &fresh] {
    log_.warn("{}: the import of its fresh code is not waited for any more; the old code goes on",
              entry.name());
    fresh.context.gate.close();
    ladder_->interrupt_forever(fresh, true);
  });
  pool_
      .replace(lane, factory_.make_runner(entry, fresh),
               [&fresh] { return fresh.succession.try_take_over(); })
      .deliver_to(InlineExecutor::instance(), [this, &entry, &fresh, reload](Result<void> done) {
        if (done) {
          on_replaced(entry, fresh, false)
              .deliver_to(InlineExecutor::instance(),
                          [reload](Result<void> cleaned) { reload->finish(std::move(cleaned)); });
        } else {
          (void)leave(fresh);
          // The script's lane may have ended since the fresh code was there. That runs its
          // UnLoad().
          const auto code = fresh.interrupter.get();
          if (code != nullptr && code->is_open()) {
            ladder_->interrupt_forever(fresh, false);
          }
          // Nobody waits for code that is refused at the limit, so this was refused by an unload.
          const bool is_refused = done.error().code == ErrorCode::kCancelled;
          reload->finish(is_refused ? unloaded_meanwhile() : std::move(done));
        }
      });
  return future;
}

Future<void> ScriptRegistry::on_replaced(ScriptEntry& entry, ScriptGeneration& fresh,
                                         bool in_place) {
  watch_share(entry);
  return clean_up(entry, records_.take_over(entry, fresh, in_place));
}

// A script's comments may give it a share, too.
void ScriptRegistry::watch_share(const ScriptEntry& entry) {
  if (entry.cpu_share.load(std::memory_order_relaxed) > 0) {
    shares_.watch();
  }
}

// There is only one main interpreter, so its script gets a fresh module in place, between two
// calls.
Future<void> ScriptRegistry::reload_in_main(ScriptEntry& entry, ScriptGeneration& fresh,
                                            Lane& lane) {
  Promise<void> done;
  Future<void> future = done.future();
  pool_.between_calls(
      lane, [this, &entry, &fresh, done = std::move(done)](const Result<Runner*>& runner) mutable {
        replace(entry, fresh, runner).forward_to(std::move(done));
      });
  return future;
}

Future<void> ScriptRegistry::replace(ScriptEntry& entry, ScriptGeneration& fresh,
                                     const Result<Runner*>& runner) {
  if (!fresh.succession.try_take_over()) {
    (void)leave(fresh);
    return make_ready_future<void>(unloaded_meanwhile());
  }
  const auto reloaded =
      runner ? static_cast<ScriptRunner&>(**runner).reload(&fresh.context, &fresh.interrupter)
             : std::unexpected(runner.error());
  if (!reloaded) {
    return leave(fresh).then(InlineExecutor::instance(),
                             [error = reloaded.error()](const Result<void>&) -> Result<void> {
                               return std::unexpected(error);
                             });
  }
  fresh.hooks = reloaded->hooks;
  return on_replaced(entry, fresh, reloaded->in_place);
}

Future<void> ScriptRegistry::unload(ScriptId script) {
  auto begun = records_.begin_unload(
      script, [this](ScriptGeneration& refused) { ladder_->interrupt_forever(refused, false); });
  if (!begun) {
    return make_ready_future<void>(
        fail(ErrorCode::kScriptNotFound, "there is no script with this id to unload"));
  }
  ScriptEntry* const entry = begun->entry;
  if (entry == nullptr) {
    const bool was_loading =
        give_up(script, {.code = ErrorCode::kScriptUnloaded,
                         .message = "it was unloaded before its import had ended"});
    return was_loading ? make_ready_future() : unload(script);  // its import has just ended
  }
  const auto drain = std::make_shared<LimitedPromise<void>>(timers_);
  Future<void> drained = drain->future();
  drain->start(deadline_after(clock_, options_.end_patience),
               [this, entry, lane = begun->lane] { stop_draining(*entry, *lane); });
  pool_.remove(*begun->lane, Drain::kRun)
      .deliver_to(InlineExecutor::instance(),
                  [drain](Result<void> removed) { drain->finish(std::move(removed)); });
  // This is no then(), which does not run if the caller cancels the future.
  Promise<void> done;
  Future<void> future = done.future();
  drained.deliver_to(InlineExecutor::instance(),
                     [this, entry, done = std::move(done)](Result<void> removed) mutable {
                       Future<void> cleaned = clean_up(*entry, *entry->generation);
                       records_.forget(*entry);
                       if (removed) {
                         cleaned.forward_to(std::move(done));
                       } else {
                         done.set(std::move(removed));
                       }
                     });
  return AwaitedChange<void>::watch(std::move(future), std::move(begun->lane));
}

void ScriptRegistry::stop_draining(ScriptEntry& entry, Lane& lane) {
  const std::uint64_t waiting = lane.mailbox().stats().waiting;
  WorkerPool::stop_draining(lane);
  if (waiting > 0) {
    tell(entry, fmt::format("it was unloaded, and {} call(s) that it had accepted do not run any "
                            "more, because the end_patience has passed",
                            waiting));
  }
}

Future<void> ScriptRegistry::clean_up(ScriptEntry& entry, ScriptGeneration& generation) {
  functions_.remove_all(entry.id());
  return leave(generation);
}

Future<void> ScriptRegistry::leave(ScriptGeneration& generation) {
  (void)port_.run([this, &generation](Promise<Value> done) {
    host_.on_script_unloaded(generation.context.caller);
    done.set({});
  });
  return generation.resources.release_all(port_);
}

void ScriptRegistry::release_resources() {
  for (ScriptEntry* entry : records_.entries()) {
    for (ScriptGeneration& generation : entry->generations) {
      (void)generation.resources.release_all(port_);
    }
  }
}

void ScriptRegistry::abandon() {
  const ScriptRecords::Abandoned left = records_.abandon();
  const Error error{.code = ErrorCode::kShuttingDown, .message = "the host is shutting down"};
  for (const ScriptId script : left.loading) {
    (void)give_up(script, error);
  }
  // Ends the call that each stuck script runs, and those that wait for it.
  for (const std::shared_ptr<Lane>& lane : left.lanes) {
    (void)pool_.try_take(*lane, lane->step(), error);
  }
}

void ScriptRegistry::wait_for_host_code() {
  const std::vector<const CallGate*> gates = records_.gates();
  std::ranges::for_each(gates, &CallGate::wait_until_empty);
}

}  // namespace hookline::detail
