#pragma once

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dispatch/stream/stream_core.h"
#include "dispatch/submit/delivered_call.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/wait/waiter.h"
#include "hookline/call.h"
#include "hookline/detail/deadline.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/hook.h"
#include "hookline/loop.h"
#include "hookline/script_host.h"
#include "hookline/stream.h"
#include "hookline/typed_hook.h"
#include "hookline/version.h"
#include "interp/memory_book.h"
#include "interp/runtime.h"
#include "plugin/event/asked_script.h"
#include "plugin/event/awaited_decision.h"
#include "plugin/event/event.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/pending_decisions.h"
#include "plugin/event/script_log.h"
#include "plugin/functions/host_port.h"
#include "plugin/script/function_names.h"
#include "plugin/script/host_access.h"
#include "plugin/script/script_registry.h"
#include "plugin/types/hook_table.h"
#include "plugin/types/whole_path.h"

namespace hookline {

// Everything that a ScriptHost owns. Members are destroyed in reverse order: first the registry and
// the workers, last what their threads use.
struct ScriptHost::Impl {
  Impl(Host& host, ScriptHostOptions given, std::shared_ptr<detail::Runtime> started)
      : options(std::move(given)),
        log(options.log),
        clock(options.clock != nullptr ? *options.clock : Clock::system()),
        timers(std::make_unique<detail::TimerService>(clock)),
        functions(detail::ModuleAccess::data(options.module)),
        binding(std::in_place, port),
        hooks(options.hooks),
        names(hooks),
        pool({.workers = options.workers}),
        registry(options, log, names, hooks, host, port, functions, exceptions, std::move(started),
                 pool, *timers) {
    if (options.memory_total != 0) {
      memory_total.emplace(options.memory_total);
    }
  }

  // Ends the scripts, and then releases their resources. Returns the names of the scripts that have
  // not ended.
  std::vector<std::string> end_scripts(const ShutdownOptions& how) {
    registry.close();
    const Duration patience = how.patience.value_or(options.end_patience);
    auto left = pool.shutdown_until(how.drain, detail::deadline_after(Clock::system(), patience));
    abandoned = !left.empty() && (abandoned || how.abandon);  // giving up is for good
    if (left.empty() || abandoned) {
      registry.stop_watching();
    }
    if (abandoned) {
      registry.abandon();
    }
    if (left.empty() || abandoned) {
      registry.release_resources();
      port.close();
    }
    if (abandoned) {
      registry.wait_for_host_code();
    }
    return left;
  }

  // Drops references to objects it does not own, and what it sets for the process. Abandoned
  // threads may still use the rest.
  void let_go() {
    binding.reset();
    memory_total.reset();
    // A call that is under way in a script that has not ended cancels its timer when it ends.
    if (!abandoned) {
      timers.reset();
    }
  }

  // Says whether this is a child that the host has forked.
  [[nodiscard]] bool is_in_child() const { return process != getpid(); }

  // Returns whether the scripts that were abandoned have ended after all, so that nothing is in
  // use.
  [[nodiscard]] bool is_over() {
    return !registry.has_left_behind() && pool.shutdown_until(Drain::kDiscard, TimePoint()).empty();
  }

  // Returns the decisions that the attached loop awaits, or nullptr. Then nothing can be delivered.
  static constexpr const char* kNoLoop = "no loop is attached that could deliver the result";
  [[nodiscard]] detail::PendingDecisions* pending() const {
    return attached ? decisions.back().get() : nullptr;
  }

  [[nodiscard]] TimePoint deadline(Duration timeout) const {
    return detail::deadline_after(clock, timeout);
  }

  // The methods of ScriptHost that are named after these; `script_host_events.cc` has them.
  void post(Hook hook, std::span<const Argument> args);
  void post_one_at_a_time(Hook hook, std::span<const Argument> args,
                          std::span<const detail::Subscriber> subscribers);
  [[nodiscard]] Future<Decision> decide(Hook hook, std::span<const Argument> args,
                                        std::optional<Duration> deadline);
  [[nodiscard]] Decision decide_wait(Hook hook, std::span<const Argument> args,
                                     std::optional<Duration> deadline);
  [[nodiscard]] Asked decide_on_loop(Hook hook, std::span<const Argument> args,
                                     DecisionHandler& handler);
  // Returns the hook of an event; if the table does not have it, a number that is not in the table.
  [[nodiscard]] Hook hook_of(const HookEvent& event);
  // Returns why an event cannot be sent, and logs it. REQUIRES: it cannot.
  [[nodiscard]] Error refuse(Hook hook, std::span<const Argument> args);
  // Logs a posted call that reaches no script.
  void log_lost_post(const Error& error);
  // Logs an error that a host may make for each event or call, so the lines have a budget.
  void log_within(detail::LogBudget& budget, std::string_view line);
  // Returns whether an event of the hook goes on without the answers of late scripts.
  [[nodiscard]] bool late_allows(const HookRow& row) const;
  // Returns the decision of an event that none of its subscribers got.
  [[nodiscard]] Decision missed_by_all(Hook hook, std::size_t subscribers) const;
  [[nodiscard]] detail::Outgoing outgoing(Hook hook, std::span<const Argument> args) const;

  const pid_t process = getpid();
  ScriptHostOptions options;
  std::optional<detail::MemoryTotalLimit> memory_total;  // set if the options have one
  const detail::Log log;
  Clock& clock;
  detail::LogBudget lost_posts;
  detail::LogBudget refused_events;
  std::unique_ptr<Host> own_host;  // set if create() was given no host
  std::unique_ptr<detail::TimerService> timers;
  // Closed lists stay, because a worker may post an event to the executor of its list until it is
  // joined.
  std::vector<std::unique_ptr<detail::PendingDecisions>> decisions;
  bool attached = false;
  bool abandoned = false;  // a shutdown() gave up on scripts that still run
  detail::EventPool events;
  detail::FunctionRegistry functions;
  detail::ExceptionTable exceptions;
  detail::HostPort port;
  detail::HostExecutor host_executor{port};
  std::optional<detail::Pump::Binding> binding;
  const detail::HookTable hooks;
  detail::FunctionNames names;
  detail::WorkerPool pool;
  detail::ScriptRegistry registry;
};

}  // namespace hookline
