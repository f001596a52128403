// Opens the streams of a ScriptHost.

#include <string>
#include <utility>

#include "plugin/script/call_extras.h"
#include "plugin/script/called_script.h"
#include "plugin/script/script_host_impl.h"

namespace hookline {

namespace {

// Rejects call options that do not apply to streams.
Result<void> check_streamed(const ScriptCall& call) {
  if (call.options.timeout != kForever) {
    return fail(ErrorCode::kBadArguments,
                "a stream has no timeout of its own: give one to each next()");
  }
  if (call.keeps_result) {
    return fail(
        ErrorCode::kBadArguments,
        "the items of a stream are copied: to keep the iterator itself, use call<Handle>()");
  }
  return {};
}

// Moves what is read out of the call.
detail::OwnedRequest describe(ScriptCall call) {
  detail::OwnedRequest request(std::string(call.callee.name()), std::move(call.args));
  if (detail::has_extras(call)) {
    request.set_extras(detail::take_extras(call));
  }
  return request;
}

}  // namespace

ValueStream ScriptHost::stream(ScriptRef script, ScriptCall call, StreamOptions options) {
  if (auto checked = check_streamed(call); !checked) {
    return detail::failed_stream(std::move(checked.error()));
  }
  auto found = detail::find_loaded(impl_->registry, script, call);
  if (!found) {
    return detail::failed_stream(std::move(found.error()));
  }
  const TextMode text = call.options.text == TextMode::kHost ? TextMode::kHost : options.text;
  return detail::open_stream({.lane = found->lane,
                              .unclosed = found->script->unclosed_streams,
                              .timers = impl_->timers.get(),
                              .ahead = options.ahead,
                              .ahead_bytes = options.ahead_bytes.value_or(
                                  found->script->value_limit.load(std::memory_order_relaxed)),
                              .text = text},
                             describe(std::move(call)));
}

ValueStream ScriptHost::stream(ScriptRef script, Callee callee, List args, StreamOptions options) {
  return stream(script,
                ScriptCall{.callee = std::move(callee),
                           .args = std::move(args),
                           .keywords = {},
                           .keeps_result = false,
                           .options = {}},
                options);
}

ValueStream ScriptHost::stream(ScriptRef script, ScriptCall call) {
  return stream(script, std::move(call), StreamOptions());
}

ValueStream ScriptHost::stream(ScriptRef script, Callee callee, List args) {
  return stream(script, std::move(callee), std::move(args), StreamOptions());
}

}  // namespace hookline
