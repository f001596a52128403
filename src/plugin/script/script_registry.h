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
#include "plugin/script/script_runner.h"
#include "plugin/types/snapshot_cell.h"

namespace hookline::detail {

// The scripts of one host as they come and go, and the published view of them that events follow.
//
// Thread safety: all methods from any thread. The registry must outlive its lanes.
class ScriptRegistry {
 public:
  // What is referred to is not owned and must outlive the registry.
  ScriptRegistry(const ScriptHostOptions& options, const Log& log, Host& host, HostPort& port,
                 FunctionRegistry& functions, const ExceptionTable& exceptions,
                 std::shared_ptr<Runtime> runtime, WorkerPool& pool);
  ScriptRegistry(const ScriptRegistry&) = delete;
  ScriptRegistry& operator=(const ScriptRegistry&) = delete;
  ~ScriptRegistry() = default;

  // As ScriptHost's.
  [[nodiscard]] Future<ScriptId> load(const std::filesystem::path& path, LoadOptions options);
  [[nodiscard]] Future<void> reload(ScriptId script);
  [[nodiscard]] Future<void> unload(ScriptId script);

  [[nodiscard]] auto read() const { return published_.read(); }

  // Nothing is loaded from here on.
  void close();
  // What scripts have not released. REQUIRES: they have ended.
  void release_resources();
  // Whether threads of scripts go on that use what the host has: see
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
  // On the worker, between two calls.
  [[nodiscard]] Future<void> replace(ScriptEntry& entry, ScriptGeneration& fresh,
                                     const Result<Runner*>& runner);
  // After its interpreter has ended.
  Future<void> clean_up(ScriptEntry& entry, ScriptGeneration& generation);
  // Gives back what it has of the host.
  Future<void> leave(ScriptGeneration& generation);
  // REQUIRES: mutex_.
  void publish();

  const ScriptHostOptions& options_;
  const Log& log_;
  const Clock& clock_;
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
