#include "hookline/script_host.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "dispatch/exec/libuv_loop.h"
#include "plugin/script/script_host_impl.h"

namespace hookline {

Result<std::unique_ptr<ScriptHost>> ScriptHost::create(Host& host, ScriptHostOptions options) {
  if (auto checked = options.module.check(); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  auto runtime =
      detail::Runtime::start({.pre_imports = {}, .python_executable = options.python_executable});
  if (!runtime) {
    return std::unexpected(std::move(runtime.error()));
  }
  auto impl = std::make_unique<Impl>(host, std::move(options), *std::move(runtime));
  return std::unique_ptr<ScriptHost>(new ScriptHost(std::move(impl)));
}

Result<std::unique_ptr<ScriptHost>> ScriptHost::create(ScriptHostOptions options) {
  auto host = std::make_unique<Host>();
  auto made = create(*host, std::move(options));
  if (made) {
    (*made)->impl_->own_host = std::move(host);
  }
  return made;
}

ScriptHost::ScriptHost(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

ScriptHost::~ScriptHost() {
  if (!impl_->abandoned) {
    shutdown();
  }
  detach_loop();
  if (impl_->abandoned || impl_->registry.has_left_behind()) {
    impl_->let_go();
    detail::Runtime::keep(std::move(impl_));
  }
}

void ScriptHost::attach_loop(std::shared_ptr<EventLoop> loop) {
  detach_loop();
  impl_->verdicts.push_back(std::make_unique<detail::PendingVerdicts>(
      std::move(loop), impl_->events, impl_->clock, impl_->options.verdict_deadline,
      impl_->options.late_verdict_allows));
  impl_->attached = true;
  impl_->port.wake(&impl_->verdicts.back()->executor());
}

void ScriptHost::attach_loop(EventLoop& loop) {
  attach_loop(std::shared_ptr<EventLoop>(std::shared_ptr<void>(), &loop));
}

void ScriptHost::attach_loop(uv_loop_s* loop) {
  attach_loop(std::make_shared<detail::LibuvLoop>(loop));
}

void ScriptHost::detach_loop() {
  if (detail::PendingVerdicts* pending = impl_->pending()) {
    impl_->port.wake(nullptr);
    impl_->attached = false;
    pending->close();
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
  std::error_code ignored;  // a missing folder has no scripts
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    if (is_script(entry)) {
      paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  return paths;
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

// Compares the paths as text, so that a lookup does not touch the disk.
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

[[gnu::cold, gnu::noinline]] void log_unfit(const detail::Log& log, Hook hook) {
  log.error("an event {} was not sent: its arguments must be {} ({})", hook_row(hook).name,
            hook_row(hook).argument_kinds, hook_row(hook).argument_names);
}

// Returns whether any script subscribes to the event and its arguments fit.
bool is_wanted(const detail::Log& log, const std::vector<detail::Subscriber>& subscribers,
               Hook hook, std::initializer_list<HookArg> args) {
  if (subscribers.empty()) {
    return false;
  }
  const bool fits = detail::fit(hook, args);
  if (!fits) [[unlikely]] {
    log_unfit(log, hook);
  }
  return fits;
}

}  // namespace

void ScriptHost::post(Hook hook, std::initializer_list<HookArg> args) {
  const auto subscriptions = impl_->registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (!is_wanted(impl_->log, subscribers, hook, args)) {
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

Verdict ScriptHost::wait(Hook hook, std::initializer_list<HookArg> args, Duration timeout) {
  detail::Waiter waiter;
  detail::Event* event = nullptr;
  {
    // The snapshot is not held while waiting, because calls that are served meanwhile may load and
    // unload scripts.
    const auto subscriptions = impl_->registry.read();
    const auto& subscribers = subscriptions->of(hook);
    if (!is_wanted(impl_->log, subscribers, hook, args)) {
      return {};
    }
    event = &impl_->events.take();
    event->send_and_hold(hook, args, subscribers, waiter.parker());
  }
  waiter.wait_until([event] { return event->answered(); },
                    detail::deadline_after(Clock::system(), timeout));
  Verdict verdict = event->take_verdict(impl_->options.late_verdict_allows);
  event->release();
  return verdict;
}

bool ScriptHost::fire(Hook hook, std::initializer_list<HookArg> args, VerdictHandler& handler) {
  detail::PendingVerdicts* pending = impl_->pending();
  const auto subscriptions = impl_->registry.read();
  const auto& subscribers = subscriptions->of(hook);
  if (pending == nullptr || !is_wanted(impl_->log, subscribers, hook, args)) {
    return false;
  }
  pending->await(handler).send(hook, args, subscribers, &pending->executor());
  return true;
}

bool ScriptHost::hooked(ScriptId script, Hook hook) const {
  return impl_->registry.read()->find(script, hook) != nullptr;
}

namespace {

// Logs one script's answer to ask().
void log_result(detail::ScriptEntry& script, Hook hook, const Result<Value>& result) {
  detail::Answer answer = detail::read_answer(hook, result);
  if (!result && result.error().code == ErrorCode::kDeadlineExceeded) {
    answer.kind = detail::Answer::Kind::kUnexpected;  // it got the event, but its answer is late
  }
  log_answer(script, answer);
}

}  // namespace

Future<Value> ScriptHost::ask(ScriptId script, Hook hook, List args, Duration timeout) {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriber* const found = subscriptions->find(script, hook);
  if (found == nullptr) {
    return make_ready_future<Value>(
        fail(ErrorCode::kFunctionNotFound,
             "no script with this id has the hook " + std::string(hook_row(hook).name)));
  }
  return detail::FutureCall::post(
             *found->mailbox,
             [&](detail::RequestWriter& request) {
               request.set_function(detail::hook_function(hook));
               request.set_text_mode(TextMode::kHub);
               request.add_values(args);
             },
             {.deadline = impl_->deadline(timeout), .timers = impl_->timers.get()})
      .then(InlineExecutor::instance(), [entry = found->script, hook](Result<Value> result) {
        log_result(*entry, hook, result);
        return result;
      });
}

void ScriptHost::post(ScriptId script, Hook hook, List args) {
  (void)ask(script, hook, std::move(args));
}

Executor& ScriptHost::host_executor() { return impl_->host_executor; }

bool ScriptHost::undef(std::string_view name, std::optional<ScriptId> script) {
  return impl_->functions.remove(name, script);
}

void ScriptHost::map_exception(bool (*matches)(const std::exception& thrown),
                               std::string python_type) {
  impl_->exceptions.add(matches, std::move(python_type));
}

Error ScriptHost::to_error(const std::exception_ptr& thrown) const {
  return impl_->exceptions.translate(thrown);
}

std::vector<std::string> ScriptHost::shutdown(ShutdownOptions options) {
  auto left = impl_->end_scripts(options);
  if (left.empty() || impl_->abandoned) {
    detach_loop();
  }
  if (impl_->abandoned) {
    impl_->binding.reset();
  }
  return left;
}

const char* version() noexcept { return HOOKLINE_VERSION; }

namespace detail {

Result<void> add_function(ScriptHost& scripts, HostFunction function) {
  return HostAccess::functions(scripts).add(std::move(function));
}

const std::string& module_name(const ScriptHost& scripts) {
  return HostAccess::module(scripts).name;
}

const ModuleData& HostAccess::module(const ScriptHost& scripts) noexcept {
  return *ModuleAccess::data(scripts.impl_->options.module);
}

FunctionRegistry& HostAccess::functions(ScriptHost& scripts) noexcept {
  return scripts.impl_->functions;
}

ExceptionTable& HostAccess::exceptions(const ScriptHost& scripts) noexcept {
  return scripts.impl_->exceptions;
}

const Log& HostAccess::log(const ScriptHost& scripts) noexcept { return scripts.impl_->log; }

std::shared_ptr<const void> HostAccess::start_on_malloc() {
  return Runtime::start({.pre_imports = {}, .use_system_malloc = true}).value();
}

void HostAccess::expire_verdicts(ScriptHost& scripts) {
  if (PendingVerdicts* pending = scripts.impl_->pending()) {
    pending->expire();
  }
}

}  // namespace detail
}  // namespace hookline
