#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dispatch/call/call.h"
#include "dispatch/stream/unclosed_streams.h"
#include "hookline/hook.h"
#include "hookline/options.h"
#include "interp/interpreter.h"
#include "interp/interrupter.h"
#include "interp/runtime.h"
#include "plugin/event/cpu_time.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/script_errors.h"
#include "plugin/script/function_names.h"
#include "plugin/types/log.h"

namespace hookline::detail {

struct ScriptContext;

// Limits the streams of one run; each run numbers its streams from another multiple of this.
inline constexpr std::int64_t kStreamsOfOneRun = std::int64_t{1} << 40;

struct ScriptRunnerOptions {
  InterpreterOptions interpreter;
  std::filesystem::path path;
  // Settings are taken from `own` first, then from the comments at the script's top, then from
  // `general`.
  PythonOptions own;
  PythonOptions general;
  std::string farewell = {};  // the function that says good-bye; empty: none is called
  // The runner does not own what these pointers refer to, which must outlive it.
  const FunctionNames* names = nullptr;  // names the numbers in requests; nullptr: there are none
  HookSet* hooks = nullptr;              // open() writes the script's hooks here, if given
  std::atomic<bool>* reloads_in_place = nullptr;  // whether it keeps its interpreter, if given
  std::atomic<std::int64_t>* interpreter_number = nullptr;  // Interpreter::number(), if given
  CpuTime* cpu_time = nullptr;  // what the worker spends on the script, if given
  // The runner writes to these, if they are given, which limits hold: those that are granted, or
  // lower ones of the script's comments. It does so when the code is ready.
  std::atomic<std::size_t>* value_limit = nullptr;
  std::atomic<double>* cpu_share = nullptr;
  bool shares_worker = false;  // whether other scripts run on the same worker
  // FunctionRegistry::was_used(), if the script has the module of the host.
  const std::atomic<bool>* late_functions = nullptr;
  // Gets the interrupter as soon as there is an interpreter, if given.
  InterrupterCell* interrupter = nullptr;
  // Is called on a worker that was left behind, when it has returned.
  std::function<void()> on_returned;
  ScriptErrors* errors = nullptr;  // counts each call that ends with an error, if given
  const Log* log = &Log::standard();
  std::shared_ptr<UnclosedStreams> unclosed_streams = std::make_shared<UnclosedStreams>();
};

// Runs the calls of one script, in an interpreter of its own, for a worker.
class ScriptRunner final : public Runner {
 public:
  ScriptRunner(std::shared_ptr<Runtime> runtime, ScriptRunnerOptions options);
  ~ScriptRunner() override;

  // Makes the interpreter, runs the script's module and resolves its hooks. Throws std::bad_alloc.
  [[nodiscard]] Result<void> open() override;
  void begin_batch() noexcept override;
  void end_batch() noexcept override;
  // Errors: kFunctionNotFound for a hook that the script does not have.
  [[nodiscard]] Result<Value> run(const Request& request) override;
  [[nodiscard]] Result<Value> run_posted(const QueueSlot& slot) override;
  struct Reloaded {
    HookSet hooks;
    bool in_place = false;  // in the same interpreter, with its old context
  };
  // Runs the script again in a fresh interpreter with `host_context`, and hands `interrupter` the
  // way to interrupt it. On success ends the present interpreter and replaces it. A script that
  // reloads in place, or stays in the only main interpreter, gets a fresh module there, unless its
  // settings have changed. The error is kQueueFull if there is no memory. REQUIRES: outside a
  // batch.
  [[nodiscard]] Result<Reloaded> reload(void* host_context, InterrupterCell* interrupter) noexcept;
  // Calls the script's farewell function, if it has one, and ends the interpreter.
  void close() noexcept override;
  // Ends the interpreter without a farewell.
  void retire(bool in_batch) noexcept override;
  void on_returned() noexcept override;

 private:
  // Says what the number of a function means in this script.
  struct Function {
    std::optional<FunctionId> resolved;
    // The number of the hook's arguments that the function takes, if its row allows fewer. All
    // other functions get all arguments, because a host may pass more of them than the table has.
    static constexpr std::size_t kAll = SIZE_MAX;
    std::size_t arguments = kAll;
  };
  // Says what a load starts with: what the options and the script's comments say together.
  struct Settings {
    InterpreterOptions interpreter;
    double cpu_share = 0;
    ReloadMode reload = ReloadMode::kFresh;

    [[nodiscard]] Gil gil() const noexcept { return interpreter.gil; }
    [[nodiscard]] bool reloads_in_place() const noexcept {
      return reload == ReloadMode::kInPlace || gil() == Gil::kMain;
    }
    // Says whether code with the settings `fresh` may run in the interpreter of code with these.
    [[nodiscard]] bool does_for(const Settings& fresh) const noexcept;
  };
  // Owns the script in its interpreter, ready to be called.
  struct Loaded {
    Settings settings;
    std::unique_ptr<Interpreter> interpreter;
    Interrupter* interrupter = nullptr;  // the interpreter's; asked after each call
    // The functions are found by their number. Hooks are resolved when the script is loaded, other
    // functions when they are first called.
    std::vector<Function> functions;
  };
  // `also` gets the interrupter of the new code, too, unless it is nullptr.
  [[nodiscard]] Result<Loaded> load(InterrupterCell* also = nullptr) const;
  [[nodiscard]] Result<Settings> settings() const;
  void resolve_hooks(Loaded& loaded) const;
  void warn_of_name(const Loaded& loaded) const;
  void begin_with(Loaded loaded);
  [[nodiscard]] HookSet hooks_of(const Loaded& loaded) const;
  [[nodiscard]] Result<void> reload_in_place(ScriptContext* fresh);
  [[nodiscard]] Result<Reloaded> reload_elsewhere(void* host_context, InterrupterCell* interrupter);
  void log_farewell(const Result<void>& said) const noexcept;
  // Calls the script's farewell function and ends its interpreter.
  void end() noexcept;
  // Returns the function of a number, after resolving it if need be; nullptr if there is none, with
  // the reason in `error`.
  [[nodiscard]] const Function* find(std::uint32_t number, bool by_name, Error& error);
  [[nodiscard]] Result<Value> run_resolved(FunctionId function, std::size_t most,
                                           const QueueSlot& slot) const;
  [[nodiscard]] Result<Value> run_number(const Request& request);
  // Two loads for each call, until the host adds its first function.
  void look_for_late_functions() {
    if (options_.late_functions != nullptr &&
        options_.late_functions->load(std::memory_order_relaxed)) [[unlikely]] {
      offer_late_functions();
    }
  }
  void offer_late_functions();
  // Takes back an interrupt that has come too late for the call that has just ended.
  void end_interrupt() const {
    if (loaded_.interrupter->was_raised()) [[unlikely]] {
      loaded_.interrupter->clear();
    }
  }
  void note(Result<Value>& result) const;

  std::shared_ptr<Runtime> runtime_;
  ScriptRunnerOptions options_;
  Loaded loaded_;
  Function late_hook_;  // see find()
};

}  // namespace hookline::detail
