#include "interp/interpreter.h"

#include <new>
#include <string>
#include <utility>

#include "interp/crash_handler.h"
#include "interp/interpreter_impl.h"
#include "interp/py_error.h"
#include "interp/python_call.h"

namespace hookline::detail {

namespace {

// Says that C++ has no memory. The texts fit in a std::string that allocates nothing.
std::unexpected<Error> out_of_memory() noexcept {
  PyErr_Clear();
  return std::unexpected(Error{
      .code = ErrorCode::kScriptRaised, .message = "out of memory", .python_type = "MemoryError"});
}

}  // namespace

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

Result<PyRef> Interpreter::Impl::find_callable(const Request& request) const {
  if (!request.has_target()) {
    return script->find_callable(request.name);
  }
  Result<PyRef> object = open_target(request);
  return object ? script->find_callable_of(std::move(*object), request.name) : std::move(object);
}

Result<PyRef> Interpreter::Impl::call(const Request& request) {
  handles.release_dropped();
  const Result<PyRef> callable = find_callable(request);
  if (!callable) {
    return std::unexpected(callable.error());
  }
  const List unpacked = request.packed.copy();
  return call_with_keywords(callable->get(), unpacked.empty() ? request.args : unpacked,
                            request.keywords(), marshal_options(request.text));
}

Result<PyRef> Interpreter::Impl::find_items(const Request& request) {
  const bool is_bare = request.has_target() && request.name.empty() && request.size() == 0 &&
                       request.keywords().empty();
  if (is_bare) {
    Result<PyRef> object = open_target(request);
    if (!object || PyCallable_Check(object->get()) == 0) {
      return object;
    }
  }
  return call(request);
}

Result<Value> Interpreter::invoke(const Request& request) try {
  Result<PyRef> result = impl_->call(request);
  if (!result) {
    return std::unexpected(std::move(result.error()));
  }
  return request.keeps_result()
             ? impl_->handles.keep(std::move(*result))
             : from_python(result->get(), "result", impl_->marshal_options(request.text));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<StreamId> Interpreter::open_stream(const Request& request) try {
  const Result<PyRef> items = impl_->find_items(request);
  if (!items) {
    return std::unexpected(items.error());
  }
  return impl_->iterators.open(items->get(), request.name.empty() ? "<object>" : request.name);
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<StreamItems> Interpreter::pull_stream(StreamId stream, std::size_t most, TextMode text,
                                             std::size_t most_bytes) try {
  return impl_->iterators.pull(stream, most, most_bytes, impl_->marshal_options(text));
} catch (const std::bad_alloc&) {
  return out_of_memory();
}

Result<void> Interpreter::close_stream(StreamId stream) { return impl_->iterators.close(stream); }

void Interpreter::close_streams() { impl_->iterators.close_all(); }

}  // namespace hookline::detail
