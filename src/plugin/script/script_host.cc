#include "hookline/script_host.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dispatch/submit/future_call.h"
#include "dispatch/wait/timer_service.h"
#include "dispatch/wait/waiter.h"
#include "dispatch/wait/wake_batch.h"
#include "interp/arena_memory.h"
#include "interp/runtime.h"
#include "plugin/event/event_pool.h"
#include "plugin/event/event_request.h"
#include "plugin/event/pending_verdicts.h"
#include "plugin/functions/host_executor.h"
#include "plugin/functions/host_port.h"
#include "plugin/module/vh_module.h"
#include "plugin/script/script_log.h"
#include "plugin/script/script_registry.h"
#include "plugin/types/whole_path.h"

namespace hookline {

struct ScriptHost::Impl {
  Impl(Host& host, ScriptHostOptions given, std::shared_ptr<detail::Runtime> started)
      : options(std::move(given)),
        clock(options.clock != nullptr ? *options.clock : Clock::system()),
        timers(std::make_unique<detail::TimerService>(clock)),
        port(host),
        binding(std::in_place, port),
        pool({.workers = options.workers}),
        registry(options, host, port, functions, exceptions, std::move(started), pool) {}

  // Ends the scripts, and then what they have had. Returns the names of those that have not ended.
  std::vector<std::string> end_scripts(detail::Drain drain, TimePoint deadline) {
    registry.close();
    auto left = pool.shutdown_until(drain, deadline);
    if (left.empty()) {
      registry.release_resources();
      port.close();
    }
    return left;
  }

  // Of all that belongs to others. What is left, threads that were left behind may use.
  void let_go() {
    binding.reset();
    timers.reset();
  }

  // The verdicts of the loop that is attached, or nullptr.
  [[nodiscard]] detail::PendingVerdicts* queue() const {
    return attached ? queues.back().get() : nullptr;
  }

