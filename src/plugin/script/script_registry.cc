#include "plugin/script/script_registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>
#include <string>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/future/spare_future.h"
#include "hookline/detail/deadline.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "plugin/script/awaited_change.h"
#include "plugin/script/script_unload.h"

namespace hookline::detail {

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
              .next = [this](std::size_t& at, auto& watched) { return next_watched(at, watched); },
              .quarantine = [this](
                                ScriptEntry& entry, Lane& lane, std::uint64_t step,
                                const std::string& stack) { quarantine(entry, lane, step, stack); },
              .tell =
                  [this](ScriptEntry& entry, const std::string& notice) {
                    tell(entry, [&notice] { return notice; });
                  }})) {}

Result<ScriptEntry*> ScriptRegistry::add(const std::filesystem::path& path, LoadOptions options,
                                         const std::shared_ptr<ScriptLoad>& load) {
  auto entry = factory_.make_entry(path, std::move(options));
  if (!entry) {
    return std::unexpected(std::move(entry.error()));
  }
  return records_.add(*std::move(entry), load, deadline_after(clock_, options_.load_limit),
                      [this](ScriptId script) {
                        give_up(script, fail(ErrorCode::kDeadlineExceeded,
                                             "its import has not ended within the load_limit")
                                            .error());
                      });
}

Future<ScriptId> ScriptRegistry::load(const std::filesystem::path& path,
                                      LoadOptions options) noexcept {
  try {
    return try_load(path, std::move(options));
  } catch (const std::bad_alloc&) {
    return out_of_memory<ScriptId>();
  }
}

Future<ScriptId> ScriptRegistry::try_load(const std::filesystem::path& path, LoadOptions options) {
  const auto load = std::make_shared<ScriptLoad>(timers_);
  Future<ScriptId> future = load->future();
  const auto added = add(path, std::move(options), load);
  if (!added) {
    load->finish(std::unexpected(added.error()));
    return future;
  }
  ScriptEntry& entry = **added;
  std::shared_ptr<Lane> lane;
  try {
    lane = open_lane(entry);
    return AwaitedChange<ScriptId>::watch(std::move(future), lane);
  } catch (const std::bad_alloc&) {
    if (lane != nullptr) {
      give_up(entry.id(), fail_without_memory().error());
    } else if (const auto cancelled = records_.cancel_import(entry)) {
      cancelled->finish(fail_without_memory());
    }
    return future;  // NOLINT(bugprone-use-after-move): watch() has left it as it was
  }
}

// Steps that may fail come before the promise of the opened lane gets its continuation.
std::shared_ptr<Lane> ScriptRegistry::open_lane(ScriptEntry& entry) {
  auto runner = factory_.make_runner(entry, *entry.generation);
  Promise<void> end;
  end.future().deliver_to(InlineExecutor::instance(), [this, &entry](const Result<void>& ended) {
    if (ended) {  // or else there is no lane
      on_ended(entry);
    }
  });
  Promise<std::shared_ptr<Lane>> opened;
  opened.future().deliver_to(
      InlineExecutor::instance(),
      [this, &entry](Result<std::shared_ptr<Lane>> lane) { on_opened(entry, std::move(lane)); });
  std::shared_ptr<Lane> lane = pool_.open(entry.name(), std::move(runner), options_.mailbox,
                                          std::move(opened), std::move(end));
  records_.set_watched(entry, lane);
  return lane;
}

void ScriptRegistry::on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane) noexcept {
  const ScriptRecords::Import import = records_.end_import(entry, lane ? *lane : nullptr);
  if (import.load == nullptr) {
    on_opened_late(entry, lane);
  } else if (import.is_loaded) {
    watch_share(entry);
    import.load->finish(entry.id());
  } else if (lane) {
    WorkerPool::close(**lane, Drain::kDiscard);  // on_ended() does the rest
    import.load->finish(fail_without_memory());
  } else {
    clean_up(entry, *entry.generation);
    records_.forget(entry);
    import.load->finish(std::unexpected(std::move(lane.error())));
  }
}

void ScriptRegistry::on_opened_late(ScriptEntry& entry,
                                    const Result<std::shared_ptr<Lane>>& lane) noexcept {
  const bool is_left_behind = !lane && lane.error().code == ErrorCode::kQuarantined;
  if_memory([&] {
    log_.write(LogLevel::kInfo,
               entry.name() + ": the import that was not waited for any more " +
                   (is_left_behind ? "cannot be interrupted, and is left behind" : "has ended"));
  });
  if (!lane || !WorkerPool::close(**lane, Drain::kDiscard)) {
    on_ended(entry);
  }
}

