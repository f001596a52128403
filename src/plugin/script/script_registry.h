#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/base/no_memory.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/worker/worker_pool.h"
#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/script_info.h"
#include "interp/runtime.h"
#include "plugin/event/script_entry.h"
#include "plugin/event/succession.h"
#include "plugin/functions/completion.h"
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
// If memory runs out, load(), reload() and unload() end with kQueueFull. A script is then not
// loaded, or goes on as it is.
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
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path,
                                      LoadOptions options) noexcept;
  [[nodiscard]] Future<void> reload(ScriptId script) noexcept;
  [[nodiscard]] Future<void> unload(ScriptId script) noexcept;

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
  // These do the same, and throw std::bad_alloc before they begin.
  [[nodiscard]] Future<ScriptId> try_load(const std::filesystem::path& path, LoadOptions options);
  [[nodiscard]] Future<void> try_reload(ScriptId script);
  [[nodiscard]] Future<void> try_unload(ScriptId script);
  [[nodiscard]] Result<ScriptEntry*> add(const std::filesystem::path& path, LoadOptions options,
                                         const std::shared_ptr<ScriptLoad>& load);
  // Begins to open the lane of a script.
  [[nodiscard]] std::shared_ptr<Lane> open_lane(ScriptEntry& entry);
  // Ends the load of a script whose import goes on. Returns false if it is not loading.
  bool give_up(ScriptId script, Error error) noexcept;
  // These three run on the worker.
  void on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane) noexcept;
  // Ends a script whose load was given up before.
  void on_opened_late(ScriptEntry& entry, const Result<std::shared_ptr<Lane>>& lane) noexcept;
  // Cleans up after the lane of a script that was to end.
  void on_ended(ScriptEntry& entry) noexcept;
  // Watches the CPU time of a script that has a share of it.
  void watch_share(const ScriptEntry& entry) noexcept;
  // Ends the calls that a script which is being unloaded has not run within the limit.
  void stop_draining(ScriptEntry& entry, Lane& lane) noexcept;
  [[nodiscard]] Future<void> reload_beside(ScriptEntry& entry, ScriptGeneration& fresh,
                                           const std::shared_ptr<Lane>& lane);
  // Runs when the limit of a reload has passed.
  void on_reload_refused(ScriptEntry& entry, ScriptGeneration& fresh,
                         Succession::State why) noexcept;
  // Runs on the worker, when the fresh code is about to take over, or does not.
  void on_reload_ended(ScriptEntry& entry, ScriptGeneration& fresh, Result<void> ended,
                       const std::shared_ptr<Completion>& done) noexcept;
  // Runs on the worker, when the fresh code takes over. With `in_place` the old generation goes on,
  // with the fresh one's hooks.
  void on_replaced(ScriptEntry& entry, ScriptGeneration& fresh, bool in_place,
                   const std::shared_ptr<Completion>& done) noexcept;
  [[nodiscard]] Future<void> reload_in_place(ScriptEntry& entry, ScriptGeneration& fresh,
                                             const std::shared_ptr<Lane>& lane);
  // Runs on the worker, between two calls.
  void replace(ScriptEntry& entry, ScriptGeneration& fresh, Result<Runner*> runner,
               const std::shared_ptr<Completion>& done) noexcept;
  // The ladder calls this.
  [[nodiscard]] bool next_watched(std::size_t& at, ScriptLadder::Watched& watched);
  // `script_quarantine.cc` has these; the ladder calls quarantine() and tell().

  // Leaves a script that is stuck at a step behind, and runs it again in a fresh interpreter.
  // Throws std::bad_alloc before it begins.
  void quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step, const std::string& stack);
  // Runs on the fresh worker.
  void on_installed(ScriptEntry& entry, ScriptGeneration* fresh, const Result<void>& done) noexcept;
  // Called on the thread of a script that was left behind, when it has returned.
  void on_returned(ScriptEntry& entry) noexcept;
  // Writes a notice to the log, and tells the host, as far as memory and the budget of the script's
  // log go. `make_notice` returns the text.
  template <class MakeNotice>
  void tell(ScriptEntry& entry, MakeNotice make_notice) noexcept {
    std::uint64_t left_out = 0;
    if (entry.ladder_log.spend(clock_.now(), left_out)) {
      if_memory([&] { say(entry, make_notice()); });
    }
  }
  // Does the same without a budget.
  void say(ScriptEntry& entry, const std::string& notice) noexcept;
  // Called after the generation's interpreter has ended, or was left behind. `done` is told when
  // that has taken place, also on the host's thread.
  void clean_up(ScriptEntry& entry, ScriptGeneration& generation,
                std::shared_ptr<Completion> done = nullptr) noexcept;
  // Tells the host and releases the generation's resources.
  void leave(ScriptGeneration& generation, std::shared_ptr<Completion> done = nullptr) noexcept;

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
  std::atomic<bool> share_is_due_ = false;  // there was no memory to watch one
  std::unique_ptr<ScriptLadder> ladder_;    // ends first
};

}  // namespace hookline::detail
