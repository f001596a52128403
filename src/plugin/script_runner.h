#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

#include "dispatch/call.h"
#include "dispatch/unclosed_streams.h"
#include "interp/interpreter.h"
#include "interp/runtime.h"
#include "plugin/hooks.h"
#include "plugin/script_errors.h"

namespace hookline {

// Which hooks a script has. Written by its runner when it opens, constant afterwards.
struct HookTargets {
  struct Target {
    std::uint32_t function = 0;
    // How many of the hook's arguments the function takes: old scripts have an OnTimer without any.
    std::uint8_t arguments = 0;
  };
  std::array<std::optional<Target>, kHookCount> targets;
};

struct ScriptRunnerOptions {
  InterpreterOptions interpreter;
  std::filesystem::path path;
  // Not owned; must outlive the runner.
  HookTargets* hooks = nullptr;    // filled by open(), if given
  ScriptErrors* errors = nullptr;  // told of each call that ends with an error, if given
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
  [[nodiscard]] Result<Value> run(const Request& request) override;
  [[nodiscard]] Result<Value> run_posted(const Posting& posting) override;
  // Calls the script's UnLoad(), if it has one, and ends the interpreter.
  void close() noexcept override;

 private:
  void resolve_hooks();
  void note(const Result<Value>& result);
  [[nodiscard]] Result<Value> run_other(const Request& request);
  [[nodiscard]] Result<Value> run_with_extras(const Request& request);

  std::shared_ptr<Runtime> runtime_;
  ScriptRunnerOptions options_;
  std::unique_ptr<Interpreter> interpreter_;
};

}  // namespace hookline
