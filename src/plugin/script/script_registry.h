#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "interp/runtime.h"
#include "plugin/event/script_entry.h"
#include "plugin/functions/host_port.h"
#include "plugin/script/cpu_shares.h"
#include "plugin/script/function_names.h"
#include "plugin/script/script_factory.h"
#include "plugin/script/script_ladder.h"
#include "plugin/script/script_records.h"

namespace hookline::detail {

// Loads, reloads and unloads the scripts of one host, and publishes the view of them that events
// use.
//
// Thread safety: all methods from any thread. The registry must outlive its lanes.
class ScriptRegistry {
 public:
  // Does not own the objects that it refers to, which must outlive the registry.
  ScriptRegistry(const ScriptHostOptions& options, const Log& log, const FunctionNames& names,
                 const HookTable& hooks, Host& host, HostPort& port, FunctionRegistry& functions,
                 const ExceptionTable& exceptions, std::shared_ptr<Runtime> runtime,
                 WorkerPool& pool, TimerService& timers);
  ScriptRegistry(const ScriptRegistry&) = delete;
  ScriptRegistry& operator=(const ScriptRegistry&) = delete;
  ~ScriptRegistry() = default;

  // See the methods of ScriptHost.
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path, LoadOptions options);
  [[nodiscard]] Future<void> reload(ScriptId script);
  [[nodiscard]] Future<void> unload(ScriptId script);

  [[nodiscard]] std::vector<UnfinishedScript> unfinished() const { return records_.unfinished(); }

  [[nodiscard]] auto read() const { return records_.read(); }

  // Makes load() fail from now on.
  void close() { records_.close(); }
  // Lets scripts run as long as they like from now on, and says nothing more about them. REQUIRES:
  // the timers still live.
  void stop_watching() {
    ladder_->close();
    shares_.close();
  }
  // Gives up on scripts that have not ended: their loads and calls end with kShuttingDown, and
  // their threads get no further into the host's code. Those that are in there now may still be.
  // REQUIRES: stop_watching().
  void abandon();
  // Waits until no thread of a script is in the host's code. REQUIRES: abandon(), and the port is
  // closed.
  void wait_for_host_code();
  // Releases the resources that scripts have not released. REQUIRES: all scripts have ended.
  void release_resources();
  // Returns whether threads of ended scripts still run and may use the host's objects: see
  // InterpreterOptions::on_left_behind.
  [[nodiscard]] bool has_left_behind() const noexcept { return factory_.has_left_behind(); }

  // Takes the CPU time of scripts, for their shares, from elsewhere. Only tests do. REQUIRES: no
  // script is loaded.
  void use_cpu_source(std::function<Duration(const ScriptEntry&)> source) {
    cpu_source_ = std::move(source);
  }

 private:
  [[nodiscard]] Result<ScriptEntry*> add(const std::filesystem::path& path, LoadOptions options,
                                         const std::shared_ptr<ScriptLoad>& load);
  // Ends the load of a script whose import goes on. Returns false if it is not loading.
  [[nodiscard]] bool give_up(ScriptId script, Error error);
  // These two run on the worker.
  void on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane);
  // Ends a script whose load was given up before.
  void on_opened_late(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane);
  // Watches the CPU time of a script that has a share of it.
  void watch_share(const ScriptEntry& entry);
  // Ends the calls that a script which is being unloaded has not run within the limit.
  void stop_draining(ScriptEntry& entry, Lane& lane);
  [[nodiscard]] Future<void> reload_beside(ScriptEntry& entry, ScriptGeneration& fresh, Lane& lane);
  // Runs on the worker, when the fresh code is about to take over. With `in_place` the old
  // generation goes on, with the fresh one's hooks.
  [[nodiscard]] Future<void> on_replaced(ScriptEntry& entry, ScriptGeneration& fresh,
                                         bool in_place);
  [[nodiscard]] Future<void> reload_in_main(ScriptEntry& entry, ScriptGeneration& fresh,
                                            Lane& lane);
  // Runs on the worker, between two calls.
  [[nodiscard]] Future<void> replace(ScriptEntry& entry, ScriptGeneration& fresh,
                                     const Result<Runner*>& runner);
  // `script_quarantine.cc` has these; the ladder calls quarantine() and tell().

  // Leaves a script that is stuck at a step behind, and runs it again in a fresh interpreter.
  void quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step, const std::string& stack);
  void start_afresh(ScriptEntry& entry, Lane& lane, const std::string& place);
  // Called on the thread of a script that was left behind, when it has returned.
  void on_returned(ScriptEntry& entry) noexcept;
  // Writes a notice to the log, and tells the host, as far as the budget of the script's log goes.
  void tell(ScriptEntry& entry, const std::string& notice);
  // Does the same without a budget.
  void say(ScriptEntry& entry, const std::string& notice);
  // Called after the generation's interpreter has ended, or was left behind.
  Future<void> clean_up(ScriptEntry& entry, ScriptGeneration& generation);
  // Tells the host and releases the generation's resources.
  Future<void> leave(ScriptGeneration& generation);

  const ScriptHostOptions& options_;
  const Log& log_;
  const FunctionNames& names_;
  const Clock& clock_;
  Host& host_;
  HostPort& port_;
  FunctionRegistry& functions_;
  WorkerPool& pool_;
  TimerService& timers_;
  ScriptFactory factory_;
  ScriptRecords records_;
  std::function<Duration(const ScriptEntry&)> cpu_source_ = [](const ScriptEntry& entry) {
    return entry.cpu_time.total();
  };
  CpuShares shares_;
  std::unique_ptr<ScriptLadder> ladder_;  // ends first
};

}  // namespace hookline::detail
