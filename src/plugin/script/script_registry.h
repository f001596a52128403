#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
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
#include "plugin/event/subscriptions.h"
#include "plugin/functions/host_port.h"
#include "plugin/script/cpu_shares.h"
#include "plugin/script/function_names.h"
#include "plugin/script/limited_promise.h"
#include "plugin/script/script_ladder.h"
#include "plugin/script/script_runner.h"
#include "plugin/types/snapshot_cell.h"

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

  [[nodiscard]] std::vector<UnfinishedScript> unfinished() const;

  [[nodiscard]] auto read() const { return published_.read(); }

  // Makes load() fail from now on.
  void close();
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
  [[nodiscard]] bool has_left_behind() const noexcept { return left_behind_.load(); }

  // Takes the CPU time of scripts, for their shares, from elsewhere. Only tests do. REQUIRES: no
  // script is loaded.
  void use_cpu_source(std::function<Duration(const ScriptEntry&)> source) {
    cpu_source_ = std::move(source);
  }

 private:
  // The states of a script. Only a script that is loading or loaded has its name for itself.
  //
  //   kLoading -> kLoaded -> kEnding -> kGone      load(), unload()
  //   kLoading -> kEnding -> kGone                 unload() or the limit came before the end of the
  //                                                import, which goes on
  //   kLoading -> kGone                            the import failed
  enum class State : std::uint8_t { kLoading, kLoaded, kEnding, kGone };
  using ScriptLoad = LimitedPromise<ScriptId>;
  struct Record {
    std::unique_ptr<ScriptEntry> entry;
    State state = State::kLoading;
    TimePoint since;  // when it came to this state, by clock_
    // Set while it is kLoading. One of three takes it away and ends the load: the script itself,
    // unload(), or the limit.
    std::shared_ptr<ScriptLoad> load;

    [[nodiscard]] bool is_unfinished() const {
      return state == State::kLoading || state == State::kEnding;
    }
    void become(State next, TimePoint now) {
      state = next;
      since = now;
    }
  };

  [[nodiscard]] Result<ScriptEntry*> add_entry(const std::filesystem::path& path,
                                               LoadOptions options,
                                               const std::shared_ptr<ScriptLoad>& load);
  // Ends the load of a script whose import goes on. Returns false if it is not loading.
  [[nodiscard]] bool give_up(ScriptId script, Error error);
  [[nodiscard]] std::unique_ptr<ScriptRunner> make_runner(ScriptEntry& entry,
                                                          ScriptGeneration& generation);
  void leave_behind(const ScriptEntry& entry, ScriptContext& context,
                    const std::vector<std::string>& threads);
  void on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane);
  // Ends a script whose load was given up before.
  void on_opened_late(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane);
  void forget(ScriptEntry& entry);
  [[nodiscard]] Record& record_of(ScriptId id) { return records_.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] Future<void> reload_beside(ScriptEntry& entry, ScriptGeneration& fresh, Lane& lane);
  // Lets the ladder interrupt code of the script that has not taken over, and never will. REQUIRES:
  // mutex_.
  void interrupt_other_code(ScriptEntry& entry);
  // Finds out where the code of a script is, if it was not looked at within `pause`. REQUIRES:
  // mutex_.
  void look_at(const ScriptEntry& entry, Duration pause) const;
  // Runs on the worker, when the fresh code is about to take over. With `in_place` the old
  // generation goes on, with the fresh one's hooks.
  [[nodiscard]] Future<void> on_replaced(ScriptEntry& entry, ScriptGeneration& fresh,
                                         bool in_place);
  [[nodiscard]] Future<void> reload_in_main(ScriptEntry& entry, ScriptGeneration& fresh,
                                            Lane& lane);
  // Runs on the worker, between two calls.
  [[nodiscard]] Future<void> replace(ScriptEntry& entry, ScriptGeneration& fresh,
                                     const Result<Runner*>& runner);
  // `script_quarantine.cc` has these; the ladder calls the first two and tell().
  [[nodiscard]] bool next_watched(std::size_t& at, ScriptLadder::Watched& watched);
  // Returns the next script that is loaded, for the shares of CPU time.
  [[nodiscard]] ScriptEntry* next_running(std::size_t& at);
  // Leaves a script that is stuck at a step behind, and runs it again in a fresh interpreter.
  void quarantine(ScriptEntry& entry, Lane& lane, std::uint64_t step, const std::string& stack);
  void start_afresh(ScriptEntry& entry, Lane& lane, const std::string& place);
  [[nodiscard]] bool may_run_again(ScriptEntry& entry);
  void disable(ScriptEntry& entry);
  // Writes a notice to the log, and tells the host, as far as the budget of the script's log goes.
  void tell(ScriptEntry& entry, const std::string& notice);
  // Does the same without a budget.
  void say(ScriptEntry& entry, const std::string& notice);
  // Called after the generation's interpreter has ended, or was left behind.
  Future<void> clean_up(ScriptEntry& entry, ScriptGeneration& generation);
  // Tells the host and releases the generation's resources.
  Future<void> leave(ScriptGeneration& generation);
  // REQUIRES: mutex_.
  void publish();

  const ScriptHostOptions& options_;
  const Log& log_;
  const FunctionNames& names_;
  const HookTable& hooks_;
  const Clock& clock_;
  const ModuleData& module_;
  Host& host_;
  HostPort& port_;
  FunctionRegistry& functions_;
  const ExceptionTable& exceptions_;
  std::shared_ptr<Runtime> runtime_;
  WorkerPool& pool_;
  TimerService& timers_;
  mutable std::mutex mutex_;
  std::vector<Record> records_;  // a ScriptId is an index
  bool closed_ = false;
  std::atomic<bool> left_behind_{false};
  SnapshotCell<Subscriptions> published_;
  std::function<Duration(const ScriptEntry&)> cpu_source_ = [](const ScriptEntry& entry) {
    return entry.cpu_time.total();
  };
  CpuShares shares_;
  std::unique_ptr<ScriptLadder> ladder_;  // ends first
};

}  // namespace hookline::detail
