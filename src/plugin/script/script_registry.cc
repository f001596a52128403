#include "plugin/script/script_registry.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <utility>

#include "hookline/detail/deadline.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/module/host_module.h"
#include "plugin/script/awaited_change.h"
#include "plugin/script/script_reload.h"

namespace hookline::detail {
namespace {

// The options of load() come first; 0 stands for no limit.
std::size_t value_limit(const PythonOptions& own, const PythonOptions& general) {
  const std::size_t limit =
      own.value_limit.value_or(general.value_limit.value_or(kDefaultMaxBytes));
  return limit != 0 ? limit : CopyBudget::kUnlimited;
}

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
      hooks_(hooks),
      clock_(options.clock != nullptr ? *options.clock : Clock::system()),
      module_(*ModuleAccess::data(options.module)),
      host_(host),
      port_(port),
      functions_(functions),
      exceptions_(exceptions),
      runtime_(std::move(runtime)),
      pool_(pool),
      timers_(timers),
      shares_(timers, {.next = [this](std::size_t& at) { return next_running(at); },
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
                    entry.interrupted.fetch_add(1, std::memory_order_relaxed);
                    tell(entry, notice);
                  }})) {}

Result<ScriptEntry*> ScriptRegistry::add_entry(const std::filesystem::path& path,
                                               LoadOptions options,
                                               const std::shared_ptr<ScriptLoad>& load) {
  const std::string name = path.stem().string();
  for (const Attribute& attribute : options.attributes) {
    if (std::ranges::find(module_.attributes, attribute.name, &Attribute::name) ==
        module_.attributes.end()) {
      return fail(ErrorCode::kBadArguments, "LoadOptions::attributes: the module " + module_.name +
                                                " has no attribute '" + attribute.name + "'");
    }
  }
  const std::scoped_lock lock(mutex_);
  if (closed_) {
    return fail(ErrorCode::kShuttingDown,
                "no script is loaded any more: the host is shutting down");
  }
  const bool taken = std::ranges::any_of(records_, [&name](const Record& record) {
    return (record.state == State::kLoading || record.state == State::kLoaded) &&
           record.entry->name() == name;
  });
  if (taken) {
    return fail(ErrorCode::kBadArguments,
                "a script named '" + name + "' is loaded already: unload it first");
  }
  auto entry = std::make_unique<ScriptEntry>(hooks_, clock_, log_);
  entry->options = std::move(options);
  entry->cpu_share =
      entry->options.python.cpu_share.value_or(options_.python.cpu_share.value_or(0));
  const auto id = static_cast<std::uint32_t>(records_.size());
  // This sets field by field, because GCC 12 at -O3 warns of uninitialised strings in a temporary
  // context.
  ScriptContext& context = entry->context;
  context.caller.id = ScriptId{id};
  context.caller.name = name;
  context.caller.number = entry->options.number.value_or(id);
  context.path = path.string();
  context.module = &module_;
  context.attributes = &entry->options.attributes;
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
  context.codec = entry->options.codec ? &*entry->options.codec : &options_.codec;
  context.max_value_bytes = value_limit(entry->options.python, options_.python);
  context.host = &host_;
  context.port = &port_;
  context.functions = &functions_;
  context.exceptions = &exceptions_;
  entry->generation = &entry->add_generation();
  (void)entry->generation->succession.try_take_over();
  entry->path = path;
  const Duration limit = options_.load_limit;
  load->start(deadline_after(clock_, limit), [this, id] {
    (void)give_up(ScriptId{id}, {.code = ErrorCode::kDeadlineExceeded,
                                 .message = "its import has not ended within the load_limit"});
  });
  records_.push_back(
      {.entry = std::move(entry), .state = State::kLoading, .since = clock_.now(), .load = load});
  return records_.back().entry.get();
}

std::unique_ptr<ScriptRunner> ScriptRegistry::make_runner(ScriptEntry& entry,
                                                          ScriptGeneration& generation) {
  ScriptRunnerOptions runner{
      .interpreter = {.codec = *entry.context.codec,
                      .host_context = &generation.context,
                      .module = {module_.name, host_module_definition()},
                      .stdout_to_stderr = options_.stdout_to_stderr,
                      .raise = &raise_in_python,
                      .translate = [&table = exceptions_](
                                       const auto& thrown) { return table.translate(thrown); },
                      .on_left_behind =
                          [this, &entry](void* context, const auto& threads) {
                            leave_behind(entry, *static_cast<ScriptContext*>(context), threads);
                          },
                      .is_busy =
                          [](void* context) {
                            return static_cast<ScriptContext*>(context)->calls_under_way > 0;
                          }},
      .path = entry.path,
      .own = entry.options.python,
      .general = options_.python,
      .names = &names_,
      .hooks = &generation.hooks,
      .is_in_main = &entry.is_in_main,
      .interpreter_number = &entry.interpreter_number,
      .cpu_time = &entry.cpu_time,
      .shares_worker = options_.workers != 0,
      .late_functions = &functions_.was_used(),
      .interrupter = &generation.interrupter,
      .errors = &entry.errors,
      .log = &log_,
      .unclosed_streams = entry.unclosed_streams};
  runner.interpreter.max_value_bytes = entry.context.max_value_bytes;
  runner.interpreter.before_first_stream = kStreamsOfOneRun * generation.context.caller.run;
  return std::make_unique<ScriptRunner>(runtime_, std::move(runner));
}

