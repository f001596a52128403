#pragma once

#include <atomic>

#include "dispatch/call/call.h"
#include "hookline/hook.h"

namespace hookline::detail {

struct ScriptEntry;

// Runs the events of one hook in one script when no sender awaits them. The request is in the queue
// slot, and the result is only read for the log. The same HookCall is posted for every event, and
// lives as long as its ScriptEntry. Call try_begin() before it is posted.
//
// Thread safety: any thread may use it.
class HookCall final : public Call {
 public:
  // `hook` is a row of the host's table.
  HookCall(ScriptEntry& script, const HookRow& hook) : script_(script), hook_(hook) {}

  // Returns false, and counts the event as skipped, if it must not be posted because the hook runs
  // one at a time and an earlier event of it has not ended.
  [[nodiscard]] bool try_begin() noexcept { return !hook_.one_at_a_time || try_begin_alone(); }
  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value>&& result) noexcept override;

 private:
  [[nodiscard]] bool try_begin_alone() noexcept;

  ScriptEntry& script_;
  const HookRow& hook_;
  std::atomic<bool> is_under_way_ = false;  // only used if the hook runs one at a time
};

// Runs calls of functions of one script when nobody awaits their results, in the same way. Errors
// are logged.
//
// Thread safety: any thread may use it.
class PostedCall final : public Call {
 public:
  explicit PostedCall(ScriptEntry& script) : script_(script) {}

  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value>&& result) noexcept override;

 private:
  ScriptEntry& script_;
};

}  // namespace hookline::detail
