// The named calls and streams of a ScriptHost.

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "plugin/script/script_host_impl.h"

namespace hookline {

namespace {

bool has_extras(const ScriptCall& call) {
  return call.callee.object() != nullptr || !call.keywords.empty() || call.keeps_result;
}

detail::RequestExtras take_extras(ScriptCall& call) {
  return {.target = call.callee.object() != nullptr ? *call.callee.object() : Handle(),
          .keywords = std::move(call.keywords),
          .result = call.keeps_result ? detail::ResultForm::kHandle : detail::ResultForm::kCopy};
}

// Moves as much as possible out of the call.
void describe(detail::RequestWriter& request, ScriptCall& call) {
  request.set_name(call.callee.name());
  request.set_text_mode(call.options.text);
  request.add_values(call.args);
  if (has_extras(call)) {
    request.set_extras(take_extras(call));
  }
}

detail::OwnedRequest describe(ScriptCall call) {
  detail::OwnedRequest request(std::string(call.callee.name()), std::move(call.args));
  if (has_extras(call)) {
    request.set_extras(take_extras(call));
  }
  return request;
}

Result<detail::Subscriptions::Loaded> find_loaded(const ScriptHost& host,
                                                  const detail::ScriptRegistry& registry,
                                                  const ScriptRef& script) {
  const auto id = script.id() ? script.id() : host.find(script.name());
  const auto subscriptions = registry.read();
  const detail::Subscriptions::Loaded* found = id ? subscriptions->find(*id) : nullptr;
  if (found == nullptr) {
    return fail(ErrorCode::kScriptNotFound,
                script.id() ? "no script with this id is loaded"
                            : "no script named '" + std::string(script.name()) + "' is loaded");
  }
  return *found;
}

// Returns the script that a call goes to, or an error.
Result<detail::Subscriptions::Loaded> find_loaded(const ScriptHost& host,
                                                  const detail::ScriptRegistry& registry,
                                                  const ScriptRef& script, const ScriptCall& call) {
  const Handle* const object = call.callee.object();
  if (object != nullptr && !object->object()) {
    return fail(ErrorCode::kBadArguments, "the handle to call is empty: no call has given it");
  }
  return find_loaded(host, registry, script);
}

Result<std::shared_ptr<detail::Lane>> find_lane(const ScriptHost& host,
                                                const detail::ScriptRegistry& registry,
                                                const ScriptRef& script, const ScriptCall& call) {
  auto found = find_loaded(host, registry, script, call);
  if (!found) {
    return std::unexpected(std::move(found.error()));
  }
  return std::move(found->lane);
}

}  // namespace

Future<Value> ScriptHost::call(ScriptRef script, ScriptCall call) {
  const auto lane = find_lane(*this, impl_->registry, script, call);
  if (!lane) {
    return make_ready_future<Value>(std::unexpected(lane.error()));
  }
  return detail::FutureCall::post(
      (*lane)->mailbox(), [&](detail::RequestWriter& request) { describe(request, call); },
      {.deadline = impl_->deadline(call.options.timeout), .timers = impl_->timers.get()});
}

Future<Value> ScriptHost::call(ScriptRef script, Callee function, List args, CallOptions options) {
  return call(script, ScriptCall{.callee = std::move(function),
                                 .args = std::move(args),
                                 .keywords = {},
                                 .keeps_result = false,
                                 .options = options});
}

Result<void> ScriptHost::call(ScriptRef script, ScriptCall call, ResultHandler& handler) {
  detail::PendingVerdicts* const pending = impl_->pending();
  if (pending == nullptr) {
    return fail(ErrorCode::kBadArguments, "no loop is attached that could deliver the result");
  }
  if (call.options.timeout != kForever) {
    return fail(ErrorCode::kBadArguments, "a call with a timeout needs a future");
  }
  const auto lane = find_lane(*this, impl_->registry, script, call);
  if (!lane) {
    return std::unexpected(lane.error());
  }
  detail::DeliveredCall::post((*lane)->mailbox(),
                              [&](detail::RequestWriter& request) { describe(request, call); },
                              pending->executor(), handler);
  return {};
}

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

}  // namespace

ValueStream ScriptHost::stream(ScriptRef script, ScriptCall call, StreamOptions options) {
  if (auto checked = check_streamed(call); !checked) {
    return detail::failed_stream(std::move(checked.error()));
  }
  auto found = find_loaded(*this, impl_->registry, script, call);
  if (!found) {
    return detail::failed_stream(std::move(found.error()));
  }
  const TextMode text = call.options.text == TextMode::kHub ? TextMode::kHub : options.text;
  return detail::open_stream({.lane = found->lane,
                              .unclosed = found->script->unclosed_streams,
                              .timers = impl_->timers.get(),
                              .ahead = options.ahead,
                              .text = text},
                             describe(std::move(call)));
}

ValueStream ScriptHost::stream(ScriptRef script, Callee function, List args,
                               StreamOptions options) {
  return stream(script,
                ScriptCall{.callee = std::move(function),
                           .args = std::move(args),
                           .keywords = {},
                           .keeps_result = false,
                           .options = {}},
                options);
}

ValueStream ScriptHost::stream(ScriptRef script, ScriptCall call) {
  return stream(script, std::move(call), StreamOptions());
}

ValueStream ScriptHost::stream(ScriptRef script, Callee function, List args) {
  return stream(script, std::move(function), std::move(args), StreamOptions());
}

}  // namespace hookline