void ScriptRegistry::leave_behind(const ScriptEntry& entry, ScriptContext& context,
                                  const std::vector<std::string>& threads) {
  context.gate.close();
  left_behind_.store(true);
  log_.warn(
      "{}: threads of it ({}) have not ended with it, as they sleep, read or catch SystemExit: "
      "the memory of its interpreter stays until the process ends",
      entry.name(), fmt::join(threads, ", "));
}

Future<ScriptId> ScriptRegistry::load(const std::filesystem::path& path, LoadOptions options) {
  const auto load = std::make_shared<ScriptLoad>(timers_);
  Future<ScriptId> future = load->future();
  const auto added = add_entry(path, std::move(options), load);
  if (!added) {
    load->finish(std::unexpected(added.error()));
    return future;
  }
  ScriptEntry& entry = **added;
  if (entry.cpu_share > 0) {
    shares_.watch();
  }
  auto opening = pool_.open(entry.name(), make_runner(entry, *entry.generation), options_.mailbox);
  {
    const std::scoped_lock lock(mutex_);
    entry.watched = opening.lane;
  }
  std::move(opening.opened)
      .deliver_to(InlineExecutor::instance(), [this, &entry](Result<std::shared_ptr<Lane>> lane) {
        on_opened(entry, std::move(lane));
      });
  return AwaitedChange<ScriptId>::watch(std::move(future), std::move(opening.lane));
}

// Runs on the worker. The mutex is not held while objects of the host are destroyed, and while the
// caller's code runs.
void ScriptRegistry::on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane) {
  std::shared_ptr<ScriptLoad> load;
  {
    const std::scoped_lock lock(mutex_);
    Record& record = record_of(entry.id());
    load = std::move(record.load);
    if (load != nullptr && lane) {
      entry.lane = *lane;
      entry.hooks = entry.generation->hooks;
      record.become(State::kLoaded, clock_.now());
      publish();
    } else if (load != nullptr) {
      record.become(State::kEnding, clock_.now());
    }
  }
  if (load == nullptr) {
    on_opened_late(entry, std::move(lane));
  } else if (lane) {
    load->finish(entry.id());
  } else {
    (void)clean_up(entry, *entry.generation);
    forget(entry);
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
    forget(entry);
  };
  if (lane) {
    pool_.remove(**lane, Drain::kDiscard).deliver_to(InlineExecutor::instance(), end);
  } else {
    end({});
  }
}

void ScriptRegistry::forget(ScriptEntry& entry) {
  const std::scoped_lock lock(mutex_);
  entry.watched.reset();
  record_of(entry.id()).become(State::kGone, clock_.now());
}

bool ScriptRegistry::give_up(ScriptId script, Error error) {
  std::shared_ptr<ScriptLoad> load;
  ScriptEntry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    Record& record = record_of(script);
    load = std::move(record.load);
    if (load == nullptr) {
      return false;
    }
    record.become(State::kEnding, clock_.now());
    entry = record.entry.get();
    entry->import_is_given_up = true;
  }
  log_.warn("{}: its import is not waited for any more, and goes on until it returns: {}",
            entry->name(), error.message);
  // The name is free from now on. So the host is told now, and not when the import returns.
  entry->generation->context.gate.close();
  (void)clean_up(*entry, *entry->generation);
  load->finish(std::unexpected(std::move(error)));
  return true;
}

Future<void> ScriptRegistry::reload(ScriptId script) {
  std::shared_ptr<Lane> lane;
  ScriptEntry* entry = nullptr;
  ScriptGeneration* fresh = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const auto index = static_cast<std::size_t>(script);
    if (index >= records_.size() || records_[index].state != State::kLoaded) {
      return make_ready_future<void>(
          fail(ErrorCode::kScriptNotFound, "there is no script with this id to reload"));
    }
    entry = records_[index].entry.get();
    lane = entry->lane;
    fresh = &entry->add_generation();
  }
  Future<void> reloaded = entry->is_in_main.load() ? reload_in_main(*entry, *fresh, *lane)
                                                   : reload_beside(*entry, *fresh, *lane);
  return AwaitedChange<void>::watch(std::move(reloaded), std::move(lane));
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
      .replace(lane, make_runner(entry, fresh),
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
  ScriptGeneration* gone = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    gone = in_place ? &fresh : std::exchange(entry.generation, &fresh);
    entry.hooks = fresh.hooks;
    if (record_of(entry.id()).state == State::kLoaded) {
      publish();
    }
  }
  return clean_up(entry, *gone);
}

