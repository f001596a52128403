#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>

#include "hookline/result.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "hookline/verlihub/functions.h"

namespace hookline::cli {

// Loads one script without a hub, to call its functions. The script prints to stderr.
class ScriptSession {
 public:
  // `timeout` limits loading and each call; zero means no limit. `python` applies where the header
  // of the script says nothing.
  [[nodiscard]] static Result<std::unique_ptr<ScriptSession>> start(
      std::chrono::duration<double> timeout, PythonOptions python = {});
  ScriptSession(const ScriptSession&) = delete;
  ScriptSession& operator=(const ScriptSession&) = delete;
  // Waits for the script to return. After kDeadlineExceeded that may never happen: see abandon().
  ~ScriptSession() = default;

  [[nodiscard]] Result<void> load(const std::filesystem::path& script);
  // REQUIRES: load() has succeeded.
  [[nodiscard]] Result<Value> call(std::string_view function, List arguments);

 private:
  explicit ScriptSession(std::chrono::duration<double> timeout) : timeout_(timeout) {}
  [[nodiscard]] Duration limit() const;

  verlihub::NoHub no_hub_;
  std::chrono::duration<double> timeout_;
  std::unique_ptr<ScriptHost> host_;
  ScriptId script_{};
};

}  // namespace hookline::cli
