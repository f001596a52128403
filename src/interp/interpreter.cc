#include "interp/interpreter.h"

#include <cstddef>
#include <new>
#include <utility>

#include "interp/crash_handler.h"
#include "interp/function_table.h"
#include "interp/handle_table.h"
#include "interp/helpers.h"
#include "interp/host_module_loader.h"
#include "interp/import_refusals.h"
#include "interp/interrupter.h"
#include "interp/iterator_table.h"
#include "interp/kept_signals.h"
#include "interp/memory_allocator.h"
#include "interp/memory_book.h"
#include "interp/producer_objects.h"
#include "interp/py_error.h"
#include "interp/python_call.h"
#include "interp/script.h"
#include "interp/spare_texts.h"
#include "interp/sub_interpreter.h"
#include "marshal/python.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

constexpr const char* kContextKey = "hookline.host_context";

// After an interpreter that has held this much, malloc's free memory is given back to the system.
constexpr std::size_t kMuchMemory = std::size_t{32} << 20U;

// The context is stored in the interpreter's own dict, where all of its threads find it. A
// thread_local would only be set on the worker.
Result<void> set_host_context(void* context) {
  if (context == nullptr) {
    return {};
  }
  const PyRef capsule = PyRef::steal(PyCapsule_New(context, kContextKey, nullptr));
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (!capsule || dict == nullptr || PyDict_SetItemString(dict, kContextKey, capsule.get()) != 0) {
    return std::unexpected(take_python_error());
  }
  return {};
}

// Used for the main interpreter, which continues after its script.
void forget_host_context() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (dict != nullptr && PyDict_PopString(dict, kContextKey, nullptr) < 0) {
    PyErr_Clear();
  }
}

// Says that C++ has no memory. The texts fit in a std::string that allocates nothing.
std::unexpected<Error> out_of_memory() noexcept {
  PyErr_Clear();
  return std::unexpected(Error{
      .code = ErrorCode::kScriptRaised, .message = "out of memory", .python_type = "MemoryError"});
}

Result<PyRef> as_tuple(std::span<const Value> args) {
  return to_python(Tuple{{args.begin(), args.end()}}, "args");
}

// Runs `source` in fresh globals that contain `args`, and returns the globals.
Result<PyRef> run_module(const std::string& source, const std::string& name, const PyRef& args) {
  PyRef globals =
      PyRef::steal(Py_BuildValue("{s:s,s:O}", "__name__", name.c_str(), "args", args.get()));
  const PyRef code = PyRef::steal(Py_CompileString(source.c_str(), name.c_str(), Py_file_input));
  if (!globals || !code || !run_code(code.get(), globals.get())) {
    return std::unexpected(take_python_error());
  }
  return globals;
}

}  // namespace

struct Interpreter::Impl {
  std::shared_ptr<Runtime> runtime;
  InterpreterOptions options;
  std::unique_ptr<SubInterpreter> python;
  std::string script_name = "?";  // for the crash handler
  KeptSignals signals;
  // These hold references to Python objects, so finish() destroys them before `python`.
  std::unique_ptr<Helpers> helpers;
  std::unique_ptr<Script> script;
  FunctionTable functions;
  HandleTable handles;
  IteratorTable iterators{options.before_first_stream};
  std::unique_ptr<ProducerObjects> producers;
  std::shared_ptr<Interrupter> interrupter = std::make_shared<Interrupter>();
  std::unique_ptr<SpareTexts> spares;  // null if the codec encodes ASCII as other bytes

  // These options are used for arguments and results. They are made once, since every call needs
  // them.
  MarshalOptions exact_options;
  MarshalOptions hub_options;

  [[nodiscard]] const MarshalOptions& marshal_options(TextMode text) const noexcept {
    return text == TextMode::kHub ? hub_options : exact_options;
  }