// A reload may be under way, whose code nobody wants any more. Code that is just taking over is
// left alone: the script ends with it, and not with the code that it replaces.
void ScriptRegistry::interrupt_other_code(ScriptEntry& entry) {
  for (ScriptGeneration& other : entry.generations) {
    const auto interrupter = other.interrupter.get();
    const bool may_run = interrupter == nullptr || interrupter->is_open();
    if (may_run && other.succession.try_refuse()) {
      ladder_->interrupt_forever(other, false);
    }
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
  std::shared_ptr<Lane> lane;
  ScriptEntry* entry = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    const auto index = static_cast<std::size_t>(script);
    const State state = index < records_.size() ? records_[index].state : State::kGone;
    if (state != State::kLoaded && state != State::kLoading) {
      return make_ready_future<void>(
          fail(ErrorCode::kScriptNotFound, "there is no script with this id to unload"));
    }
    if (state == State::kLoaded) {
      records_[index].become(State::kEnding, clock_.now());
      entry = records_[index].entry.get();
      lane = std::move(entry->lane);
      interrupt_other_code(*entry);
      publish();
    }
  }
  if (lane == nullptr) {
    const bool was_loading =
        give_up(script, {.code = ErrorCode::kScriptUnloaded,
                         .message = "it was unloaded before its import had ended"});
    return was_loading ? make_ready_future() : unload(script);  // its import has just ended
  }
  // This is no then(), which does not run if the caller cancels the future.
  Promise<void> done;
  Future<void> future = done.future();
  pool_.remove(*lane, Drain::kRun)
      .deliver_to(InlineExecutor::instance(),
                  [this, entry, done = std::move(done)](Result<void> removed) mutable {
                    Future<void> cleaned = clean_up(*entry, *entry->generation);
                    forget(*entry);
                    if (removed) {
                      cleaned.forward_to(std::move(done));
                    } else {
                      done.set(std::move(removed));
                    }
                  });
  return AwaitedChange<void>::watch(std::move(future), std::move(lane));
}

std::vector<UnfinishedScript> ScriptRegistry::unfinished() const {
  std::vector<UnfinishedScript> scripts;
  const std::scoped_lock lock(mutex_);
  for (const Record& record : records_) {
    if (record.is_unfinished()) {
      scripts.push_back({.id = record.entry->id(),
                         .name = record.entry->name(),
                         .path = record.entry->path,
                         .is_loading = record.state == State::kLoading,
                         .since = record.since,
                         .stack = record.entry->seen_place->stack()});
      look_at(*record.entry, Duration::zero());  // for the next time
    }
  }
  return scripts;
}

void ScriptRegistry::look_at(const ScriptEntry& entry, Duration pause) const {
  entry.seen_place->look(entry.generation->interrupter.get(), clock_.now(), pause);
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
  std::vector<ScriptEntry*> entries;
  {
    const std::scoped_lock lock(mutex_);
    entries.reserve(records_.size());
    for (const Record& record : records_) {
      entries.push_back(record.entry.get());
    }
  }
  for (ScriptEntry* entry : entries) {
    for (ScriptGeneration& generation : entry->generations) {
      (void)generation.resources.release_all(port_);
    }
  }
}

void ScriptRegistry::publish() {
  auto fresh = std::make_shared<Subscriptions>();
  fresh->hooks.resize(hooks_.size());
  for (const Record& record : records_) {
    if (record.state != State::kLoaded) {
      continue;
    }
    ScriptEntry& entry = *record.entry;
    fresh->by_name.emplace(entry.name(), fresh->scripts.size());
    fresh->scripts.push_back(
        {.id = entry.id(), .script = &entry, .lane = entry.lane, .hooks = entry.hooks});
    for (std::size_t hook = 0; hook < entry.hooks.size(); ++hook) {
      if (entry.hooks[hook]) {
        fresh->hooks[hook].push_back(
            {.mailbox = &entry.lane->mailbox(), .script = &entry, .call = &entry.hook_calls[hook]});
      }
    }
  }
  published_.publish(std::move(fresh));
}

void ScriptRegistry::close() {
  const std::scoped_lock lock(mutex_);
  closed_ = true;
}

void ScriptRegistry::abandon() {
  std::vector<ScriptId> loading;
  std::vector<std::shared_ptr<Lane>> lanes;
  {
    const std::scoped_lock lock(mutex_);
    for (const Record& record : records_) {
      if (record.state == State::kLoading) {
        loading.push_back(record.entry->id());
      }
      if (record.entry->watched != nullptr) {
        lanes.push_back(record.entry->watched);
      }
      for (const ScriptGeneration& generation : record.entry->generations) {
        generation.context.gate.close();
      }
    }
  }
  const Error error{.code = ErrorCode::kShuttingDown, .message = "the host is shutting down"};
  for (const ScriptId script : loading) {
    (void)give_up(script, error);
  }
  // Ends the call that each stuck script runs, and those that wait for it.
  for (const std::shared_ptr<Lane>& lane : lanes) {
    (void)pool_.try_take(*lane, lane->step(), error);
  }
}

void ScriptRegistry::wait_for_host_code() {
  std::vector<const CallGate*> gates;
  {
    const std::scoped_lock lock(mutex_);
    for (const Record& record : records_) {
      for (const ScriptGeneration& generation : record.entry->generations) {
        gates.push_back(&generation.context.gate);
      }
    }
  }
  std::ranges::for_each(gates, &CallGate::wait_until_empty);
}

}  // namespace hookline::detail
