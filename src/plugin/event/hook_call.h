#pragma once

#include "dispatch/call/call.h"
#include "hookline/hook.h"

namespace hookline::detail {

struct ScriptEntry;

// Runs the events of one hook in one script when no sender awaits them. The request is in the queue
// slot, and the result is only read for the log. A HookCall has no state that changes, so the same
// one is posted for every event. It lives as long as its ScriptEntry.
//
// Thread safety: any thread may use it.
class HookCall final : public Call {
 public:
  // `hook` is a row of the host's table.
  HookCall(ScriptEntry& script, const HookRow& hook) : script_(script), hook_(hook) {}

  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value>&& result) noexcept override;

 private:
  ScriptEntry& script_;
  const HookRow& hook_;
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
