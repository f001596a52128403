#include "wrapper/session.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "dispatch/wait/pump.h"
#include "hookline/call.h"
#include "hookline/function.h"
#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"
#include "plugin/types/spdlog_log.h"
#include "wrapper/values.h"

namespace hookline::wrapper {
namespace {

std::optional<Hook> hook_of(int number) {
  if (number < 0 || static_cast<std::size_t>(number) >= verlihub::kHookCount) {
    return std::nullopt;
  }
  return static_cast<Hook>(number);
}

Result<List> read_params(const w_Targs* params, const TextCodec& codec) {
  return params == nullptr ? List() : read_args(*params, codec);
}

// Reports the end of an asynchronous call exactly once, also if it is destroyed without a result.
class DoneCallback {
 public:
  DoneCallback(int id, w_Tdone done, void* user_data, TextCodec codec)
      : id_(id), done_(done), user_data_(user_data), codec_(std::move(codec)) {}
  DoneCallback(DoneCallback&& other) noexcept
      : id_(other.id_),
        done_(std::exchange(other.done_, nullptr)),
        user_data_(other.user_data_),
        codec_(std::move(other.codec_)) {}
  DoneCallback(const DoneCallback&) = delete;
  DoneCallback& operator=(const DoneCallback&) = delete;
  DoneCallback& operator=(DoneCallback&&) = delete;
  ~DoneCallback() {
    if (done_ != nullptr) {
      tell(fail(ErrorCode::kShuttingDown, "the hub is shutting down"));
    }
  }

  void operator()(Result<Value> value) {
    tell(value ? function_result(*value, codec_) : std::unexpected(std::move(value.error())));
  }

 private:
  void tell(Result<OwnedArgs> result) noexcept {
    const w_Tdone done = std::exchange(done_, nullptr);
    try {
      if (result) {
        done(id_, result->release(), nullptr, user_data_);
      } else {
        done(id_, nullptr, result.error().to_string().c_str(), user_data_);
      }
    } catch (...) {
      spdlog::error("a function that w_CallFunctionAsync was given threw; it must not");
    }
  }