  ScriptHostOptions options;
  Clock& clock;
  std::unique_ptr<detail::TimerService> timers;
  // A worker may post an event to its queue's executor until it is joined, so queues stay, closed.
  std::vector<std::unique_ptr<detail::PendingVerdicts>> queues;
  bool attached = false;
  std::unique_ptr<detail::WakeBatch> hold;
  detail::EventPool events;
  detail::FunctionRegistry functions;
  detail::ExceptionTable exceptions;
  detail::HostPort port;
  detail::HostExecutor host_executor{port};
  std::optional<detail::Pump::Binding> binding;
  detail::WorkerPool pool;
  detail::ScriptRegistry registry;
};

Result<std::unique_ptr<ScriptHost>> ScriptHost::create(Host& host, ScriptHostOptions options) {
  auto runtime = detail::Runtime::start({.modules = {detail::vh_module()},
                                         .pre_imports = {},
                                         .use_system_malloc = options.use_system_malloc});
  if (!runtime) {
    return std::unexpected(std::move(runtime.error()));
  }
  auto impl = std::make_unique<Impl>(host, std::move(options), *std::move(runtime));
  return std::unique_ptr<ScriptHost>(new ScriptHost(std::move(impl)));
}

ScriptHost::ScriptHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ScriptHost::~ScriptHost() {
  shutdown();
  if (impl_->registry.has_left_behind()) {
    impl_->let_go();
    detail::Runtime::keep(std::move(impl_));
  }
}

void ScriptHost::attach_loop(uv_loop_t* loop) {
  detach_loop();
  impl_->queues.push_back(std::make_unique<detail::PendingVerdicts>(
      loop, impl_->events, impl_->clock, impl_->options.verdict_deadline,
      impl_->options.late_verdict_allows));
  impl_->attached = true;
  impl_->port.wake(&impl_->queues.back()->executor());
}

void ScriptHost::detach_loop() {
  if (detail::PendingVerdicts* queue = impl_->queue()) {
    impl_->port.wake(nullptr);
    impl_->hold.reset();
    impl_->attached = false;
    queue->close();
  }
}

void ScriptHost::hold_wakeups() {
  if (!impl_->hold) {
    impl_->hold = std::make_unique<detail::WakeBatch>();
  }
}

void ScriptHost::release_wakeups() {
  if (impl_->hold) {
    impl_->hold->release();
  }
}

Future<ScriptId> ScriptHost::load(const std::filesystem::path& path, LoadOptions options) {
  return impl_->registry.load(path, std::move(options));
}

Future<void> ScriptHost::reload(ScriptId script) { return impl_->registry.reload(script); }

Future<void> ScriptHost::unload(ScriptId script) { return impl_->registry.unload(script); }

namespace {

bool is_script(const std::filesystem::directory_entry& entry) {
  if (entry.is_directory()) {
    return std::filesystem::exists(entry.path() / "__init__.py");
  }
  return entry.path().extension() == ".py";
}

}  // namespace

std::vector<std::filesystem::path> script_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  std::error_code ignored;  // a folder that is not there has no scripts
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (is_script(entry)) {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
}

std::vector<ScriptHost::LoadResult> ScriptHost::load_folder(const std::filesystem::path& folder) {
  return load_all(script_files(folder));
}

std::vector<ScriptHost::LoadResult> ScriptHost::load_all(
    const std::vector<std::filesystem::path>& paths) {
  std::vector<Future<ScriptId>> loading;
  loading.reserve(paths.size());
  for (const auto& path : paths) {
    loading.push_back(load(path));
  }
  std::vector<LoadResult> results;
  results.reserve(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    results.push_back({.path = paths[i], .id = loading[i].get()});
  }
  return results;
}

std::vector<ScriptInfo> ScriptHost::scripts() const {
  std::vector<ScriptInfo> infos;
  const auto subscriptions = impl_->registry.read();
  for (const auto& loaded : subscriptions->scripts) {
    const detail::ScriptEntry& entry = *loaded.script;
    ScriptInfo info{.id = entry.id(),
                    .name = entry.name(),
                    .path = entry.path,
                    .hooks = {},
                    .worker = loaded.lane->worker(),
                    .mailbox = loaded.lane->mailbox().stats(),
                    .errors = entry.errors.count(),
                    .missed = entry.missed.load(std::memory_order_relaxed),
                    .last_error = entry.errors.last(),
                    .memory_bytes = detail::arena_memory(entry.interpreter_number.load())};
    for (std::size_t hook = 0; hook < kHookCount; ++hook) {
      if (loaded.hooks.test(hook)) {
        info.hooks.push_back(static_cast<Hook>(hook));
      }
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

std::optional<ScriptLatencies> ScriptHost::latencies(ScriptId script) const {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* loaded = subscriptions->find(script);
  if (loaded == nullptr) {
    return std::nullopt;
  }
  const detail::LaneMetrics& metrics = loaded->lane->metrics();
  return ScriptLatencies{.queue_wait = metrics.queue_wait_ns.summary_ns(),
                         .run = metrics.run_ns.summary_ns(),
                         .total = metrics.total_ns.summary_ns()};
}

namespace {

// Compared as text, so that looking a script up touches no disk.
bool is_path_of(const detail::ScriptEntry& script, std::string_view name) {
  if (!name.contains('/') && !name.ends_with(".py")) {
    return false;
  }
  return detail::whole_path(name) == detail::whole_path(script.path);
}

}  // namespace

std::optional<ScriptId> ScriptHost::find(std::string_view name) const {
  const auto subscriptions = impl_->registry.read();
  for (const auto& loaded : subscriptions->scripts) {
    if (loaded.script->name() == name) {
      return loaded.script->id();
    }
  }
  for (const auto& loaded : subscriptions->scripts) {
    if (is_path_of(*loaded.script, name)) {
      return loaded.script->id();
    }
  }
  return std::nullopt;
}

bool ScriptHost::hooked(Hook hook) const { return !impl_->registry.read()->of(hook).empty(); }

std::vector<ScriptId> ScriptHost::hooked_by(Hook hook) const {
  const auto subscriptions = impl_->registry.read();
  std::vector<ScriptId> ids;
  for (const detail::Subscriber& subscriber : subscriptions->of(hook)) {
    ids.push_back(subscriber.script->id());
  }
  return ids;
}

namespace {

[[gnu::cold, gnu::noinline]] void log_unfit(Hook hook) {
  spdlog::error("an event {} was not sent: its arguments must be {} ({})", hook_row(hook).name,
                hook_row(hook).argument_kinds, hook_row(hook).argument_names);
}

// Whether there is anybody to send it to, and it can be sent.
bool is_wanted(const std::vector<detail::Subscriber>& subscribers, Hook hook,
               std::initializer_list<HookArg> args) {
  if (subscribers.empty()) {
    return false;
  }
  const bool fits = detail::fit(hook, args);
  if (!fits) [[unlikely]] {
    log_unfit(hook);
  }
  return fits;
}

}  // namespace

void ScriptHost::post(Hook hook, std::initializer_list<HookArg> args) {
  const auto subscriptions = impl_->registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (!is_wanted(subscribers, hook, args)) {
    return;
  }
  detail::QueueSlot small;
  if (!pack(hook, args, small)) [[unlikely]] {
    impl_->events.take().send(hook, args, subscribers, nullptr);
    return;
  }
  for (const detail::Subscriber& subscriber : subscribers) {
    post_small(small, subscriber, *subscriber.call);
  }
}

Verdict ScriptHost::wait(Hook hook, std::initializer_list<HookArg> args) {
  return wait(hook, args, impl_->options.verdict_deadline);
}

Verdict ScriptHost::wait(Hook hook, std::initializer_list<HookArg> args, Duration deadline) {
  detail::Waiter waiter;
  detail::Event* event = nullptr;
  {
    // Not held while waiting: what happens meanwhile may load and unload scripts.
    const auto subscriptions = impl_->registry.read();
    const auto& subscribers = subscriptions->of(hook);
    if (!is_wanted(subscribers, hook, args)) {
      return {};
    }
    event = &impl_->events.take();
    event->send_and_hold(hook, args, subscribers, waiter.parker());
  }
  waiter.wait_until([event] { return event->answered(); }, Clock::system().now() + deadline);
  Verdict verdict = event->take_verdict(impl_->options.late_verdict_allows);
  event->release();
  return verdict;
}

bool ScriptHost::fire(Hook hook, std::initializer_list<HookArg> args, VerdictHandler& handler) {
  detail::PendingVerdicts* queue = impl_->queue();
  const auto subscriptions = impl_->registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (queue == nullptr || !is_wanted(subscribers, hook, args)) {
    return false;
  }
  queue->await(handler).send(hook, args, subscribers, &queue->executor());
  return true;
}

bool ScriptHost::hooked(ScriptId script, Hook hook) const {
  return impl_->registry.read()->find(script, hook) != nullptr;
}

namespace {

// The log's line for an answer that was asked of one script.
void log_result(detail::ScriptEntry& script, Hook hook, const Result<Value>& result) {
  Answer answer = read_answer(hook, result);
  if (!result && result.error().code == ErrorCode::kDeadlineExceeded) {
    answer.kind = Answer::Kind::kUnexpected;  // it has got the event, and is late
  }
  log_answer(script, answer);
}

}  // namespace

Future<Value> ScriptHost::ask(ScriptId script, Hook hook, List args, TimePoint deadline) {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriber* const found = subscriptions->find(script, hook);
  if (found == nullptr) {
    return make_ready_future<Value>(
        fail(ErrorCode::kFunctionNotFound,
             "no script with this id has the hook " + std::string(hook_row(hook).name)));
  }
  return detail::FutureCall::post(*found->mailbox,
                                  [&](detail::RequestWriter& request) {
                                    request.set_function(hook_function(hook));
                                    request.set_text_mode(TextMode::kHub);
                                    request.add_values(args);
                                  },
                                  {.deadline = deadline, .timers = impl_->timers.get()})
      .then(InlineExecutor::instance(), [entry = found->script, hook](Result<Value> result) {
        log_result(*entry, hook, result);
        return result;
      });
}

void ScriptHost::post(ScriptId script, Hook hook, List args) {
  (void)ask(script, hook, std::move(args));
}

Executor& ScriptHost::host_executor() { return impl_->host_executor; }

namespace {

bool has_extras(const ScriptCall& call) {
  return call.callee.object() || !call.keywords.empty() || call.keeps_result;
}

detail::RequestExtras take_extras(ScriptCall& call) {
  return {.target = call.callee.object().value_or(Handle()),
          .keywords = std::move(call.keywords),
          .result = call.keeps_result ? detail::ResultForm::kHandle : detail::ResultForm::kCopy};
}

// Takes what it can out of the call.
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

// Where a call goes; an error if it cannot go anywhere.
Result<detail::Subscriptions::Loaded> find_loaded(const ScriptHost& host,
                                                  const detail::ScriptRegistry& registry,
                                                  const ScriptRef& script, const ScriptCall& call) {
  const std::optional<Handle>& object = call.callee.object();
  if (object && !object->object()) {
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
      {.deadline = call.options.deadline, .timers = impl_->timers.get()});
}

Future<Value> ScriptHost::call(ScriptRef script, Callee function, List args, CallOptions options) {
  return call(script, ScriptCall{.callee = std::move(function),
                                 .args = std::move(args),
                                 .keywords = {},
                                 .keeps_result = false,
                                 .options = options});
}

Result<void> ScriptHost::call(ScriptRef script, ScriptCall call, detail::ResultHandler& handler) {
  detail::PendingVerdicts* const queue = impl_->queue();
  if (queue == nullptr) {
    return fail(ErrorCode::kBadArguments, "no loop is attached that could deliver the result");
  }
  if (call.options.deadline != kNoDeadline) {
    return fail(ErrorCode::kBadArguments, "a call with a deadline needs a future");
  }
  const auto lane = find_lane(*this, impl_->registry, script, call);
  if (!lane) {
    return std::unexpected(lane.error());
  }
  detail::DeliveredCall::post((*lane)->mailbox(),
                              [&](detail::RequestWriter& request) { describe(request, call); },
                              queue->executor(), handler);
  return {};
}

namespace {

// What of a call a stream has no use for.
Result<void> check_streamed(const ScriptCall& call) {
  if (call.options.deadline != kNoDeadline) {
    return fail(ErrorCode::kBadArguments,
                "a stream has no deadline of its own: give each next() the one that it has");
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
    return ValueStream(std::move(checked.error()));
  }
  auto found = find_loaded(*this, impl_->registry, script, call);
  if (!found) {
    return ValueStream(std::move(found.error()));
  }
  const TextMode text = call.options.text == TextMode::kHub ? TextMode::kHub : options.text;
  return {{.lane = found->lane,
           .unclosed = found->script->unclosed_streams,
           .timers = impl_->timers.get(),
           .ahead = options.ahead,
           .text = text},
          describe(std::move(call))};
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

detail::FunctionRegistry& ScriptHost::functions() noexcept { return impl_->functions; }

detail::ExceptionTable& ScriptHost::exceptions() noexcept { return impl_->exceptions; }

void ScriptHost::expire_verdicts() {
  if (detail::PendingVerdicts* queue = impl_->queue()) {
    queue->expire();
  }
}

void ScriptHost::shutdown(detail::Drain drain) {
  (void)impl_->end_scripts(drain, kNoDeadline);
  detach_loop();
}

std::vector<std::string> ScriptHost::shutdown_within(detail::Drain drain, Duration patience) {
  auto left = impl_->end_scripts(drain, Clock::system().now() + patience);
  if (left.empty()) {
    detach_loop();
  }
  return left;
}

void ScriptHost::abandon() {
  impl_->port.close();
  detach_loop();
  impl_->binding.reset();
}

}  // namespace hookline
