// Makes the named calls of a ScriptHost.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "hookline/typed_call.h"
#include "plugin/script/call_extras.h"
#include "plugin/script/called_script.h"
#include "plugin/script/numbered_call.h"
#include "plugin/script/script_host_impl.h"

namespace hookline {

namespace {

// Writes what is called: a number, if the name has one and the call is plain.
void set_callee(detail::RequestWriter& request, detail::FunctionNames& names,
                std::string_view name) {
  if (const auto number = names.number(name)) [[likely]] {
    request.set_function(*number | detail::Request::kCurrent);
  } else {
    request.set_name(name);
  }
}

// Moves as much as possible out of the call.
void describe(detail::RequestWriter& request, detail::FunctionNames& names, ScriptCall& call) {
  if (detail::has_extras(call)) {
    request.set_name(call.callee.name());
    request.set_extras(detail::take_extras(call));
  } else {
    set_callee(request, names, call.callee.name());
  }
  detail::set_text_mode(request, call.options.text);
  request.add_values(call.args);
}

}  // namespace

Future<Value> ScriptHost::call(ScriptRef script, ScriptCall call) {
  const auto found = detail::find_loaded(impl_->registry, script, call);
  if (!found) {
    return make_ready_future<Value>(std::unexpected(found.error()));
  }
  return detail::FutureCall::post(
      found->lane->mailbox(),
      [&](detail::RequestWriter& request) { describe(request, impl_->names, call); },
      {.deadline = impl_->deadline(call.options.timeout), .timers = impl_->timers.get()});
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): callers make one for the call
Future<Value> ScriptHost::call(ScriptRef script, Callee callee,
                               std::initializer_list<Argument> args, CallOptions options) {
  return detail::start_call(*this, script, callee, args, options);
}

Future<Value> ScriptHost::call(ScriptRef script, Callee callee, List args, CallOptions options) {
  return call(script, ScriptCall{.callee = std::move(callee),
                                 .args = std::move(args),
                                 .keywords = {},
                                 .keeps_result = false,
                                 .options = options});
}

Result<void> ScriptHost::call_on_loop(ScriptRef script, ScriptCall call, ResultHandler& handler) {
  detail::PendingDecisions* const pending = impl_->pending();
  if (pending == nullptr) {
    return fail(ErrorCode::kBadArguments, Impl::kNoLoop);
  }
  if (call.options.timeout != kForever) {
    return fail(ErrorCode::kBadArguments, "a call with a timeout needs a future");
  }
  const auto found = detail::find_loaded(impl_->registry, script, call);
  if (!found) {
    return std::unexpected(found.error());
  }
  detail::DeliveredCall::post(
      found->lane->mailbox(),
      [&](detail::RequestWriter& request) { describe(request, impl_->names, call); },
      pending->executor(), handler);
  return {};
}

namespace detail {

namespace {

// Returns the number of what is called, or nullopt if only a ScriptCall can describe it.
[[gnu::always_inline]] inline std::optional<std::uint32_t> number_of(HostImpl& impl,
                                                                     const Callee& callee) {
  return callee.object() == nullptr ? impl.names.number(callee.name()) : std::nullopt;
}

// Describes a call that has no number.
[[gnu::cold]] ScriptCall described(Callee callee, std::span<const Argument> args,
                                   const CallOptions& options = {}) {
  ScriptCall call{.callee = std::move(callee), .options = options};
  for (const Argument& argument : args) {
    call.args.push_back(argument.to_value());
  }
  return call;
}

}  // namespace

Future<Value> start_call(ScriptHost& scripts, const ScriptRef& script, const Callee& function,
                         std::span<const Argument> args, const CallOptions& options) {
  HostImpl& impl = HostAccess::impl(scripts);
  const auto number = number_of(impl, function);
  if (!number) [[unlikely]] {
    return scripts.call(script, described(function, args, options));
  }
  const auto subscriptions = impl.registry.read();
  const Subscriptions::Loaded* const found = find_script(*subscriptions, script);
  if (found == nullptr) [[unlikely]] {
    return make_ready_future<Value>(std::unexpected(no_such_script(script)));
  }
  const NumberedCall call{.script = *found,
                          .function = *number | Request::kCurrent,
                          .args = args,
                          .text = options.text};
  return FutureCall::post(
      call.mailbox(), call,
      {.deadline = impl.deadline(options.timeout), .timers = impl.timers.get()});
}

}  // namespace detail

Result<void> ScriptHost::call_on_loop(ScriptRef script, Callee callee,
                                      std::initializer_list<Argument> args,
                                      ResultHandler& handler) {
  const auto number = detail::number_of(*impl_, callee);
  if (!number) [[unlikely]] {
    return call_on_loop(script, detail::described(std::move(callee), args), handler);
  }
  detail::PendingDecisions* const pending = impl_->pending();
  if (pending == nullptr) {
    return fail(ErrorCode::kBadArguments, Impl::kNoLoop);
  }
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* const found = detail::find_script(*subscriptions, script);
  if (found == nullptr) {
    return std::unexpected(detail::no_such_script(script));
  }
  const detail::NumberedCall call{
      .script = *found, .function = *number | detail::Request::kCurrent, .args = args};
  detail::DeliveredCall::post(call.mailbox(), call, pending->executor(), handler);
  return {};
}

void ScriptHost::post(ScriptRef script, Callee callee, std::initializer_list<Argument> args) {
  const auto number = detail::number_of(*impl_, callee);
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* const found = detail::find_script(*subscriptions, script);
  if (found == nullptr) {
    impl_->log_lost_post(detail::no_such_script(script));
  } else if (number) {
    detail::post_call(
        {.script = *found, .function = *number | detail::Request::kCurrent, .args = args});
  } else {
    const detail::ServingNobody nobody_waits;
    call(script, std::move(callee), args)
        .deliver_to(InlineExecutor::instance(), [entry = found->script](Result<Value> result) {
          entry->unawaited_call.finish(std::move(result));
        });
  }
}

}  // namespace hookline