  int id_;
  w_Tdone done_;
  void* user_data_;
  TextCodec codec_;
};

}  // namespace

Session::Session(const w_Tcallback* callbacks)
    : callbacks_(callbacks, [this](std::int64_t number) {
        return table_.settings(static_cast<int>(number));
      }) {}

Result<std::unique_ptr<Session>> Session::start(const w_Tcallback* callbacks) {
  std::unique_ptr<Session> session(new Session(callbacks));  // private: no make_unique
  ScriptHostOptions options;
  options.hooks = verlihub::hooks();
  options.module = verlihub::module(session->callbacks_, {}, verlihub::Reads::kOnHost);
  options.log = detail::spdlog_log();
  auto scripts = ScriptHost::create(session->callbacks_, std::move(options));
  if (!scripts) {
    return std::unexpected(std::move(scripts.error()));
  }
  session->scripts_ = *std::move(scripts);
  session->callbacks_.serve(*session->scripts_);
  return session;
}

Session::~Session() = default;

void Session::serve() { detail::Pump::current()->run_pending(); }

std::vector<std::string> Session::end() {
  auto left = scripts_->shutdown({.patience = table_.patience()});
  if (!left.empty()) {
    open_calls_.close();
  }
  return left;
}

bool Session::has_ended() { return scripts_->shutdown({.patience = Duration::zero()}).empty(); }

Future<Value> Session::ended_by_shutdown(Future<Value> call) {
  return on_host_thread() ? std::move(call) : open_calls_.add(std::move(call));
}

Result<ScriptTable::Loaded> Session::loaded(int id) const {
  if (auto found = table_.find(id)) {
    return *std::move(found);
  }
  return fail(ErrorCode::kScriptNotFound, "no script is loaded under the id " + std::to_string(id));
}

Result<ScriptId> Session::wait_for_load(const std::filesystem::path& path, Future<ScriptId> loading,
                                        Duration patience) {
  if (loading.wait_for(patience)) {
    return loading.get();
  }
  for (const UnfinishedScript& script : scripts_->unfinished()) {
    if (script.is_loading && script.path == path) {
      (void)scripts_->unload(script.id);
    }
  }
  if (loading.ready()) {
    if (auto loaded = loading.get()) {
      return loaded;  // it was loaded in the last moment
    }
  }
  return fail(ErrorCode::kDeadlineExceeded,
              "the script takes longer to load than load_deadline in hookline.toml allows");
}

Result<int> Session::load(const ScriptToLoad& script) {
  auto settings = load_settings(std::filesystem::path(script.identity.base_dir) / "hookline.toml");
  if (!settings) {
    table_.cancel(script.id);
    return std::unexpected(std::move(settings.error()));
  }
  const auto shared = std::make_shared<const Settings>(*std::move(settings));
  if (!table_.begin_load(script.id, script.path, shared)) {
    return fail(ErrorCode::kBadArguments, "the id " + std::to_string(script.id) +
                                              " is in use: ask w_ReserveID for a free one");
  }
  auto loading = scripts_->load(script.path, {.attributes = verlihub::attributes(script.identity),
                                              .codec = shared->codec,
                                              .number = script.id,
                                              .python = {}});
  auto id = wait_for_load(script.path, std::move(loading), shared->load_deadline);
  if (!id) {
    (void)table_.release(script.id);
    return std::unexpected(std::move(id.error()));
  }
  table_.end_load(script.id, *id);
  spdlog::info("loaded script {}: {}", script.id, script.path.string());
  return script.id;
}

Result<void> Session::unload(int id) {
  if (!table_.is_taken(id)) {
    return std::unexpected(loaded(id).error());
  }
  const auto script = table_.release(id);
  if (!script) {
    return {};  // it was only reserved
  }
  const bool must_not_wait = would_deadlock(script->script);
  const Future<void> unloading = scripts_->unload(script->script);
  if (!must_not_wait && !unloading.wait_for(script->settings->load_deadline)) {
    spdlog::warn("script {} has not ended yet; it gets nothing more to do", id);
  }
  spdlog::info("unloaded script {}", id);
  return {};
}

Result<int> Session::find(std::string_view path_or_name) const {
  if (const auto id = table_.find(path_or_name)) {
    return *id;
  }
  return fail(ErrorCode::kScriptNotFound,
              "no script is loaded from '" + std::string(path_or_name) + "', or has this name");
}

bool Session::has_hook(int id, int number) const {
  const auto hook = hook_of(number);
  const auto script = table_.find(id);
  return hook && script && scripts_->hooked(script->script, *hook);
}

Result<OwnedArgs> Session::call_hook(int id, int number, const w_Targs* params,
                                     std::optional<Duration> deadline) {
  const auto hook = hook_of(number);
  if (!hook) {
    return fail(ErrorCode::kBadArguments, "there is no hook " + std::to_string(number));
  }
  const auto script = loaded(id);
  if (!script) {
    return std::unexpected(script.error());
  }
  auto args = read_params(params, script->settings->codec);
  if (!args) {
    return std::unexpected(std::move(args.error()));
  }
  if (script->settings->mode(*hook) == HookMode::kObserve || would_deadlock(script->script)) {
    scripts_->post(script->script, *hook, *std::move(args));
    return nullptr;
  }
  const Duration patience = deadline.value_or(script->settings->deadline);
  const auto value =
      ended_by_shutdown(scripts_->ask(script->script, *hook, *std::move(args), patience)).get();
  return value ? hook_result(*hook, *value) : std::unexpected(value.error());
}

Result<Future<Value>> Session::call(const ScriptTable::Loaded& script, std::string_view name,
                                    const w_Targs* params, std::optional<Duration> deadline) {
  auto args = read_params(params, script.settings->codec);
  if (!args) {
    return std::unexpected(std::move(args.error()));
  }
  return scripts_->call(script.script, name, *std::move(args),
                        {.timeout = deadline.value_or(kForever), .text = TextMode::kHost});
}

Result<OwnedArgs> Session::call_function(int id, std::string_view name, const w_Targs* params,
                                         std::optional<Duration> deadline) {
  const auto script = loaded(id);
  if (!script) {
    return std::unexpected(script.error());
  }
  if (would_deadlock(script->script)) {
    return fail(ErrorCode::kWouldDeadlock,
                "the script waits for the very callback that calls it: use w_CallFunctionAsync");
  }
  auto future = call(*script, name, params, deadline);
  if (!future) {
    return std::unexpected(std::move(future.error()));
  }
  const auto value = ended_by_shutdown(*std::move(future)).get();
  return value ? function_result(*value, script->settings->codec) : std::unexpected(value.error());
}

Result<void> Session::call_function_async(int id, std::string_view name, const w_Targs* params,
                                          std::optional<Duration> deadline, w_Tdone done,
                                          void* user_data) {
  const auto script = loaded(id);
  if (!script) {
    return std::unexpected(script.error());
  }
  auto future = call(*script, name, params, deadline);
  if (!future) {
    return std::unexpected(std::move(future.error()));
  }
  open_calls_.add(*std::move(future))
      .deliver_to(scripts_->host_executor(),
                  DoneCallback(id, done, user_data, script->settings->codec));
  return {};
}

Result<std::optional<ScriptId>> Session::target(int script_id) const {
  if (script_id == -1) {
    return std::nullopt;
  }
  auto script = loaded(script_id);
  return script ? std::optional(script->script)
                : Result<std::optional<ScriptId>>(std::unexpected(script.error()));
}

Result<void> Session::register_function(int script_id, std::string_view name,
                                        w_Tcallback callback) {
  const auto script = target(script_id);
  if (!script) {
    return std::unexpected(script.error());
  }
  return detail::add_function(
      *scripts_, {.name = std::string(name),
                  .script = *script,
                  .runs_on = RunsOn::kHost,
                  .doc = "A function of the hub.",
                  .call = [this, callback](std::span<const Value> args, const Caller& caller) {
                    return callbacks_.call_registered(callback, args, caller);
                  }});
}

Result<void> Session::unregister_function(int script_id, std::string_view name) {
  const auto script = target(script_id);
  if (!script) {
    return std::unexpected(script.error());
  }
  if (!scripts_->undef(name, *script)) {
    return fail(ErrorCode::kFunctionNotFound,
                "no function '" + std::string(name) + "' is registered there");
  }
  return {};
}

}  // namespace hookline::wrapper
