#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "dispatch/worker/worker_pool.h"
#include "hookline/future.h"
#include "hookline/host.h"
#include "hookline/script_host.h"
#include "interp/runtime.h"
#include "plugin/event/script_entry.h"
#include "plugin/event/subscriptions.h"
#include "plugin/functions/host_port.h"
#include "plugin/script/function_names.h"
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
                 WorkerPool& pool);
  ScriptRegistry(const ScriptRegistry&) = delete;
  ScriptRegistry& operator=(const ScriptRegistry&) = delete;
  ~ScriptRegistry() = default;

  // See the methods of ScriptHost.
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path, LoadOptions options);
  [[nodiscard]] Future<void> reload(ScriptId script);
  [[nodiscard]] Future<void> unload(ScriptId script);

  [[nodiscard]] auto read() const { return published_.read(); }

  // Makes load() fail from now on.
  void close();
  // Releases the resources that scripts have not released. REQUIRES: all scripts have ended.
  void release_resources();
  // Returns whether threads of ended scripts still run and may use the host's objects: see
  // InterpreterOptions::on_left_behind.
  [[nodiscard]] bool has_left_behind() const noexcept { return left_behind_.load(); }

 private:
  enum class State : std::uint8_t { kLoading, kLoaded, kGone };
  struct Record {
    std::unique_ptr<ScriptEntry> entry;
    State state = State::kLoading;
  };

  [[nodiscard]] Result<ScriptEntry*> add_entry(const std::filesystem::path& path,
                                               LoadOptions options);
  [[nodiscard]] std::unique_ptr<ScriptRunner> make_runner(ScriptEntry& entry);
  void leave_behind(const ScriptEntry& entry, ScriptContext& context,
                    const std::vector<std::string>& threads);
  [[nodiscard]] Result<ScriptId> on_opened(ScriptEntry& entry, Result<std::shared_ptr<Lane>> lane);
  [[nodiscard]] Record& record_of(ScriptId id) { return records_.at(static_cast<std::size_t>(id)); }
  // Runs on the worker, between two calls.
  [[nodiscard]] Future<void> replace(ScriptEntry& entry, ScriptGeneration& fresh,
                                     const Result<Runner*>& runner);
  // Called after the generation's interpreter has ended.
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
  mutable std::mutex mutex_;
  std::vector<Record> records_;  // a ScriptId is an index
  bool closed_ = false;
  std::atomic<bool> left_behind_{false};
  SnapshotCell<Subscriptions> published_;
};

}  // namespace hookline::detail
