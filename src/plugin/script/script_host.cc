#include "hookline/script_host.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "dispatch/exec/libuv_loop.h"
#include "hookline/call.h"
#include "hookline/script_info.h"
#include "interp/memory_book.h"
#include "marshal/python_name.h"
#include "plugin/functions/host_call.h"
#include "plugin/script/script_host_impl.h"
#include "plugin/types/process.h"

namespace hookline {

void Host::on_script_named(const std::string& /*name*/, const std::string& /*version*/,
                           const Caller& /*caller*/) {}

void Host::on_script_unloaded(const Caller& /*caller*/) {}

void Host::on_script_notice(const Caller& /*caller*/, const std::string& /*notice*/) {}

Result<std::unique_ptr<ScriptHost>> ScriptHost::create(Host& host, ScriptHostOptions options) {
  if (auto checked = options.module.check(); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto checked = detail::HookTable::check(options.hooks); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (!options.farewell.empty() && !detail::is_python_name(options.farewell)) {
    return fail(ErrorCode::kBadArguments, "ScriptHostOptions::farewell: '" + options.farewell +
                                              "' cannot be the name of a function");
  }
  auto runtime =
      detail::Runtime::start({.pre_imports = {}, .python_executable = options.python_executable});
  if (!runtime) {
    return std::unexpected(std::move(runtime.error()));
  }
  if (options.report_crashes) {
    detail::install_crash_handler();
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

namespace {

// Tries again what lacks memory, for a second: a destructor must not throw. If there is none until
// then, the process ends.
template <class Operation>
void with_memory(const Operation& operation) {
  constexpr int kAttempts = 100;
  for (int attempt = 1; attempt < kAttempts; ++attempt) {
    if (detail::if_memory(operation)) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  operation();
}

}  // namespace

ScriptHost::~ScriptHost() {
  if (impl_->is_in_child()) {
    // The threads of the scripts are not in this process, so nothing of it can be ended.
    (void)impl_.release();  // NOLINT(bugprone-unused-return-value): it is leaked
    return;
  }
  if (detail::is_in_host_function()) {
    // The function has called exit(), and the script waits for its result for ever.
    with_memory([this] { shutdown({.drain = Drain::kDiscard, .patience = Duration::zero()}); });
  }
  if (!impl_->abandoned) {
    with_memory([this] { shutdown(); });
  }
  with_memory([this] { detach_loop(); });
  if (impl_->abandoned || impl_->registry.has_left_behind()) {
    impl_->let_go();
    std::shared_ptr<Impl> left;
    with_memory([&] { left = std::move(impl_); });
    with_memory(
        [&] { detail::Runtime::keep(left, [impl = left.get()] { return impl->is_over(); }); });
  } else {
    // A deadline may be expiring right now. Its handler uses the scripts and the events, which
    // would otherwise be destroyed before the timer's thread has ended.
    impl_->timers.reset();
  }
}

void ScriptHost::attach_loop(std::shared_ptr<EventLoop> loop) {
  const detail::PendingDecisions* const present = impl_->pending();
  if (present != nullptr && present->is_on(*loop)) {
    detach_loop();  // a loop cannot be started twice
  }
  auto fresh = std::make_unique<detail::PendingDecisions>(
      std::move(loop), impl_->events, impl_->clock, impl_->options.decision_deadline);
  impl_->decisions.reserve(impl_->decisions.size() + 1);
  detach_loop();  // only now, since the loop has started: until then all of this may throw
  impl_->decisions.push_back(std::move(fresh));
  impl_->attached = true;
  impl_->port.wake(&impl_->decisions.back()->executor());
}

void ScriptHost::attach_loop(EventLoop& loop) {
  attach_loop(std::shared_ptr<EventLoop>(std::shared_ptr<void>(), &loop));
}

void ScriptHost::attach_loop(uv_loop_s* loop) {
  attach_loop(std::make_shared<detail::LibuvLoop>(loop));
}

void ScriptHost::detach_loop() {
  if (detail::PendingDecisions* pending = impl_->pending()) {
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

std::vector<ScriptInfo> ScriptHost::scripts() const {
  std::vector<ScriptInfo> infos;
  const auto subscriptions = impl_->registry.read();
  for (const auto& loaded : subscriptions->scripts) {
    const detail::ScriptEntry& entry = *loaded.script;
    const auto memory = detail::interpreter_memory(entry.interpreter_number.load());
    ScriptInfo info{.id = entry.id(),
                    .name = entry.name(),
                    .path = entry.path,
                    .hooks = {},
                    .worker = loaded.lane->worker(),
                    .mailbox = loaded.lane->mailbox().stats(),
                    .errors = entry.errors.count(),
                    .missed = entry.missed.load(std::memory_order_relaxed),
                    .late = entry.breaker.openings(),
                    .skipped = entry.skipped.load(std::memory_order_relaxed),
                    .interrupted = entry.interrupted.load(std::memory_order_relaxed),
                    .quarantined = entry.quarantined.load(std::memory_order_relaxed),
                    .left_behind = impl_->pool.left_behind(entry.name()),
                    .last_error = entry.errors.last(),
                    .memory_bytes = {},
                    .memory_peak_bytes = {},
                    .memory_limit_bytes = {},
                    .cpu_time = entry.cpu_time.total(),
                    .cpu_share = {},
                    .over_cpu_share = entry.over_cpu_share.load(std::memory_order_relaxed),
                    .is_over_cpu_share = entry.is_over_cpu_share.load(std::memory_order_relaxed)};
    if (const double share = entry.cpu_share.load(std::memory_order_relaxed); share > 0) {
      info.cpu_share = share;
    }
    if (memory) {
      info.memory_bytes = memory->used;
      info.memory_peak_bytes = memory->peak;
      info.memory_limit_bytes = memory->limit;
    }
    for (std::size_t hook = 0; hook < loaded.hooks.size(); ++hook) {
      if (loaded.hooks[hook]) {
        info.hooks.push_back(static_cast<Hook>(hook));
      }
    }
    infos.push_back(std::move(info));
  }
  return infos;
}

std::vector<UnfinishedScript> ScriptHost::unfinished() const {
  return impl_->registry.unfinished();
}

std::optional<ScriptLatencies> ScriptHost::latencies(ScriptId script) const {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* loaded = subscriptions->find(script);
  if (loaded == nullptr) {
    return std::nullopt;
  }
  const detail::LaneMetrics& metrics = loaded->lane->metrics();
  return ScriptLatencies{.queue_wait = metrics.queue_wait_ns.summary(),
                         .run = metrics.run_ns.summary(),
                         .total = metrics.total_ns.summary()};
}

std::optional<ScriptId> ScriptHost::find(std::string_view name) const {
  const auto subscriptions = impl_->registry.read();
  const detail::Subscriptions::Loaded* const found = subscriptions->find(name);
  return found != nullptr ? std::optional(found->script->id()) : std::nullopt;
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
  if (impl_->is_in_child()) {
    return {};
  }
  auto left = impl_->end_scripts(options);
  if (left.empty() || impl_->abandoned) {
    detach_loop();
  }
  if (impl_->abandoned) {
    impl_->binding.reset();
    impl_->log.flush();  // such a host had better leave by _Exit()
  }
  return left;
}

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

const std::string& HostAccess::farewell(const ScriptHost& scripts) noexcept {
  return scripts.impl_->options.farewell;
}

FunctionRegistry& HostAccess::functions(const ScriptHost& scripts) noexcept {
  return scripts.impl_->functions;
}

ExceptionTable& HostAccess::exceptions(const ScriptHost& scripts) noexcept {
  return scripts.impl_->exceptions;
}

const Log& HostAccess::log(const ScriptHost& scripts) noexcept { return scripts.impl_->log; }

std::shared_ptr<const void> HostAccess::start_on_malloc() {
  return Runtime::start({.pre_imports = {}, .use_system_malloc = true}).value();
}

void HostAccess::expire_decisions(ScriptHost& scripts) {
  if (PendingDecisions* pending = scripts.impl_->pending()) {
    pending->expire();
  }
}

}  // namespace detail
}  // namespace hookline
