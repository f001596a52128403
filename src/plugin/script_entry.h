#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>

#include "dispatch/clock.h"
#include "dispatch/unclosed_streams.h"
#include "dispatch/worker_pool.h"
#include "plugin/hook_call.h"
#include "plugin/hooks.h"
#include "plugin/load_options.h"
#include "plugin/log_budget.h"
#include "plugin/script_context.h"
#include "plugin/script_errors.h"
#include "plugin/script_runner.h"

namespace hookline {

// One script that is or was loaded. Lives as long as its ScriptHost, so that an event on its way
// can name the script after it has been unloaded; its lane and interpreter do not.
struct ScriptEntry {
  // `used_clock` is not owned and must outlive the entry.
  explicit ScriptEntry(const Clock& used_clock) : clock(used_clock), errors(used_clock) {
    for (std::size_t hook = 0; hook < kHookCount; ++hook) {
      hook_calls.emplace_back(*this, static_cast<Hook>(hook));
    }
  }

  ScriptContext context;
  LoadOptions options;
  ResourceList resources;
  std::filesystem::path path;
  HookTargets hooks;
  std::deque<HookCall> hook_calls;        // by hook
  std::shared_ptr<Lane> lane;             // null until loaded, and after unloading
  std::atomic<std::uint64_t> missed = 0;  // events that its mailbox did not take
  const Clock& clock;
  ScriptErrors errors;
  std::shared_ptr<UnclosedStreams> unclosed_streams = std::make_shared<UnclosedStreams>();
  LogBudget failed_log;
  LogBudget unexpected_log;
  LogBudget missed_log;

  [[nodiscard]] const std::string& name() const { return context.caller.name; }
  [[nodiscard]] ScriptId id() const { return context.caller.id; }
};

}  // namespace hookline