void ScriptRegistry::on_ended(ScriptEntry& entry) noexcept {
  auto ended = records_.note_end(entry);
  if (!ended) {
    return;
  }
  if (ended->was_given_up) {
    ended->last.context.resources->release_all(port_);  // those that it made after it was given up
  } else {
    clean_up(entry, ended->last);
  }
  records_.forget(entry);
  if (ended->done != nullptr) {
    ended->last.context.resources->release_all(port_, std::move(ended->done));
  }
}

bool ScriptRegistry::give_up(ScriptId script, Error error) noexcept {
  const auto given_up = records_.give_up_import(script);
  if (!given_up) {
    return false;
  }
  ScriptEntry& entry = given_up->entry;
  if_memory([&] {
    log_.warn("{}: its import is not waited for any more, and goes on until it returns: {}",
              entry.name(), error.message);
  });
  // The name is free from now on. So the host is told now, and not when the import returns.
  entry.generation->context.gate.close();
  clean_up(entry, *entry.generation);
  given_up->load->finish(std::unexpected(std::move(error)));
  return true;
}

// A script's comments may give it a share, too.
void ScriptRegistry::watch_share(const ScriptEntry& entry) noexcept {
  if (entry.cpu_share.load(std::memory_order_relaxed) > 0 && !shares_.watch()) {
    share_is_due_ = true;
  }
}

bool ScriptRegistry::next_watched(std::size_t& at, ScriptLadder::Watched& watched) {
  if (at == 0 && share_is_due_) {
    share_is_due_ = !shares_.watch();
  }
  return records_.next_watched(at, watched);
}

Future<void> ScriptRegistry::unload(ScriptId script) noexcept {
  try {
    return try_unload(script);
  } catch (const std::bad_alloc&) {
    return out_of_memory<void>();
  }
}

Future<void> ScriptRegistry::try_unload(ScriptId script) {
  const auto found = records_.find_to_unload(script);
  if (!found) {
    return make_ready_future<void>(
        fail(ErrorCode::kScriptNotFound, "there is no script with this id to unload"));
  }
  if (found->entry == nullptr) {
    Future<void> done = make_ready_future();
    const bool was_loading =
        give_up(script, {.code = ErrorCode::kScriptUnloaded,
                         .message = "it was unloaded before its import had ended"});
    return was_loading ? std::move(done) : try_unload(script);  // its import has just ended
  }
  const auto unload = std::make_shared<ScriptUnload>(timers_);
  Future<void> future = AwaitedChange<void>::watch(unload->future(), found->lane);
  ScriptEntry& entry = *found->entry;
  std::function<void()> at_limit = [this, &entry, lane = found->lane] {
    stop_draining(entry, *lane);
  };
  if (!records_.begin_unload(entry, unload, [this](ScriptGeneration& refused) {
        ladder_->interrupt_forever(refused, false);
      })) {
    return try_unload(script);  // another thread has unloaded it just now
  }
  const bool is_limited =
      unload->start(deadline_after(clock_, options_.end_patience), std::move(at_limit));
  // Calls that cannot be limited do not run.
  if (!WorkerPool::close(*found->lane, is_limited ? Drain::kRun : Drain::kDiscard)) {
    on_ended(entry);
  }
  return future;
}

void ScriptRegistry::stop_draining(ScriptEntry& entry, Lane& lane) noexcept {
  const std::uint64_t waiting = lane.mailbox().stats().waiting;
  WorkerPool::stop_draining(lane);
  if (waiting > 0) {
    tell(entry, [waiting] {
      return fmt::format(
          "it was unloaded, and {} call(s) that it had accepted do not run any more, because the "
          "end_patience has passed",
          waiting);
    });
  }
}

void ScriptRegistry::clean_up(ScriptEntry& entry, ScriptGeneration& generation,
                              std::shared_ptr<Completion> done) noexcept {
  functions_.remove_all(entry.id());
  leave(generation, std::move(done));
}

void ScriptRegistry::leave(ScriptGeneration& generation,
                           std::shared_ptr<Completion> done) noexcept {
  generation.farewell.tell();
  generation.context.resources->release_all(port_, std::move(done));
}

void ScriptRegistry::release_resources() {
  for (ScriptEntry* entry : records_.entries()) {
    for (ScriptGeneration& generation : entry->generations) {
      generation.resources.release_all(port_);
    }
  }
}

void ScriptRegistry::abandon() {
  const ScriptRecords::Abandoned left = records_.abandon();
  const Error error{.code = ErrorCode::kShuttingDown, .message = "the host is shutting down"};
  for (const ScriptId script : left.loading) {
    give_up(script, error);
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
