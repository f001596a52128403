#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "dispatch/call/call.h"
#include "dispatch/stream/unclosed_streams.h"
#include "hookline/hook.h"
#include "hookline/python_options.h"
#include "interp/interpreter.h"
#include "interp/runtime.h"
#include "plugin/event/hook_request.h"
#include "plugin/event/script_errors.h"
#include "plugin/types/log.h"

namespace hookline::detail {

struct ScriptRunnerOptions {
  InterpreterOptions interpreter;
  std::filesystem::path path;
  // In this order; after `own` the comments at the script's top are asked, and `general` last.
  PythonOptions own;
  PythonOptions general;
  // Not owned; must outlive the runner.
  HookSet* hooks = nullptr;  // those that the script has; written by open(), if given
  std::atomic<std::int64_t>* interpreter_number = nullptr;  // Interpreter::number(), if given
  ScriptErrors* errors = nullptr;  // told of each call that ends with an error, if given
  const Log* log = &Log::standard();
  std::shared_ptr<UnclosedStreams> unclosed_streams = std::make_shared<UnclosedStreams>();
};

// One script in an interpreter of its own, as something that a worker can run calls on.
class ScriptRunner final : public Runner {
 public:
  ScriptRunner(std::shared_ptr<Runtime> runtime, ScriptRunnerOptions options);
  ~ScriptRunner() override;

  // Makes the interpreter, runs the script's module, resolves its hooks.
  [[nodiscard]] Result<void> open() override;
  void begin_batch() noexcept override;
  void end_batch() noexcept override;
  // kFunctionNotFound for a hook that the script does not have.
  [[nodiscard]] Result<Value> run(const Request& request) override;
  [[nodiscard]] Result<Value> run_posted(const QueueSlot& posting) override;
  struct Reloaded {
    HookSet hooks;
    bool in_place = false;  // with the context that there was
  };
  // Runs the script anew in a fresh interpreter, and on success ends the present one and goes on
  // with that. `host_context` is the new one's. There is but one main interpreter: a script that
  // stays there gets a fresh module in place. REQUIRES: outside a batch.
  [[nodiscard]] Result<Reloaded> reload(void* host_context);
  // Calls the script's UnLoad(), if it has one, and ends the interpreter.
  void close() noexcept override;

 private:
  struct HookFunction {
    std::optional<FunctionId> function;
    // How many of the hook's arguments it takes: old scripts have an OnTimer without any. Others
    // get them all: an old plugin may have more of them than the table does.
    static constexpr std::size_t kAll = SIZE_MAX;
    std::size_t arguments = kAll;
  };
  // The script in its interpreter, ready to be called.
  struct Loaded {
    Gil gil = Gil::kOwn;
    std::unique_ptr<Interpreter> interpreter;
    std::array<HookFunction, kHookCount> hooks;
  };
  [[nodiscard]] Result<Loaded> load() const;
  [[nodiscard]] Result<InterpreterOptions> interpreter_options() const;
  static void resolve_hooks(Loaded& loaded);
  void begin_with(Loaded loaded);
  [[nodiscard]] HookSet hooks() const;
  [[nodiscard]] Result<void> reload_in_place();
  void log_farewell(const Result<void>& said) const;
  // Lets the script say goodbye, and ends its interpreter.
  void end() noexcept;
  [[nodiscard]] Result<Value> run_hook(const Request& request);
  [[nodiscard]] Result<Value> run_by_name(const Request& request);
  void note(Result<Value>& result) const;
  [[nodiscard]] Result<Value> run_with_extras(const Request& request) const;

  std::shared_ptr<Runtime> runtime_;
  ScriptRunnerOptions options_;
  Loaded loaded_;
};

}  // namespace hookline::detail