  [[nodiscard]] Result<PyRef> open_target(const Invocation& invocation) const {
    return to_python(*invocation.target, "target", marshal_options(invocation.text));
  }
  [[nodiscard]] Result<PyRef> find_callable(const Invocation& invocation) const;
  // Returns the result of the call as a Python object.
  [[nodiscard]] Result<PyRef> call(const Invocation& invocation);
  // Returns the object that a stream iterates over.
  [[nodiscard]] Result<PyRef> find_items(const Invocation& invocation);

  [[nodiscard]] Result<Value> invoke(FunctionId function, std::span<const Value> args,
                                     TextMode text, Binding binding);
  [[nodiscard]] Result<Value> invoke_packed(FunctionId function, const PackedView& args,
                                            TextMode text, Binding binding);
  [[nodiscard]] Result<Value> invoke(std::string_view name, std::span<const Value> args,
                                     TextMode text);
  // Returns what the name of the function is bound to now, or nullptr if the general way has to
  // find it, or say why it cannot be called.
  [[nodiscard]] const FunctionTable::Target* bound_target(FunctionTable::Entry& entry) const;

  // REQUIRES: the interpreter is attached.
  [[nodiscard]] Result<void> prepare() {
    if (auto watched = is_main() ? Result<void>() : watch_for_import_refusals(); !watched) {
      return watched;
    }
    Result<Helpers> created = Helpers::create(options.stdout_to_stderr, is_main());
    if (!created) {
      return std::unexpected(std::move(created.error()));
    }
    helpers = std::make_unique<Helpers>(std::move(*created));
    script = std::make_unique<Script>(*helpers);
    if (!handles.publish() || !interrupter->open(*helpers)) {
      return std::unexpected(take_python_error());
    }
    auto made = ProducerObjects::create(options.codec, options.raise, &handles, options.translate);
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
    producers = *std::move(made);
    exact_options = {.codec = &options.codec,
                     .handles = producers.get(),
                     .max_bytes = options.max_value_bytes,
                     .may_take = &MemoryTotal::leaves_reserve};
    hub_options = exact_options;
    hub_options.text = TextMode::kHub;
    if (options.codec.extends_ascii()) {
      spares = std::make_unique<SpareTexts>();
    }
    if (auto usable = use_venv(); !usable) {
      return usable;
    }
    if (auto set = set_host_context(options.host_context); !set) {
      return set;
    }
    return offer_host_module(*helpers, options.module);
  }

  // REQUIRES: the interpreter is attached.
  void limit_memory() const {
    if (options.memory_limit) {
      const auto memory = is_main() ? interpreter_memory(python->number()) : std::nullopt;
      set_memory_limit(python->number(), *options.memory_limit + (memory ? memory->used : 0));
    }
  }

  // Lets the interpreter exceed its limit while it ends.
  void unlimit_memory() const {
    if (is_main()) {
      set_memory_limit(python->number(), std::nullopt);
    } else {
      grant_memory_to_end(python->number());
    }
  }

  [[nodiscard]] bool is_main() const { return options.gil == Gil::kMain; }

  [[nodiscard]] Result<void> use_venv() const {
    if (options.venv.empty()) {
      return {};
    }
    const std::string& path = options.venv.native();
    const PyRef text = PyRef::steal(
        PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size())));
    const PyRef wrong = text ? helpers->call("use_venv", "(O)", text.get()) : PyRef();
    if (!wrong) {
      return std::unexpected(take_python_error());
    }
    return wrong.get() == Py_None ? Result<void>()
                                  : fail(ErrorCode::kBadArguments, display_text(wrong.get()));
  }

  // Does everything that may take long or wait for another interpreter, since the destructor of
  // SubInterpreter holds a lock. Returns the names of threads that have not ended. REQUIRES: the
  // interpreter is attached.
  [[nodiscard]] std::vector<std::string> finish() {
    interrupter->close();
    iterators.close_all();
    std::vector<std::string> threads = end_threads();
    while (!threads.empty() && options.is_busy && options.is_busy(options.host_context)) {
      threads = end_threads();
    }
    functions.clear();
    handles.clear();
    script.reset();
    if (helpers && !helpers->call("release", "()")) {
      PyErr_Clear();
    }
    producers.reset();
    spares.reset();
    helpers.reset();
    if (is_main()) {
      forget_host_context();
    } else if (threads.empty() && !python->wait_for_other_threads()) {
      threads.emplace_back("not Python's own");
    }
    return threads;
  }

  [[nodiscard]] std::vector<std::string> end_threads() const {
    if (!helpers) {
      return {};
    }
    const PyRef names = helpers->call("finish", "()");
    if (!names) {
      const Error error = take_python_error();
      return {"unknown, because of " + error.to_string()};
    }
    std::vector<std::string> threads;
    threads.reserve(static_cast<std::size_t>(PyList_GET_SIZE(names.get())));
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names.get()); ++i) {
      threads.push_back(display_text(PyList_GET_ITEM(names.get(), i)));
    }
    return threads;
  }
};

