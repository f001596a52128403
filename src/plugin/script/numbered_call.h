#pragma once

#include <cstdint>
#include <span>
#include <utility>

#include "dispatch/call/request_writer.h"
#include "dispatch/mailbox/mailbox.h"
#include "dispatch/submit/future_call.h"
#include "dispatch/wait/served_call.h"
#include "hookline/call.h"
#include "plugin/event/script_entry.h"
#include "plugin/event/subscriptions.h"

namespace hookline::detail {

// Sets the mode where it is not the default, since that touches memory which is used for nothing
// else.
inline void set_text_mode(RequestWriter& request, TextMode text) {
  if (text != TextMode::kExact) {
    request.set_text_mode(text);
  }
}

// Is a call of a function by its number, with arguments that are not copied before they are packed.
struct NumberedCall {
  const Subscriptions::Loaded& script;
  std::uint32_t function;
  std::span<const Argument> args;
  TextMode text = TextMode::kExact;

  void operator()(RequestWriter& request) const {
    request.set_function(function);
    set_text_mode(request, text);
    for (const Argument& argument : args) {
      request.add(argument);
    }
  }
  [[nodiscard]] Mailbox& mailbox() const { return script.lane->mailbox(); }
};

// Posts a call that a slot does not hold, and whose errors are only logged.
inline void post_large_call(const NumberedCall& call) {
  const ServingNobody nobody_waits;
  FutureCall::post(call.mailbox(), call)
      .deliver_to(InlineExecutor::instance(), [script = call.script.script](Result<Value> result) {
        script->unawaited_call.finish(std::move(result));
      });
}

// Posts a call whose errors are only logged.
inline void post_call(const NumberedCall& call) {
  if (call.text != TextMode::kExact) [[unlikely]] {
    post_large_call(call);  // a slot has no place for the mode
    return;
  }
  QueueSlot slot(call.script.script->unawaited_call);
  slot.set_function(call.function);
  for (const Argument& argument : call.args) {
    if (!slot.try_add(argument)) [[unlikely]] {
      post_large_call(call);
      return;
    }
  }
  call.mailbox().post(std::move(slot));
}

}  // namespace hookline::detail
