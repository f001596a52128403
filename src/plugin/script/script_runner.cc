#include "plugin/script/script_runner.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/stream/stream_request.h"
#include "interp/arena_memory.h"
#include "plugin/module/late_functions.h"
#include "plugin/script/refusal_advice.h"
#include "plugin/script/request_invocation.h"
#include "plugin/script/script_header.h"
#include "plugin/script/stream_runner.h"

namespace hookline::detail {

namespace {

constexpr std::string_view kFarewell = "UnLoad";

}  // namespace

ScriptRunner::ScriptRunner(std::shared_ptr<Runtime> runtime, ScriptRunnerOptions options)
    : runtime_(std::move(runtime)), options_(std::move(options)) {}

ScriptRunner::~ScriptRunner() = default;

Result<void> ScriptRunner::open() {
  auto loaded = load();
  if (!loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  begin_with(*std::move(loaded));
  if (options_.hooks != nullptr) {
    *options_.hooks = hooks();
  }
  return {};
}

Result<ScriptRunner::Reloaded> ScriptRunner::reload(void* host_context) {
  if (loaded_.gil == Gil::kMain) {
    const auto options = interpreter_options();
    if (!options || options->gil == Gil::kMain) {
      const auto done = options ? reload_in_place() : std::unexpected(options.error());
      return done ? Result<Reloaded>({.hooks = hooks(), .in_place = true})
                  : std::unexpected(done.error());
    }
  }
  // Enough for any script, and for any number of reloads.
  constexpr std::int64_t kStreamsOfOne = std::int64_t{1} << 40;
  options_.interpreter.before_first_stream += kStreamsOfOne;
  void* const present = std::exchange(options_.interpreter.host_context, host_context);
  auto fresh = load();
  if (!fresh) {
    options_.interpreter.host_context = present;
    return std::unexpected(std::move(fresh.error()));
  }
  end();
  begin_with(*std::move(fresh));
  return Reloaded{.hooks = hooks()};
}

Result<void> ScriptRunner::reload_in_place() {
  const Interpreter::Attached attached(*loaded_.interpreter);
  Result<void> said;
  auto replaced = loaded_.interpreter->replace_script(options_.path, kFarewell, said);
  if (replaced) {
    log_farewell(said);
    resolve_hooks(loaded_);
  }
  return replaced;
}

Result<InterpreterOptions> ScriptRunner::interpreter_options() const {
  const auto header = read_script_header(options_.path);
  if (!header) {
    return std::unexpected(header.error());
  }
  InterpreterOptions options = options_.interpreter;
  const PythonOptions& own = options_.own;
  const PythonOptions& general = options_.general;
  options.gil = own.gil.value_or(header->gil.value_or(general.gil.value_or(Gil::kOwn)));
  options.venv = own.venv.value_or(header->venv.value_or(general.venv.value_or("")));
  return options;
}

Result<ScriptRunner::Loaded> ScriptRunner::load() const {
  const auto options = interpreter_options();
  if (!options) {
    return std::unexpected(options.error());
  }
  auto interpreter = Interpreter::create(runtime_, *options);
  if (!interpreter) {
    return std::unexpected(std::move(interpreter.error()));
  }
  Loaded loaded{.gil = options->gil, .interpreter = *std::move(interpreter), .hooks = {}};
  Result<void> ran;
  {
    const Interpreter::Attached attached(*loaded.interpreter);
    ran = loaded.interpreter->load_script(options_.path);
    if (ran) {
      resolve_hooks(loaded);
    }
  }
  if (!ran) {
    add_advice(ran.error(), loaded.gil);
    return std::unexpected(std::move(ran.error()));
  }
  return loaded;
}

void ScriptRunner::resolve_hooks(Loaded& loaded) {
  loaded.hooks = {};
  for (std::size_t i = 0; i < kHookCount; ++i) {
    const auto function = loaded.interpreter->resolve(kHooks.at(i).name);
    if (!function) {
      continue;
    }
    std::size_t arguments = HookFunction::kAll;
    if (static_cast<Hook>(i) == Hook::kOnTimer) {
      if (const int most = loaded.interpreter->arity(*function).max; most >= 0) {
        arguments = static_cast<std::size_t>(most);
      }
    }
    loaded.hooks.at(i) = {.function = *function, .arguments = arguments};
  }
}

void ScriptRunner::begin_with(Loaded loaded) {
  loaded_ = std::move(loaded);
  if (options_.interpreter_number != nullptr) {
    // Interpreters that share a GIL share their arenas.
    options_.interpreter_number->store(
        loaded_.gil == Gil::kOwn ? loaded_.interpreter->number() : kNoInterpreter,
        std::memory_order_relaxed);
  }
}

HookSet ScriptRunner::hooks() const {
  HookSet hooks;
  for (std::size_t i = 0; i < kHookCount; ++i) {
    hooks.set(i, loaded_.hooks.at(i).function.has_value());
  }
  return hooks;
}

void ScriptRunner::begin_batch() noexcept { loaded_.interpreter->attach(); }

void ScriptRunner::end_batch() noexcept {
  close_left_streams(*loaded_.interpreter, *options_.unclosed_streams, options_.errors);
  loaded_.interpreter->detach();
}

// Events and most calls do not come here.
Result<Value> ScriptRunner::run_with_extras(const Request& request) const {
  const List args = copy_args(request);
  return loaded_.interpreter->invoke(as_invocation(request, args));
}

Result<Value> ScriptRunner::run_hook(const Request& request) {
  const HookFunction& hook = loaded_.hooks.at(request.function);
  if (!hook.function) [[unlikely]] {
    return fail(ErrorCode::kFunctionNotFound,
                "the script has no " + std::string(kHooks.at(request.function).name) + " any more");
  }
  const std::size_t count = std::min(request.size(), hook.arguments);
  return request.scalars.empty()
             ? loaded_.interpreter->invoke(*hook.function, request.args.first(count), request.text)
             : loaded_.interpreter->invoke_scalars(*hook.function, request.scalars.first(count),
                                                   request.text);
}

Result<Value> ScriptRunner::run_by_name(const Request& request) {
  if (request.extras != nullptr) {
    return run_with_extras(request);
  }
  return request.scalars.empty()
             ? loaded_.interpreter->invoke(request.name, request.args, request.text)
             : loaded_.interpreter->invoke_scalars(request.name, request.scalars, request.text);
}

Result<Value> ScriptRunner::run(const Request& request) {
  look_for_late_functions();
  Result<Value> result;
  if (is_stream_request(request)) [[unlikely]] {
    result = run_stream_request(*loaded_.interpreter, request);
  } else if (request.function != Request::kByName) [[likely]] {
    result = run_hook(request);
  } else {
    result = run_by_name(request);
  }
  note(result);
  return result;
}

// Nearly all calls come here. The result is built in place, because moving one takes a while.
Result<Value> ScriptRunner::run_posted(const QueueSlot& slot) {
  look_for_late_functions();
  const std::uint32_t hook = slot.function();
  const std::optional<FunctionId> function =
      hook < kHookCount ? loaded_.hooks[hook].function : std::nullopt;
  if (!function) [[unlikely]] {
    return Runner::run_posted(slot);
  }
  PackedView args = slot.arguments();
  args.kinds = args.kinds.first(std::min(args.kinds.size(), loaded_.hooks[hook].arguments));
  Result<Value> result = loaded_.interpreter->invoke_packed(*function, args, slot.text_mode());
  note(result);
  return result;
}

void ScriptRunner::offer_late_functions() {
  options_.late_functions = nullptr;  // modules that are made from now on know
  detail::offer_late_functions(
      *static_cast<const ScriptContext*>(options_.interpreter.host_context));
}

void ScriptRunner::note(Result<Value>& result) const {
  if (result) [[likely]] {
    return;
  }
  add_advice(result.error(), loaded_.gil);
  if (options_.errors != nullptr) {
    options_.errors->note(result.error());
  }
}

void ScriptRunner::close() noexcept { end(); }

void ScriptRunner::log_farewell(const Result<void>& said) const {
  if (!said && said.error().code != ErrorCode::kFunctionNotFound) {
    options_.log->error("{}: {}: {}\n{}", options_.path.stem().string(), kFarewell,
                        said.error().to_string(), said.error().traceback);
  }
}

void ScriptRunner::end() noexcept {
  {
    Interpreter& interpreter = *loaded_.interpreter;
    const Interpreter::Attached attached(interpreter);
    close_left_streams(interpreter, *options_.unclosed_streams, options_.errors);
    interpreter.close_streams();  // while the script is whole
    const auto result = interpreter.invoke(kFarewell, {});
    log_farewell(result ? Result<void>() : std::unexpected(result.error()));
  }
  loaded_ = {};
}

}  // namespace hookline::detail
