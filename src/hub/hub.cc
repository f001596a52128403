#include "hub/hub.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>
#include <uv.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "hookline/verlihub/module.h"
#include "hub/base/clocks.h"
#include "hub/base/log_level.h"
#include "hub/control/control_server.h"
#include "hub/hub_core.h"
#include "hub/hub_host.h"
#include "hub/net/host_names.h"
#include "hub/net/listener.h"
#include "hub/net/uv_handle.h"
#include "hub/scripts/script_watcher.h"
#include "plugin/types/spdlog_log.h"

namespace hookline::hub {
namespace {

constexpr std::uint64_t kTickMilliseconds = 100;

void ignore_sigpipe() {
  struct sigaction action{};
  if (sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) {
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
  }
}

// A limit of zero in the configuration means that there is none.
Duration or_forever(Duration limit) { return limit > Duration::zero() ? limit : kForever; }

// Relative paths in the configuration start beside its file.
PythonOptions general_python(const HubConfig& config) {
  PythonOptions options{.gil = config.gil,
                        .venv = {},
                        .memory_limit = config.memory_limit_mib << 20U,
                        .value_limit = config.value_limit_mib << 20U,
                        .cpu_share = config.cpu_share,
                        .reload = config.reload};
  if (!config.venv.empty()) {
    options.venv = config.base_dir / config.venv;
  }
  return options;
}

}  // namespace

struct Hub::Impl {
  explicit Impl(std::unique_ptr<HubCore> opened) : owned_core(std::move(opened)) {}
  ~Impl() { end(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] Result<void> start(const HubOptions& options);
  void attach();
  [[nodiscard]] Result<void> open_control(const HubOptions& options);
  void add_handles();
  void tick() {
    core.tick();
    watcher.tick();
  }
  void run();
  // Disconnects everybody and ends the scripts. May be called again.
  void end();
  void end_scripts();

  // Destroyed after everything that has handles on it.
  UvLoop loop;
  std::unique_ptr<HubCore> owned_core;
  HubCore& core{*owned_core};
  HubHost host{core};
  HostNames host_names{loop.get()};
  std::unique_ptr<ScriptHost> scripts;
  Listener listener;
  ControlCommands control_commands{core.scripts(), core.script_manager(), core.script_names(),
                                   core.state().scripts(), core.clock()};
  ControlServer control;
  ScriptWatcher watcher{core.scripts(), core.script_manager(), core.clock()};
  UvHandle<uv_timer_t> ticker;
  UvHandle<uv_prepare_t> turn;
  UvHandle<uv_async_t> stopper;  // open as long as the Hub, for stop() may be called at any time
  std::atomic<bool> must_stop{false};
  // uv_async_send() touches its handle after it has woken the loop. The hub must not be destroyed
  // before that, even if run() has returned.
  std::atomic<int> stops_going_on{0};
  ThreadCpuClock cpu;
  bool has_ended = false;
  std::vector<std::string> left_behind;
};

Result<void> Hub::Impl::start(const HubOptions& options) {
  const auto& config = core.config();
  if (auto set = restore_log_level(core.state().scripts(), options.log_level); !set) {
    return set;
  }
  if (auto opened = listener.open(loop.get(), config.address, config.port,
                                  [this](uv_stream_t* stream) { core.sessions().accept(stream); });
      !opened) {
    return opened;
  }
  core.set_port(listener.port());
  if (auto opened = core.geo().open(config); !opened) {
    return opened;
  }
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  auto module = host.module(
      {.bot_name = config.bot_name,
       .op_chat_name = config.op_chat_name,
       .config_name = std::string(Settings::kConfigName),
       .base_dir = config.base_dir.string(),
       .start_time = std::chrono::duration_cast<std::chrono::seconds>(since_epoch).count()});
  if (!module) {
    return std::unexpected(std::move(module.error()));
  }
  auto created = ScriptHost::create(
      host, {.hooks = verlihub::hooks(),
             .module = *std::move(module),
             .codec = TextCodec(config.encoding),
             .mailbox = {.capacity = config.mailbox_capacity, .overflow = config.overflow},
             .workers = config.workers,
             .decision_deadline = config.decision_deadline,
             .late_answer_allows = config.late_answer_allows,
             .load_limit = or_forever(config.load_limit),
             .end_patience = config.end_patience,
             .interrupt_after = or_forever(config.interrupt_after),
             .quarantine_after = or_forever(config.quarantine_after),
             .quarantines = config.quarantines,
             .python = general_python(config),
             .memory_total = config.memory_total_mib << 20U,
             .stdout_to_stderr = options.stdout_to_stderr,
             .log = detail::spdlog_log(),
             .clock = options.clock});
  if (!created) {
    return std::unexpected(std::move(created.error()));
  }
  scripts = *std::move(created);
  attach();
  if (auto opened = open_control(options); !opened) {
    return opened;
  }
  return config.watch ? watcher.start(loop.get()) : Result<void>();
}

void Hub::Impl::attach() {
  core.set_scripts(scripts.get());
  core.stop_switch().on_stop([this] {
    must_stop.store(true);
    uv_stop(loop.get());
  });
  if (core.config().resolve_hosts) {
    core.set_host_names(&host_names);
  }
  scripts->attach_loop(loop.get());
  add_handles();
}

// Two hubs without a configuration cannot share the default socket; the second one runs without it.
Result<void> Hub::Impl::open_control(const HubOptions& options) {
  if (options.control_socket.empty()) {
    return {};
  }
  auto opened = control.open(loop.get(), options.control_socket, control_commands);
  if (!opened && core.config().control_socket.empty()) {
    spdlog::warn("{}", opened.error().message);
    return {};
  }
  return opened;
}

void Hub::Impl::add_handles() {
  ticker.open([this](uv_timer_t* timer) { return uv_timer_init(loop.get(), timer); }, this);
  uv_timer_start(
      ticker.get(), [](uv_timer_t* timer) { static_cast<Impl*>(timer->data)->tick(); },
      kTickMilliseconds, kTickMilliseconds);
  turn.open([this](uv_prepare_t* prepare) { return uv_prepare_init(loop.get(), prepare); }, &core);
  uv_prepare_start(turn.get(),
                   [](uv_prepare_t* prepare) { static_cast<HubCore*>(prepare->data)->end_turn(); });
  const auto on_stop = [](uv_async_t* async) { uv_stop(async->loop); };
  stopper.open([&](uv_async_t* async) { return uv_async_init(loop.get(), async, on_stop); }, this);
}

void Hub::Impl::run() {
  cpu.start();
  if (!must_stop.load()) {
    loop.run();
  }
  end();
  cpu.stop();
}

void Hub::Impl::end_scripts() {
  left_behind = scripts->shutdown();
  if (!left_behind.empty()) {
    spdlog::warn("the hub ends without scripts whose code has not returned within end_patience: {}",
                 fmt::join(left_behind, ", "));
  }
}

void Hub::Impl::end() {
  if (std::exchange(has_ended, true)) {
    return;
  }
  listener.close();
  control.close();
  watcher.close();
  if (scripts != nullptr) {
    core.disconnect_all();
    core.scripts().post(verlihub::kOnUnLoad, {core.stop_switch().exit_code()});
    end_scripts();
  }
  core.close_state();
  host_names.close();
  ticker.close();
  turn.close();
  while (stops_going_on.load() != 0) {
    std::this_thread::yield();
  }
}

Hub::Hub(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Hub::~Hub() = default;

Result<std::unique_ptr<Hub>> Hub::create(HubConfig config, const HubOptions& options) {
  ignore_sigpipe();
  auto& clock = options.clock != nullptr ? *options.clock : Clock::system();
  auto core = HubCore::open(std::move(config), clock);
  if (!core) {
    return std::unexpected(std::move(core.error()));
  }
  auto impl = std::make_unique<Impl>(*std::move(core));
  if (auto started = impl->start(options); !started) {
    return std::unexpected(std::move(started.error()));
  }
  return std::unique_ptr<Hub>(new Hub(std::move(impl)));
}

std::uint16_t Hub::port() const { return impl_->listener.port(); }
const HubConfig& Hub::config() const { return impl_->core.config(); }
ScriptHost& Hub::scripts() { return *impl_->scripts; }

std::vector<LoadedFile> Hub::load_scripts() { return impl_->core.script_manager().load_at_start(); }

void Hub::run() { impl_->run(); }

// Uses only atomics and uv_async_send(), because a signal handler may call it.
void Hub::stop() {
  impl_->stops_going_on.fetch_add(1);
  impl_->must_stop.store(true);
  uv_async_send(impl_->stopper.get());
  impl_->stops_going_on.fetch_sub(1);
}

const std::vector<std::string>& Hub::left_behind() const { return impl_->left_behind; }

int Hub::exit_code() const { return impl_->core.stop_switch().exit_code(); }

HubStats Hub::stats() const {
  const auto& counters = impl_->core.counters();
  return {.connections = counters.connections.get(),
          .users = impl_->core.directory().read()->user_count(),
          .chat_lines = counters.chat_lines.get(),
          .chat_allowed = counters.chat_allowed.get(),
          .chat_replaced = counters.chat_replaced.get(),
          .chat_blocked = counters.chat_blocked.get(),
          .chat_abandoned = counters.chat_abandoned.get(),
          .late_decisions = counters.late_decisions.get(),
          .hook_events = counters.hook_events.get(),
          .held_commands = counters.held_commands.get(),
          .protocol_errors = counters.protocol_errors.get(),
          .floods = counters.floods.get(),
          .decision_p50_us = counters.chat_decision_ns.percentile(0.5) / 1000,
          .decision_p99_us = counters.chat_decision_ns.percentile(0.99) / 1000,
          .loop_cpu_seconds = impl_->cpu.seconds()};
}

}  // namespace hookline::hub
