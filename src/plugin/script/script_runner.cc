#include "plugin/script/script_runner.h"

#include <algorithm>
#include <cstddef>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/base/if_memory.h"
#include "dispatch/base/no_memory.h"
#include "dispatch/stream/stream_request.h"
#include "interp/memory_book.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/late_functions.h"
#include "plugin/script/refusal_advice.h"
#include "plugin/script/request_invocation.h"
#include "plugin/script/script_header.h"
#include "plugin/script/stream_runner.h"

namespace hookline::detail {

namespace {

constexpr std::string_view kFarewell = "UnLoad";

// A script can lower what it is granted, but not raise it. 0 stands for no limit.
template <class T>
T lowered(T granted, std::optional<T> wanted) {
  const T own = wanted.value_or(T{});
  return granted == T{} || own == T{} ? std::max(granted, own) : std::min(granted, own);
}

}  // namespace

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
    if (loaded_.gil == Gil::kMain) {
      const auto wanted = settings();
      if (!wanted || wanted->interpreter.gil == Gil::kMain) {
        const auto done = wanted ? reload_in_place() : std::unexpected(wanted.error());
        return done ? Result<Reloaded>({.hooks = hooks_of(loaded_), .in_place = true})
                    : std::unexpected(done.error());
      }
    }
    return reload_elsewhere(host_context, interrupter);
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
  return settings;
}

