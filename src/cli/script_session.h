#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "hookline/error.h"
#include "hookline/host.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

namespace hookline::cli {

// One script loaded without a hub, to call functions of. What it prints goes to stderr.
class ScriptSession {
 public:
  // `timeout` is for loading, and for each call; zero: no limit. `python` is for what the script
  // does not say itself.
  [[nodiscard]] static Result<std::unique_ptr<ScriptSession>> start(
      std::chrono::duration<double> timeout, PythonOptions python = {});
  ScriptSession(const ScriptSession&) = delete;
  ScriptSession& operator=(const ScriptSession&) = delete;
  // Waits for the script to return. After a kDeadlineExceeded it may not: see `abandon`.
  ~ScriptSession() = default;

  [[nodiscard]] Result<void> load(const std::filesystem::path& script);
  // REQUIRES: load() has succeeded.
  [[nodiscard]] Result<Value> call(std::string_view function, List arguments);

 private:
  explicit ScriptSession(std::chrono::duration<double> timeout) : timeout_(timeout) {}
  [[nodiscard]] Duration limit() const;

  NoHub no_hub_;
  std::chrono::duration<double> timeout_;
  std::unique_ptr<ScriptHost> host_;
  ScriptId script_{};
};

}  // namespace hookline::cli