Interpreter::Interpreter(std::shared_ptr<Runtime> runtime, InterpreterOptions options)
    : impl_(std::make_unique<Impl>(Impl{.runtime = std::move(runtime),
                                        .options = std::move(options),
                                        .python = nullptr,
                                        .script_name = "?",
                                        .signals = {},
                                        .helpers = nullptr,
                                        .script = nullptr,
                                        .functions = {},
                                        .handles = {}})) {}

Result<std::unique_ptr<Interpreter>> Interpreter::create(std::shared_ptr<Runtime> runtime,
                                                         InterpreterOptions options) {
  if (options.gil == Gil::kMain && runtime->main_taken_.exchange(true)) {
    return fail(
        ErrorCode::kBadArguments,
        "another script runs in the main interpreter, and only one can: unload that, or use "
        "gil = \"shared\" for this one");
  }
  prepare_thread_for_crashes();
  Result<std::unique_ptr<SubInterpreter>> python =
      SubInterpreter::create(runtime->lifecycle_, options.gil);
  if (!python) {
    return std::unexpected(std::move(python.error()));
  }
  std::unique_ptr<Interpreter> interpreter(
      new Interpreter(std::move(runtime), std::move(options)));  // private: no make_unique
  interpreter->impl_->python = std::move(*python);
  if (auto prepared = interpreter->impl_->prepare(); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  interpreter->impl_->limit_memory();
  interpreter->detach();
  return interpreter;
}

Interpreter::~Interpreter() {
  if (!impl_->python->is_attached()) {
    impl_->python->attach();
    running_script = impl_->script_name.c_str();
  }
  impl_->unlimit_memory();
  const std::vector<std::string> threads = impl_->finish();
  const std::shared_ptr<Runtime> runtime = impl_->runtime;
  const bool is_main = impl_->is_main();
  running_script = nullptr;
  if (threads.empty()) {
    const auto memory = interpreter_memory(impl_->python->number());
    impl_->python.reset();
    if (memory && memory->peak >= kMuchMemory) {
      give_back_free_memory();
    }
  } else {
    if (impl_->options.on_left_behind) {
      impl_->options.on_left_behind(impl_->options.host_context, threads);
    }
    impl_->python->detach();
    if (!is_main) {
      // The Runtime itself sees interpreters that are left, but not threads in the main one.
      impl_->runtime.reset();
    }
    Runtime::keep(std::move(impl_));
  }
  if (is_main) {
    runtime->main_taken_.store(false);
  }
}

std::int64_t Interpreter::number() const { return impl_->python->number(); }

const std::shared_ptr<Interrupter>& Interpreter::interrupter() const { return impl_->interrupter; }

void Interpreter::attach() {
  impl_->python->attach();
  running_script = impl_->script_name.c_str();
  impl_->handles.release_dropped();
}

void Interpreter::detach() {
  running_script = nullptr;
  impl_->signals.block_again();
  impl_->python->detach();
}

Interpreter::Attached::Attached(Interpreter& interpreter) : interpreter_(interpreter) {
  interpreter_.attach();
}

Interpreter::Attached::~Attached() { interpreter_.detach(); }

Result<void> Interpreter::load_script(const std::filesystem::path& path) try {
  impl_->script_name = path.stem();
  running_script = impl_->script_name.c_str();
  Result<void> loaded = impl_->script->load(path);
  if (loaded) {
    impl_->functions.clear();
    impl_->iterators.close_all();
  }
  return loaded;
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

bool Interpreter::is_script_renamed() const { return impl_->script->is_renamed(); }

Result<void> Interpreter::replace_script(const std::filesystem::path& path,
                                         std::string_view farewell, Result<void>& said) try {
  const Result<PyRef> goodbye = impl_->script->find_callable(farewell);
  const PyRef daemons = impl_->helpers->call("live_daemons", "()");
  Result<void> loaded = load_script(path);
  if (!loaded) {
    return loaded;
  }
  if (goodbye && !PyRef::steal(PyObject_CallNoArgs(goodbye->get()))) {
    said = std::unexpected(take_python_error());
  }
  // Threads that have not ended in time get an exception at their next step; nothing that they use
  // is destroyed.
  if (!daemons || !impl_->helpers->call("end_threads", "(O)", daemons.get())) {
    PyErr_Clear();
  }
  impl_->handles.clear();
  return impl_->handles.publish() ? Result<void>() : std::unexpected(take_python_error());
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<FunctionId> Interpreter::resolve(std::string_view name) try {
  Result<PyRef> function = impl_->script->find_callable(name);
  if (!function) {
    return std::unexpected(std::move(function.error()));
  }
  return impl_->functions.add(name, std::move(*function));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Interpreter::Arity Interpreter::arity(FunctionId function) {
  Arity arity;
  const auto* const entry = impl_->functions.find(function);
  if (entry == nullptr) {
    return arity;
  }
  const PyRef pair = impl_->helpers->call("arity", "(O)", entry->resolved.function.get());
  if (!pair || PyArg_ParseTuple(pair.get(), "ii", &arity.min, &arity.max) == 0) {
    PyErr_Clear();
    return {};
  }
  return arity;
}

const FunctionTable::Target* Interpreter::Impl::bound_target(FunctionTable::Entry& entry) const {
  PyObject* const found =
      entry.key ? PyDict_GetItemWithError(script->globals(), entry.key.get()) : nullptr;
  if (found == nullptr) [[unlikely]] {
    PyErr_Clear();
    return nullptr;
  }
  if (found != entry.bound.function.get()) [[unlikely]] {
    if (PyCallable_Check(found) == 0) {
      return nullptr;
    }
    // The old object is dropped last, because that may run code of the script.
    FunctionTable::Target now = FunctionTable::Target::of(PyRef::borrow(found));
    std::swap(entry.bound, now);
  }
  return &entry.bound;
}

Result<Value> Interpreter::Impl::invoke(FunctionId function, std::span<const Value> args,
                                        TextMode text, Binding binding) {
  const auto* const entry = functions.find(function);
  if (entry == nullptr) {
    return fail(ErrorCode::kFunctionNotFound,
                "the function was resolved before the script was loaded again");
  }
  if (binding == Binding::kCurrent) {
    return invoke(std::string(entry->name), args, text);
  }
  // This is a copy, because the called function may load the script again.
  const PyRef callable = entry->resolved.function;
  return call_with_values(callable.get(), args, marshal_options(text));
}

Result<Value> Interpreter::Impl::invoke(std::string_view name, std::span<const Value> args,
                                        TextMode text) {
  handles.release_dropped();
  const Result<PyRef> callable = script->find_callable(name);
  if (!callable) {
    return std::unexpected(callable.error());
  }
  return call_with_values(callable->get(), args, marshal_options(text));
}

Result<Value> Interpreter::invoke(FunctionId function, std::span<const Value> args, TextMode text,
                                  Binding binding) try {
  return impl_->invoke(function, args, text, binding);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

// The result is built in place: a function that also returns something else would move it.
Result<Value> Interpreter::Impl::invoke_packed(FunctionId function, const PackedView& args,
                                               TextMode text, Binding binding) {
  Result<Value> result;
  if (auto* const entry = functions.find(function)) [[likely]] {
    const auto* const target =
        binding == Binding::kResolved ? &entry->resolved : bound_target(*entry);
    if (target != nullptr) [[likely]] {
      // This is a copy, because the called function may load the script again.
      const PyRef callable = target->function;
      if (call_plainly(callable.get(), target->vectorcall, args, marshal_options(text),
                       spares.get(), result)) [[likely]] {
        return result;
      }
    }
  }
  result = invoke(function, args.copy(), text, binding);
  return result;
}

Result<Value> Interpreter::invoke_packed(FunctionId function, const PackedView& args, TextMode text,
                                         Binding binding) try {
  return impl_->invoke_packed(function, args, text, binding);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<Value> Interpreter::invoke(std::string_view name, std::span<const Value> args,
                                  TextMode text) try {
  return impl_->invoke(name, args, text);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<PyRef> Interpreter::Impl::find_callable(const Invocation& invocation) const {
  if (invocation.target == nullptr) {
    return script->find_callable(invocation.name);
  }
  Result<PyRef> object = open_target(invocation);
  return object ? script->find_callable_of(std::move(*object), invocation.name) : std::move(object);
}

Result<PyRef> Interpreter::Impl::call(const Invocation& invocation) {
  handles.release_dropped();
  const Result<PyRef> callable = find_callable(invocation);
  if (!callable) {
    return std::unexpected(callable.error());
  }
  return call_with_keywords(callable->get(), invocation.args, invocation.keywords,
                            marshal_options(invocation.text));
}

Result<PyRef> Interpreter::Impl::find_items(const Invocation& invocation) {
  const bool is_bare = invocation.target != nullptr && invocation.name.empty() &&
                       invocation.args.empty() && invocation.keywords.empty();
  if (is_bare) {
    Result<PyRef> object = open_target(invocation);
    if (!object || PyCallable_Check(object->get()) == 0) {
      return object;
    }
  }
  return call(invocation);
}

Result<Value> Interpreter::invoke(const Invocation& invocation) try {
  Result<PyRef> result = impl_->call(invocation);
  if (!result) {
    return std::unexpected(std::move(result.error()));
  }
  return invocation.keeps_result
             ? impl_->handles.keep(std::move(*result))
             : from_python(result->get(), "result", impl_->marshal_options(invocation.text));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<StreamId> Interpreter::open_stream(const Invocation& invocation) try {
  const Result<PyRef> items = impl_->find_items(invocation);
  if (!items) {
    return std::unexpected(items.error());
  }
  return impl_->iterators.open(items->get(),
                               invocation.name.empty() ? "<object>" : invocation.name);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<StreamItems> Interpreter::pull_stream(StreamId stream, std::size_t most, TextMode text) try {
  return impl_->iterators.pull(stream, most, impl_->marshal_options(text));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<void> Interpreter::close_stream(StreamId stream) { return impl_->iterators.close(stream); }

void Interpreter::close_streams() { impl_->iterators.close_all(); }

Result<Value> Interpreter::evaluate(std::string_view source, std::string_view name,
                                    std::span<const Value> args) try {
  const Result<PyRef> tuple = as_tuple(args);
  if (!tuple) {
    return std::unexpected(tuple.error());
  }
  const Result<PyRef> globals = run_module(std::string(source), std::string(name), *tuple);
  if (!globals) {
    return std::unexpected(globals.error());
  }
  PyObject* result = PyDict_GetItemString(globals->get(), "result");
  if (result == nullptr) {
    return fail(ErrorCode::kBadArguments, std::string(name) + " sets no global 'result'");
  }
  return from_python(result, "result", {.max_bytes = impl_->options.max_value_bytes});
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

void* Interpreter::host_context() {
  PyObject* dict = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject* capsule = dict != nullptr ? PyDict_GetItemString(dict, kContextKey) : nullptr;
  return capsule != nullptr ? PyCapsule_GetPointer(capsule, kContextKey) : nullptr;
}

}  // namespace hookline::detail
