#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string_view>
#include <utility>

#include "hookline/error.h"
#include "hookline/reference.h"
#include "hookline/script_host.h"
#include "hookline/value.h"

namespace hookline::cli {

// Loads one script without its host, to call its functions. The script prints to stderr.
class ScriptSession {
 public:
  // `timeout` limits loading and each call; zero means no limit. `python` applies where the header
  // of the script says nothing. Scripts have the hooks and the module of `reference`, whose
  // functions fail.
  [[nodiscard]] static Result<std::unique_ptr<ScriptSession>> start(
      std::chrono::duration<double> timeout, const Reference& reference, PythonOptions python = {});
  ScriptSession(const ScriptSession&) = delete;
  ScriptSession& operator=(const ScriptSession&) = delete;
  // Waits for the script to return. After kDeadlineExceeded that may never happen: see abandon().
  ~ScriptSession() = default;

  [[nodiscard]] Result<void> load(const std::filesystem::path& script);
  // REQUIRES: load() has succeeded.
  [[nodiscard]] Result<Value> call(std::string_view function, List arguments);

 private:
  ScriptSession(std::chrono::duration<double> timeout, Reference reference)
      : reference_(std::move(reference)), timeout_(timeout) {}
  [[nodiscard]] Duration limit() const;

  Reference reference_;  // has the texts of the hooks
  std::chrono::duration<double> timeout_;
  std::unique_ptr<ScriptHost> host_;
  ScriptId script_{};
};

}  // namespace hookline::cli
