// Sends the events of a ScriptHost.

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "hookline/detail/deadline.h"
#include "hookline/hook.h"
#include "hookline/typed_hook.h"
#include "plugin/script/script_host_impl.h"

namespace hookline {

namespace {

// The number of an event that the table does not have.
constexpr Hook kUnknown{UINT16_MAX};

bool has_place(const detail::Subscriber& subscriber) { return subscriber.mailbox->has_room(); }

std::string say_why(const HookRow& row) {
  std::string names;
  for (std::size_t i = 0; i < row.kinds.size(); ++i) {
    names += (i == 0 ? "" : " ") + std::string(row.names.at(i));
  }
  return "an event " + std::string(row.name) + " was not sent: its arguments must be " +
         std::string(row.kinds) + " (" + names + ")";
}

}  // namespace

std::span<const HookRow> ScriptHost::hooks() const { return impl_->hooks.rows(); }

std::optional<Hook> ScriptHost::find_hook(std::string_view name) const {
  return impl_->hooks.find(name);
}

std::optional<Hook> ScriptHost::find_hook(const HookRow& hook) const {
  return impl_->hooks.find_key(detail::hook_key(hook));
}

bool ScriptHost::hooked(Hook hook) const { return !impl_->registry.read()->of(hook).empty(); }

bool ScriptHost::hooked(const HookRow& hook) const {
  return hooked(find_hook(hook).value_or(kUnknown));
}

bool ScriptHost::hooked(ScriptId script, Hook hook) const {
  return impl_->registry.read()->find(script, hook) != nullptr;
}

std::vector<ScriptId> ScriptHost::hooked_by(Hook hook) const {
  const auto subscriptions = impl_->registry.read();
  std::vector<ScriptId> ids;
  for (const detail::Subscriber& subscriber : subscriptions->of(hook)) {
    ids.push_back(subscriber.script->id());
  }
  return ids;
}

bool ScriptHost::has_room(Hook hook) const {
  const auto subscriptions = impl_->registry.read();
  return std::ranges::all_of(subscriptions->of(hook), has_place);
}

Future<void> ScriptHost::room(Hook hook) {
  const auto subscriptions = impl_->registry.read();
  const auto& subscribers = subscriptions->of(hook);
  const auto full = std::ranges::find_if_not(subscribers, has_place);
  return full == subscribers.end() ? make_ready_future() : full->mailbox->room();
}

Hook ScriptHost::Impl::hook_of(const HookEvent& event) {
  const auto found = hooks.find_key(event.key);
  if (!found) [[unlikely]] {
    log_within(refused_events, "an event " + std::string(event.name) +
                                   " was not sent: the host's table has no such hook with these "
                                   "arguments; give it in ScriptHostOptions::hooks");
  }
  return found.value_or(kUnknown);
}

[[gnu::cold, gnu::noinline]] Error ScriptHost::Impl::refuse(Hook hook,
                                                            std::span<const Argument> args) {
  std::string why;
  if (!hooks.has(hook)) {
    why = "the host's table has no such hook";
  } else if (!detail::fit(hooks.row(hook), args)) {
    why = say_why(hooks.row(hook));
  } else {
    why = std::string(hooks.row(hook).name) +
          " only observes: post it, or give it a rule for its answers";
  }
  if (hook != kUnknown) {  // hook_of() has said more
    log_within(refused_events, why);
  }
  return {.code = ErrorCode::kBadArguments, .message = std::move(why)};
}

namespace {

// Returns whether the event can be sent; if not, refuse() says why.
[[gnu::always_inline]] inline bool is_good(const detail::HookTable& hooks, Hook hook,
                                           std::span<const Argument> args, bool is_decided) {
  return hooks.has(hook) && detail::fit(hooks.row(hook), args) &&
         (!is_decided || hooks.row(hook).rule != &observe);
}

// Sends an event to one script with a call of its own. `add` adds the arguments.
template <class Add>
Future<Value> post_request(const detail::Subscriber& subscriber, Hook hook, Add add) {
  return detail::FutureCall::post(*subscriber.mailbox,
                                  [&](detail::RequestWriter& request) {
                                    request.set_function(detail::hook_function(hook));
                                    request.set_text_mode(TextMode::kHost);
                                    add(request);
                                  },
                                  {});
}

// Does the same when nobody awaits the answer.
template <class Add>
void post_alone(const detail::Subscriber& subscriber, Hook hook, Add add) {
  const detail::ServingNobody nobody_waits;
  post_request(subscriber, hook, add)
      .deliver_to(InlineExecutor::instance(), [call = subscriber.call](Result<Value> value) {
        call->finish(std::move(value));
      });
}

}  // namespace

Decision decision_on(Asked asked) {
  Decision decision;
  if (asked == Asked::kRefused) {
    decision.missed = 1;
    detail::apply_default(decision, false);
  }
  return decision;
}

bool ScriptHost::Impl::late_allows(const HookRow& row) const {
  return row.late == LateAnswer::kByOptions ? options.late_answer_allows
                                            : row.late == LateAnswer::kAllows;
}

detail::Outgoing ScriptHost::Impl::outgoing(Hook hook, std::span<const Argument> args) const {
  const HookRow& row = hooks.row(hook);
  return {.hook = hook, .row = row, .args = args, .late_allows = late_allows(row)};
}

Decision ScriptHost::Impl::missed_by_all(Hook hook, std::size_t subscribers) const {
  Decision decision;
  // An event that was not sent is missed, also where no script would have had it.
  decision.missed = static_cast<std::uint32_t>(std::max<std::size_t>(subscribers, 1));
  detail::apply_default(
      decision, hooks.has(hook) ? late_allows(hooks.row(hook)) : options.late_answer_allows);
  return decision;
}

void ScriptHost::Impl::post(Hook hook, std::span<const Argument> args) {
  if (!is_good(hooks, hook, args, false)) [[unlikely]] {
    (void)refuse(hook, args);
    return;
  }
  const auto subscriptions = registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (subscribers.empty()) {
    return;
  }
  if (hooks.row(hook).one_at_a_time) [[unlikely]] {
    post_one_at_a_time(hook, args, subscribers);
    return;
  }
  detail::QueueSlot small;
  if (!pack(hook, args, small)) [[unlikely]] {
    detail::Event::send_alone(events, outgoing(hook, args), subscribers);
    return;
  }
  for (const detail::Subscriber& subscriber : subscribers) {
    post_small(small, subscriber, *subscriber.call);
  }
}

void ScriptHost::Impl::post_one_at_a_time(Hook hook, std::span<const Argument> args,
                                          std::span<const detail::Subscriber> subscribers) {
  detail::QueueSlot small;
  const bool is_small = pack(hook, args, small);
  for (const detail::Subscriber& subscriber : subscribers) {
    if (is_small) {
      post_unawaited(small, subscriber);
    } else if (subscriber.call->try_begin()) {
      post_alone(subscriber, hook, [&](auto& request) {
        for (const Argument& arg : args) {
          request.add(arg);
        }
      });
    }
  }
}

Future<Decision> ScriptHost::Impl::decide(Hook hook, std::span<const Argument> args,
                                          std::optional<Duration> deadline) {
  if (!is_good(hooks, hook, args, true)) [[unlikely]] {
    return make_ready_future<Decision>(std::unexpected(refuse(hook, args)));
  }
  const auto subscriptions = registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (subscribers.empty()) {
    return make_ready_future<Decision>(Decision());
  }
  return detail::AwaitedDecision::ask(events.take(), outgoing(hook, args), subscribers, *timers,
                                      deadline.value_or(options.decision_deadline));
}

Decision ScriptHost::Impl::decide_wait(Hook hook, std::span<const Argument> args,
                                       std::optional<Duration> deadline) {
  detail::Waiter waiter;
  detail::Event* event = nullptr;
  {
    // The snapshot is not held while waiting, because calls that are served meanwhile may load and
    // unload scripts.
    const auto subscriptions = registry.read();
    const auto& subscribers = subscriptions->of(hook);
    if (!is_good(hooks, hook, args, true)) [[unlikely]] {
      (void)refuse(hook, args);
      return missed_by_all(hook, subscribers.size());
    }
    if (subscribers.empty()) {
      return {};
    }
    event = &events.take();
    try {
      event->send_and_hold(outgoing(hook, args), subscribers, waiter.parker());
    } catch (const std::bad_alloc&) {
      event->take_back();
      event->release();
      throw;
    }
  }
  const Duration patience = deadline.value_or(options.decision_deadline);
  const bool in_time = waiter.wait_until([event] { return event->answered(); },
                                         detail::deadline_after(Clock::system(), patience));
  if (!in_time) {
    event->give_up(patience);
  }
  Decision decision = event->take_decision();
  event->release();
  return decision;
}

Asked ScriptHost::Impl::decide_on_loop(Hook hook, std::span<const Argument> args,
                                       DecisionHandler& handler) {
  detail::PendingDecisions* const list = pending();
  if (list == nullptr) [[unlikely]] {
    log_within(
        refused_events,
        "a decision cannot be delivered, since no loop is attached: call attach_loop() first");
    return Asked::kRefused;
  }
  const auto subscriptions = registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (!is_good(hooks, hook, args, true)) [[unlikely]] {
    (void)refuse(hook, args);
    return Asked::kRefused;
  }
  if (subscribers.empty()) {
    return Asked::kNobody;
  }
  detail::Event& event = list->await(handler);
  try {
    event.send(outgoing(hook, args), subscribers, &list->executor());
  } catch (const std::bad_alloc&) {
    list->take_back(event);
    throw;
  }
  return Asked::kWaiting;
}

void ScriptHost::post(Hook hook, std::initializer_list<Argument> args) { impl_->post(hook, args); }

void ScriptHost::post(const HookEvent& event) { impl_->post(impl_->hook_of(event), event.args()); }

Future<Decision> ScriptHost::decide(Hook hook, std::initializer_list<Argument> args,
                                    std::optional<Duration> deadline) {
  return impl_->decide(hook, args, deadline);
}

Future<Decision> ScriptHost::decide(const HookEvent& event, std::optional<Duration> deadline) {
  return impl_->decide(impl_->hook_of(event), event.args(), deadline);
}

Decision ScriptHost::decide_wait(Hook hook, std::initializer_list<Argument> args,
                                 std::optional<Duration> deadline) {
  return impl_->decide_wait(hook, args, deadline);
}

Decision ScriptHost::decide_wait(const HookEvent& event, std::optional<Duration> deadline) {
  return impl_->decide_wait(impl_->hook_of(event), event.args(), deadline);
}

Asked ScriptHost::decide_on_loop(Hook hook, std::initializer_list<Argument> args,
                                 DecisionHandler& handler) {
  return impl_->decide_on_loop(hook, args, handler);
}

Asked ScriptHost::decide_on_loop(const HookEvent& event, DecisionHandler& handler) {
  return impl_->decide_on_loop(impl_->hook_of(event), event.args(), handler);
}

Future<Value> ScriptHost::ask(ScriptId script, Hook hook, List args, Duration timeout) {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriber* const found = subscriptions->find(script, hook);
  if (found == nullptr) {
    return make_ready_future<Value>(
        fail(ErrorCode::kFunctionNotFound,
             "no script with this id has the hook " +
                 std::string(impl_->hooks.has(hook) ? impl_->hooks.row(hook).name : "")));
  }
  const HookRow& row = impl_->hooks.row(hook);
  const bool is_late = timeout != kForever && found->script->breaker.is_open();
  Future<Value> answer =
      post_request(*found, hook, [&](auto& request) {
        request.add_values(args);
      }).then(InlineExecutor::instance(), [entry = found->script, &row](Result<Value> result) {
        log_answer(*entry, detail::read_answer(row, result));
        return result;
      });
  if (is_late) {
    return make_ready_future<Value>(
        fail(ErrorCode::kDeadlineExceeded,
             "the script is still busy with what has not ended in time, or has used more than its "
             "share of CPU time: it gets the event when it is free, and is not waited for"));
  }
  return timeout == kForever ? std::move(answer)
                             : detail::AskedScript::wait(std::move(answer), *found->script, row,
                                                         *impl_->timers, timeout);
}

void ScriptHost::post(ScriptId script, Hook hook, List args) {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriber* const found = subscriptions->find(script, hook);
  if (found != nullptr && found->call->try_begin()) {
    post_alone(*found, hook, [&](auto& request) { request.add_values(args); });
  }
}

}  // namespace hookline
