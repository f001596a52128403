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
  HookCall(ScriptEntry& script, Hook hook) : script_(script), hook_(hook) {}

  void run(Runner& runner, const QueueSlot& slot) noexcept override {
    run_directly(*this, runner, slot);
  }
  void finish(Result<Value> result) noexcept override;

 private:
  ScriptEntry& script_;
  Hook hook_;
};

}  // namespace hookline::detail
