// The named calls and streams of a ScriptHost.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/typed_call.h"
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

// Writes what is called: a number, if the name has one and the call is plain.
void set_callee(detail::RequestWriter& request, detail::FunctionNames& names,
                std::string_view name) {
  if (const auto number = names.number(name)) [[likely]] {
    request.set_function(*number | detail::Request::kCurrent);
  } else {
    request.set_name(name);
  }
}

// Sets the mode where it is not the default, since that touches memory which is used for nothing
// else.
void set_text_mode(detail::RequestWriter& request, TextMode text) {
  if (text != TextMode::kExact) {
    request.set_text_mode(text);
  }
}

// Moves as much as possible out of the call.
void describe(detail::RequestWriter& request, detail::FunctionNames& names, ScriptCall& call) {
  if (has_extras(call)) {
    request.set_name(call.callee.name());
    request.set_extras(take_extras(call));
  } else {
    set_callee(request, names, call.callee.name());
  }
  set_text_mode(request, call.options.text);
  request.add_values(call.args);
}

detail::OwnedRequest describe(ScriptCall call) {
  detail::OwnedRequest request(std::string(call.callee.name()), std::move(call.args));
  if (has_extras(call)) {
    request.set_extras(take_extras(call));
  }
  return request;
}

const detail::Subscriptions::Loaded* find_script(const detail::Subscriptions& subscriptions,
                                                 const ScriptRef& script) {
  const std::optional<ScriptId> id = script.id();
  return id ? subscriptions.find(*id) : subscriptions.find(script.name());
}

[[gnu::cold, gnu::noinline]] Error no_such_script(const ScriptRef& script) {
  return {.code = ErrorCode::kScriptNotFound,
          .message = script.id()
                         ? "no script with this id is loaded"
                         : "no script named '" + std::string(script.name()) + "' is loaded"};
}

// Returns the script that a call goes to, or an error.
Result<detail::Subscriptions::Loaded> find_loaded(const detail::ScriptRegistry& registry,
                                                  const ScriptRef& script, const ScriptCall& call) {
  const Handle* const object = call.callee.object();
  if (object != nullptr && !object->object()) {
    return fail(ErrorCode::kBadArguments, "the handle to call is empty: no call has given it");
  }
  const auto subscriptions = registry.read();
  const detail::Subscriptions::Loaded* const found = find_script(*subscriptions, script);
  return found != nullptr ? Result<detail::Subscriptions::Loaded>(*found)
                          : std::unexpected(no_such_script(script));
}

constexpr const char* kNoLoop = "no loop is attached that could deliver the result";

}  // namespace

void ScriptHost::Impl::log_lost_post(const Error& error) {
  log_within(lost_posts, "a posted call: " + error.to_string());
}

void ScriptHost::Impl::log_within(detail::LogBudget& budget, std::string_view line) {
  std::uint64_t left_out = 0;
  if (!budget.spend(clock.now(), left_out)) {
    return;
  }
  if (left_out != 0) {
    log.error("{} line(s) like the next one were left out", left_out);
  }
  log.error("{}", line);
}

Future<Value> ScriptHost::call(ScriptRef script, ScriptCall call) {
  const auto found = find_loaded(impl_->registry, script, call);
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
    return fail(ErrorCode::kBadArguments, kNoLoop);
  }
  if (call.options.timeout != kForever) {
    return fail(ErrorCode::kBadArguments, "a call with a timeout needs a future");
  }
  const auto found = find_loaded(impl_->registry, script, call);
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

// A call of a function by its number, with arguments that are not copied before they are packed.
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

// A function that a host holds. It remembers the script's id, so that the name is looked up only
// when the script has been loaded anew.
class HeldFunction {
 public:
  HeldFunction(HostImpl& impl, const ScriptRef& script, std::string_view name)
      : impl_(impl),
        by_id_(script.id().has_value()),
        script_(by_id_ ? std::string() : std::string(script.name())),
        name_(name),
        number_(impl.names.number(name)),
        id_(static_cast<std::uint32_t>(script.id().value_or(ScriptId{kUnknown}))) {}

  [[nodiscard]] HostImpl& impl() const noexcept { return impl_; }

