#pragma once

#include "dispatch/call/call.h"
#include "hookline/hook.h"

namespace hookline::detail {

struct ScriptEntry;

// How the events of one hook that nobody awaits run in one script: the request is in the posting,
// and what comes of it is only looked at for the log. It has no state, so that the same one is
// posted for each event; it lives as long as its ScriptEntry.
//
// Thread safety: all of it.
class HookCall final : public Call {
 public:
  HookCall(ScriptEntry& script, Hook hook) : script_(script), hook_(hook) {}

  void run(Runner& runner, const QueueSlot& posting) noexcept override {
    run_directly(*this, runner, posting);
  }
  void finish(Result<Value> result) noexcept override;

 private:
  ScriptEntry& script_;
  Hook hook_;
};

}  // namespace hookline::detail
