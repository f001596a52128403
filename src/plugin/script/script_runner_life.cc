// Defines the methods of ScriptRunner that begin and end a script.

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/base/no_memory.h"
#include "interp/memory_book.h"
#include "plugin/functions/script_context.h"
#include "plugin/script/refusal_advice.h"
#include "plugin/script/script_header.h"
#include "plugin/script/script_runner.h"
#include "plugin/script/stream_runner.h"

namespace hookline::detail {

namespace {

// A script can lower what it is granted, but not raise it. 0 stands for no limit.
template <class T>
T lowered(T granted, std::optional<T> wanted) {
  const T own = wanted.value_or(T{});
  return granted == T{} || own == T{} ? std::max(granted, own) : std::min(granted, own);
}

}  // namespace

bool ScriptRunner::Settings::does_for(const Settings& fresh) const noexcept {
  if (gil() == Gil::kMain || fresh.gil() == Gil::kMain) {
    return gil() == fresh.gil();
  }
  return reloads_in_place() && fresh.reloads_in_place() && gil() == fresh.gil() &&
         interpreter.venv == fresh.interpreter.venv &&
         interpreter.memory_limit == fresh.interpreter.memory_limit &&
         interpreter.max_value_bytes == fresh.interpreter.max_value_bytes &&
         cpu_share == fresh.cpu_share;
}

ScriptRunner::ScriptRunner(std::shared_ptr<Runtime> runtime, ScriptRunnerOptions options)
    : runtime_(std::move(runtime)), options_(std::move(options)) {}

ScriptRunner::~ScriptRunner() = default;

Result<void> ScriptRunner::open() {
  if (options_.cpu_time != nullptr && !options_.shares_worker) {
    options_.cpu_time->begin_thread();
  }
  auto loaded = load();
  if (!loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  if (options_.hooks != nullptr) {
    *options_.hooks = hooks_of(*loaded);
  }
  begin_with(*std::move(loaded));
  return {};
}

Result<ScriptRunner::Reloaded> ScriptRunner::reload(void* host_context,
                                                    InterrupterCell* interrupter) noexcept {
  try {
    const auto wanted = settings();
    if (!wanted) {
      return std::unexpected(wanted.error());
    }
    if (!loaded_.settings.does_for(*wanted)) {
      return reload_elsewhere(host_context, interrupter);
    }
    const auto done = reload_in_place(static_cast<ScriptContext*>(host_context));
    return done ? Result<Reloaded>({.hooks = hooks_of(loaded_), .in_place = true})
                : std::unexpected(done.error());
  } catch (const std::bad_alloc&) {
    return fail_without_memory();
  }
}

Result<ScriptRunner::Reloaded> ScriptRunner::reload_elsewhere(void* host_context,
                                                              InterrupterCell* interrupter) {
  options_.interpreter.before_first_stream += kStreamsOfOneRun;
  void* const present = std::exchange(options_.interpreter.host_context, host_context);
  InterrupterCell* const of_present = std::exchange(options_.interrupter, interrupter);
  // This is a step of the present code's lane, so the ladder looks into the cell of that code.
  Result<Loaded> fresh;
  Reloaded reloaded;
  try {
    fresh = load(of_present);
    if (fresh) {
      reloaded.hooks = hooks_of(*fresh);
    }
  } catch (const std::bad_alloc&) {
    fresh = fail_without_memory();
  }
  if (of_present != nullptr) {
    of_present->set(loaded_.interpreter->interrupter());
  }
  if (!fresh) {
    options_.interpreter.host_context = present;
    options_.interrupter = of_present;
    return std::unexpected(std::move(fresh.error()));
  }
  end();
  begin_with(*std::move(fresh));
  return reloaded;
}

// The present context goes on with the resources of the fresh code, and the fresh one gets those of
// the code that ends, so that resources that are left behind are released with it.
Result<void> ScriptRunner::reload_in_place(ScriptContext* fresh) {
  const Interpreter::Attached attached(*loaded_.interpreter);
  auto* const present = static_cast<ScriptContext*>(options_.interpreter.host_context);
  const auto exchange = [present, fresh]() noexcept {
    if (present != nullptr && fresh != nullptr) {
      std::swap(present->resources, fresh->resources);
    }
  };
  exchange();
  Result<void> said;
  auto replaced = loaded_.interpreter->replace_script(options_.path, options_.farewell, said);
  if (!replaced) {
    exchange();
    return replaced;
  }
  log_farewell(said);
  resolve_hooks(loaded_);
  return replaced;
}

Result<ScriptRunner::Settings> ScriptRunner::settings() const {
  const auto header = read_script_header(options_.path);
  if (!header) {
    return std::unexpected(header.error());
  }
  Settings settings{.interpreter = options_.interpreter};
  InterpreterOptions& interpreter = settings.interpreter;
  const PythonOptions& own = options_.own;
  const PythonOptions& general = options_.general;
  interpreter.gil = own.gil.value_or(header->gil.value_or(general.gil.value_or(Gil::kOwn)));
  interpreter.venv = own.venv.value_or(header->venv.value_or(general.venv.value_or("")));
  const std::size_t memory =
      lowered(own.memory_limit.value_or(general.memory_limit.value_or(0)), header->memory_limit);
  interpreter.memory_limit = memory != 0 ? std::optional(memory) : std::nullopt;
  interpreter.max_value_bytes = lowered(interpreter.max_value_bytes, header->value_limit);
  settings.cpu_share =
      lowered(own.cpu_share.value_or(general.cpu_share.value_or(0)), header->cpu_share);
  settings.reload =
      own.reload.value_or(header->reload.value_or(general.reload.value_or(ReloadMode::kFresh)));
  return settings;
}

Result<ScriptRunner::Loaded> ScriptRunner::load(InterrupterCell* also) const {
  const auto wanted = settings();
  if (!wanted) {
    return std::unexpected(wanted.error());
  }
  const InterpreterOptions& options = wanted->interpreter;
  if (auto* const context = static_cast<ScriptContext*>(options.host_context)) {
    // Limits what the script passes to the host.
    context->max_value_bytes = options.max_value_bytes;
  }
  auto interpreter = Interpreter::create(runtime_, options);
  if (!interpreter) {
    return std::unexpected(std::move(interpreter.error()));
  }
  Loaded loaded{.settings = *wanted, .interpreter = *std::move(interpreter), .functions = {}};
  loaded.interrupter = loaded.interpreter->interrupter().get();
  if (options_.interrupter != nullptr) {
    options_.interrupter->set(loaded.interpreter->interrupter());
  }
  if (also != nullptr) {
    also->set(loaded.interpreter->interrupter());
  }
  Result<void> ran;
  {
    const Interpreter::Attached attached(*loaded.interpreter);
    ran = loaded.interpreter->load_script(options_.path);
    if (ran) {
      resolve_hooks(loaded);
      warn_of_name(loaded);
    }
    loaded.interrupter->clear();
  }
  if (!ran) {
    add_advice(ran.error(), loaded.settings.gil());
    return std::unexpected(std::move(ran.error()));
  }
  return loaded;
}

void ScriptRunner::warn_of_name(const Loaded& loaded) const {
  if (loaded.interpreter->is_script_renamed()) {
    const std::string name = options_.path.stem().string();
    options_.log->warn(
        "{0}: has the name of another module, and is loaded as {0}_script: `import {0}` means that "
        "module, in every script; rename the file",
        name);
  }
}

void ScriptRunner::resolve_hooks(Loaded& loaded) const {
  loaded.functions.clear();
  if (options_.names == nullptr) {
    return;
  }
  for (const HookRow& hook : options_.names->hooks()) {
    Function& made = loaded.functions.emplace_back();
    if (const auto function = loaded.interpreter->resolve(hook.name)) {
      made.resolved = *function;
      const int most = hook.allows_fewer ? loaded.interpreter->arity(*function).max : -1;
      made.arguments = most >= 0 ? static_cast<std::size_t>(most) : Function::kAll;
    }
  }
}

void ScriptRunner::begin_with(Loaded loaded) {
  loaded_ = std::move(loaded);
  const Settings& settings = loaded_.settings;
  if (options_.reloads_in_place != nullptr) {
    options_.reloads_in_place->store(settings.reloads_in_place(), std::memory_order_relaxed);
  }
  if (options_.value_limit != nullptr) {
    options_.value_limit->store(settings.interpreter.max_value_bytes, std::memory_order_relaxed);
  }
  if (options_.cpu_share != nullptr) {
    options_.cpu_share->store(settings.cpu_share, std::memory_order_relaxed);
  }
  if (options_.interpreter_number != nullptr) {
    // Interpreters that share a GIL share their arenas.
    options_.interpreter_number->store(
        settings.gil() == Gil::kOwn ? loaded_.interpreter->number() : kNoInterpreter,
        std::memory_order_relaxed);
  }
}

HookSet ScriptRunner::hooks_of(const Loaded& loaded) const {
  HookSet hooks;
  const std::size_t count = options_.names == nullptr ? 0 : options_.names->hooks().size();
  for (std::size_t i = 0; i < count; ++i) {
    hooks.push_back(i < loaded.functions.size() && loaded.functions[i].resolved);
  }
  return hooks;
}

void ScriptRunner::close() noexcept {
  end();
  if (options_.cpu_time != nullptr) {
    options_.cpu_time->end_thread();
  }
}

void ScriptRunner::retire(bool in_batch) noexcept {
  if (in_batch) {
    loaded_.interpreter->detach();
  }
  loaded_ = {};
  if (options_.cpu_time != nullptr) {
    options_.cpu_time->end_thread();
  }
}

void ScriptRunner::on_returned() noexcept {
  if (options_.on_returned) {
    options_.on_returned();
  }
}

void ScriptRunner::log_farewell(const Result<void>& said) const noexcept {
  if (!said && said.error().code != ErrorCode::kFunctionNotFound) {
    if_memory([&] {
      options_.log->error("{}: {}: {}\n{}", options_.path.stem().string(), options_.farewell,
                          said.error().to_string(), said.error().traceback);
    });
  }
}

void ScriptRunner::end() noexcept {
  {
    Interpreter& interpreter = *loaded_.interpreter;
    const Interpreter::Attached attached(interpreter);
    close_left_streams(interpreter, *options_.unclosed_streams, options_.errors);
    interpreter.close_streams();  // while nothing of the script has ended yet
    if (!options_.farewell.empty()) {
      auto result = interpreter.invoke(options_.farewell, {});
      end_interrupt();
      log_farewell(result ? Result<void>() : std::unexpected(std::move(result.error())));
    }
  }
  loaded_ = {};
}

}  // namespace hookline::detail