Result<ScriptRunner::Loaded> ScriptRunner::load(InterrupterCell* also) const {
  const auto wanted = settings();
  if (!wanted) {
    return std::unexpected(wanted.error());
  }
  const InterpreterOptions& options = wanted->interpreter;
  if (auto* const context = static_cast<ScriptContext*>(options.host_context)) {
    context->max_value_bytes = options.max_value_bytes;  // of what the script passes to the host
  }
  auto interpreter = Interpreter::create(runtime_, options);
  if (!interpreter) {
    return std::unexpected(std::move(interpreter.error()));
  }
  Loaded loaded{.gil = options.gil,
                .value_limit = options.max_value_bytes,
                .cpu_share = wanted->cpu_share,
                .interpreter = *std::move(interpreter),
                .functions = {}};
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
    add_advice(ran.error(), loaded.gil);
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
  if (options_.is_in_main != nullptr) {
    options_.is_in_main->store(loaded_.gil == Gil::kMain, std::memory_order_relaxed);
  }
  if (options_.value_limit != nullptr) {
    options_.value_limit->store(loaded_.value_limit, std::memory_order_relaxed);
  }
  if (options_.cpu_share != nullptr) {
    options_.cpu_share->store(loaded_.cpu_share, std::memory_order_relaxed);
  }
  if (options_.interpreter_number != nullptr) {
    // Interpreters that share a GIL share their arenas.
    options_.interpreter_number->store(
        loaded_.gil == Gil::kOwn ? loaded_.interpreter->number() : kNoInterpreter,
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

void ScriptRunner::begin_batch() noexcept {
  loaded_.interpreter->attach();
  end_interrupt();  // what was meant for a load, or for waiting for the GIL, may have come too late
  if (options_.shares_worker && options_.cpu_time != nullptr) {
    options_.cpu_time->begin_batch();
  }
}

void ScriptRunner::end_batch() noexcept {
  close_left_streams(*loaded_.interpreter, *options_.unclosed_streams, options_.errors);
  end_interrupt();
  if (options_.shares_worker && options_.cpu_time != nullptr) {
    options_.cpu_time->end_batch();
  }
  loaded_.interpreter->detach();
}

// Events and most calls do not come here.
Result<Value> ScriptRunner::run_with_extras(const Request& request) const {
  const List args = request.copy_args();
  return loaded_.interpreter->invoke(as_invocation(request, args));
}

const ScriptRunner::Function* ScriptRunner::find(std::uint32_t number, bool by_name, Error& error) {
  std::vector<Function>& functions = loaded_.functions;
  if (number < functions.size() && functions[number].resolved) {
    return &functions[number];
  }
  const std::string_view name =
      options_.names != nullptr ? options_.names->name(number) : std::string_view();
  const bool is_hook = options_.names != nullptr && number < options_.names->hooks().size();
  if (is_hook && !by_name) {
    error = {.code = ErrorCode::kFunctionNotFound,
             .message = "the script has no " + std::string(name) + " any more"};
    return nullptr;
  }
  auto function = loaded_.interpreter->resolve(name);
  if (!function) {
    error = std::move(function.error());
    return nullptr;
  }
  if (is_hook) {  // the script does not get its events: the function came after it was loaded
    late_hook_.resolved = *function;
    return &late_hook_;
  }
  if (number >= functions.size()) {
    functions.resize(number + 1);
  }
  functions[number].resolved = *function;
  return &functions[number];
}

Result<Value> ScriptRunner::run_number(const Request& request) {
  Error error;
  const bool by_name = (request.function & Request::kCurrent) != 0;
  const Function* const found = find(request.function & ~Request::kCurrent, by_name, error);
  if (found == nullptr) [[unlikely]] {
    return std::unexpected(std::move(error));
  }
  const FunctionId function = found->resolved.value_or(FunctionId{});  // find() has resolved it
  const Binding binding = by_name ? Binding::kCurrent : Binding::kResolved;
  const std::size_t most = by_name ? Function::kAll : found->arguments;
  if (!request.packed.empty()) {
    return loaded_.interpreter->invoke_packed(function, request.packed.first(most), request.text,
                                              binding);
  }
  return loaded_.interpreter->invoke(
      function, request.args.first(std::min(request.args.size(), most)), request.text, binding);
}

Result<Value> ScriptRunner::run_by_name(const Request& request) {
  if (request.extras != nullptr) {
    return run_with_extras(request);
  }
  return request.packed.empty()
             ? loaded_.interpreter->invoke(request.name, request.args, request.text)
             : loaded_.interpreter->invoke(request.name, request.packed.copy(), request.text);
}

Result<Value> ScriptRunner::run(const Request& request) {
  look_for_late_functions();
  Result<Value> result;
  if (is_stream_request(request)) [[unlikely]] {
    result = run_stream_request(*loaded_.interpreter, request);
  } else if (request.function != Request::kByName) [[likely]] {
    result = run_number(request);
  } else {
    result = run_by_name(request);
  }
  end_interrupt();
  note(result);
  return result;
}

// Nearly all calls come here.
Result<Value> ScriptRunner::run_posted(const QueueSlot& slot) {
  look_for_late_functions();
  const std::uint32_t number = slot.function() & ~Request::kCurrent;
  const Function* const found =
      number < loaded_.functions.size() ? &loaded_.functions[number] : nullptr;
  if (found == nullptr || !found->resolved) [[unlikely]] {
    return Runner::run_posted(slot);
  }
  return run_resolved(*found->resolved, found->arguments, slot);
}

// The result is built in place: a function that also returns something else would move it.
Result<Value> ScriptRunner::run_resolved(FunctionId function, std::size_t most,
                                         const QueueSlot& slot) const {
  const bool by_name = (slot.function() & Request::kCurrent) != 0;
  Result<Value> result = loaded_.interpreter->invoke_packed(
      function, by_name ? slot.arguments() : slot.arguments().first(most), slot.text_mode(),
      by_name ? Binding::kCurrent : Binding::kResolved);
  end_interrupt();
  note(result);
  return result;
}

void ScriptRunner::offer_late_functions() {
  options_.late_functions = nullptr;  // modules that are made from now on know it
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
      options_.log->error("{}: {}: {}\n{}", options_.path.stem().string(), kFarewell,
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
    auto result = interpreter.invoke(kFarewell, {});
    end_interrupt();
    log_farewell(result ? Result<void>() : std::unexpected(std::move(result.error())));
  }
  loaded_ = {};
}

}  // namespace hookline::detail
