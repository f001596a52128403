#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hookline/clock.h"
#include "hookline/error.h"
#include "hookline/script_host.h"
#include "interp/runtime.h"
#include "plugin/event/script_entry.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_port.h"
#include "plugin/functions/module_data.h"
#include "plugin/script/function_names.h"
#include "plugin/script/script_runner.h"
#include "plugin/types/hook_table.h"
#include "plugin/types/log.h"

namespace hookline::detail {

// Makes what a script of one host consists of: its entry, and a runner for each run of its file.
//
// Thread safety: all methods from any thread. It must outlive the runners.
class ScriptFactory {
 public:
  // Does not own the objects that it refers to, which must outlive it. `on_returned` is called on a
  // worker that was left behind with a script, when it has returned; it must not throw.
  ScriptFactory(const ScriptHostOptions& options, const Log& log, const FunctionNames& names,
                const HookTable& hooks, const Clock& clock, Host& host, HostPort& port,
                const FunctionRegistry& functions, const ExceptionTable& exceptions,
                std::shared_ptr<Runtime> runtime, std::function<void(ScriptEntry&)> on_returned);
  ScriptFactory(const ScriptFactory&) = delete;
  ScriptFactory& operator=(const ScriptFactory&) = delete;
  ~ScriptFactory() = default;

  // Makes an entry that has no id yet, and has not run. Fails with kBadArguments if the module has
  // no such attributes.
  [[nodiscard]] Result<std::unique_ptr<ScriptEntry>> make_entry(const std::filesystem::path& path,
                                                                LoadOptions options) const;
  [[nodiscard]] std::unique_ptr<ScriptRunner> make_runner(ScriptEntry& entry,
                                                          ScriptGeneration& generation);

  // Returns whether threads of ended scripts still run and may use the host's objects: see
  // InterpreterOptions::on_left_behind.
  [[nodiscard]] bool has_left_behind() const noexcept { return left_behind_.load(); }

 private:
  void leave_behind(const ScriptEntry& entry, const ScriptContext& context,
                    const std::vector<std::string>& threads);

  const ScriptHostOptions& options_;
  const Log& log_;
  const FunctionNames& names_;
  const HookTable& hooks_;
  const Clock& clock_;
  const ModuleData& module_;
  Host& host_;
  HostPort& port_;
  const FunctionRegistry& functions_;
  const ExceptionTable& exceptions_;
  const std::shared_ptr<Runtime> runtime_;
  const std::function<void(ScriptEntry&)> on_returned_;
  std::atomic<bool> left_behind_{false};
};

}  // namespace hookline::detail