  // Calls `use` with the call, or `fail` with an error if the script is not loaded.
  template <class Use, class Fail>
  auto with(std::span<const Argument> args, Use use, Fail fail) const {
    const auto subscriptions = impl_.registry.read();
    const Subscriptions::Loaded* found =
        subscriptions->find(ScriptId{id_.load(std::memory_order_relaxed)});
    if (found == nullptr && !by_id_) [[unlikely]] {
      found = subscriptions->find(script_);
      if (found != nullptr) {
        id_.store(static_cast<std::uint32_t>(found->script->id()), std::memory_order_relaxed);
      }
    }
    if (found == nullptr) [[unlikely]] {
      const ScriptId id{id_.load(std::memory_order_relaxed)};
      return fail(no_such_script(by_id_ ? ScriptRef(id) : ScriptRef(script_)));
    }
    if (!number_) [[unlikely]] {
      return fail(Error{.code = ErrorCode::kBadArguments,
                        .message = "too many functions are called: '" + name_ +
                                   "' cannot be held, call it by its name"});
    }
    return use(NumberedCall{.script = *found, .function = *number_, .args = args});
  }

 private:
  static constexpr std::uint32_t kUnknown = UINT32_MAX;

  HostImpl& impl_;
  const bool by_id_;
  const std::string script_;
  const std::string name_;
  const std::optional<std::uint32_t> number_;
  mutable std::atomic<std::uint32_t> id_;
};

std::shared_ptr<HeldFunction> hold_function(ScriptHost& scripts, const ScriptRef& script,
                                            std::string_view name) {
  return std::make_shared<HeldFunction>(HostAccess::impl(scripts), script, name);
}

Future<Value> call_held(const HeldFunction& function, std::span<const Argument> args,
                        Duration timeout) {
  return function.with(
      args,
      [&](const NumberedCall& call) {
        return FutureCall::post(call.mailbox(), call,
                                {.deadline = function.impl().deadline(timeout),
                                 .timers = function.impl().timers.get()});
      },
      [](Error error) { return make_ready_future<Value>(std::unexpected(std::move(error))); });
}

Result<void> call_held_on_loop(const HeldFunction& function, std::span<const Argument> args,
                               ResultHandler& handler) {
  PendingDecisions* const pending = function.impl().pending();
  if (pending == nullptr) {
    return fail(ErrorCode::kBadArguments, kNoLoop);
  }
  return function.with(
      args,
      [&](const NumberedCall& call) -> Result<void> {
        DeliveredCall::post(call.mailbox(), call, pending->executor(), handler);
        return {};
      },
      [](Error error) -> Result<void> { return std::unexpected(std::move(error)); });
}

namespace {

// Posts a call whose errors are only logged.
void post_call(const NumberedCall& call) {
  ScriptEntry& script = *call.script.script;
  QueueSlot slot(script.posted_call);
  slot.set_function(call.function);
  for (const Argument& argument : call.args) {
    if (!slot.try_add(argument)) [[unlikely]] {
      const ServingNobody nobody_waits;
      FutureCall::post(call.mailbox(), call)
          .deliver_to(InlineExecutor::instance(), [&script](Result<Value> result) {
            script.posted_call.finish(std::move(result));
          });
      return;
    }
  }
  call.mailbox().post(std::move(slot));
}

}  // namespace

void post_held(const HeldFunction& function, std::span<const Argument> args) {
  function.with(args, &post_call,
                [&function](const Error& error) { function.impl().log_lost_post(error); });
}

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
    return fail(ErrorCode::kBadArguments, kNoLoop);
  }
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* const found = find_script(*subscriptions, script);
  if (found == nullptr) {
    return std::unexpected(no_such_script(script));
  }
  const detail::NumberedCall call{
      .script = *found, .function = *number | detail::Request::kCurrent, .args = args};
  detail::DeliveredCall::post(call.mailbox(), call, pending->executor(), handler);
  return {};
}

void ScriptHost::post(ScriptRef script, Callee callee, std::initializer_list<Argument> args) {
  const auto number = detail::number_of(*impl_, callee);
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* const found = find_script(*subscriptions, script);
  if (found == nullptr) {
    impl_->log_lost_post(no_such_script(script));
  } else if (number) {
    detail::post_call(
        {.script = *found, .function = *number | detail::Request::kCurrent, .args = args});
  } else {
    const detail::ServingNobody nobody_waits;
    call(script, std::move(callee), args)
        .deliver_to(InlineExecutor::instance(), [entry = found->script](Result<Value> result) {
          entry->posted_call.finish(std::move(result));
        });
  }
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
  auto found = find_loaded(impl_->registry, script, call);
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
