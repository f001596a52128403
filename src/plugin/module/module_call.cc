#include "plugin/module/module_call.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "hookline/call.h"
#include "interp/producer_objects.h"
#include "marshal/python.h"
#include "marshal/python_text.h"
#include "plugin/functions/gil_released.h"
#include "plugin/functions/host_call.h"
#include "plugin/functions/raise_in_python.h"
#include "plugin/module/function_object.h"
#include "plugin/module/late_functions.h"
#include "plugin/module/module_awaitable.h"
#include "plugin/module/module_batch.h"
#include "plugin/module/module_resource.h"

namespace hookline::detail {

namespace {

// Looks a function of the registry up again, because these come and go while scripts keep the
// object. Returns nullopt with a NameError set if it has been unregistered.
std::optional<Called> current(const ModuleState& state, const Called& called) {
  if (!called.is_registered) {
    return called;
  }
  auto function = state.context->functions->find(called.function->name, state.context->caller.id);
  if (!function) {
    PyErr_Format(PyExc_NameError, "%s has been unregistered", called.function->full_name().c_str());
    return std::nullopt;
  }
  return Called{.function = std::move(function), .is_registered = true};
}

using Texts = std::array<std::string_view, kMaxTexts>;

// Views the arguments if all are positional texts that Python has in the host's encoding. Returns
// false otherwise.
bool view_texts(const FunctionObject& object, const Arguments& given, Texts& texts) {
  if (given.keywords != nullptr || given.count < object.least_texts ||
      given.count > object.most_texts) {
    return false;
  }
  const MarshalOptions options{.text = object.content->called.function->text,
                               .codec = object.state->context->codec};
  for (std::size_t i = 0; i < given.count; ++i) {
    PyObject* const text = given.positional[i];
    const auto view = PyUnicode_CheckExact(text) ? kept_text(text, options) : std::nullopt;
    if (!view) {
      return false;
    }
    texts[i] = *view;
  }
  return true;
}

Result<Value> read_texts(const HostFunction& function, std::span<const std::string_view> texts,
                         const ScriptContext& context) noexcept {
  const CallGate::ReadVisit visit(context.gate);
  if (!visit) [[unlikely]] {
    return unloaded(function);
  }
  try {
    return function.read(texts, context.caller);
  } catch (...) {
    return std::unexpected(context.exceptions->translate(std::current_exception()));
  }
}

// Counts a call of the host's code as under way. The end of the ScriptHost waits for such calls,
// because that code may use what is destroyed with it.
class UnderWay {
 public:
  explicit UnderWay(const ScriptContext& context) : calls_(context.calls_under_way) { ++calls_; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
  ~UnderWay() { --calls_; }

 private:
  std::size_t& calls_;
};

// Reads the arguments of a call. Returns nullopt with an exception set on failure.
std::optional<HostCall> prepare_call(const ModuleState& state, const Called& called,
                                     const Arguments& given) {
  if (!has_context(state)) {
    return std::nullopt;
  }
  const HostFunction& function = *called.function;
  auto args = read_arguments(function, given, *state.context);
  if (!args) {
    return std::nullopt;
  }
  if (called.resource) {
    Handle object = called.resource->object();
    if (object == Handle()) {
      PyErr_Format(PyExc_ValueError, "%s(): the %s has been released", function.full_name().c_str(),
                   called.resource->type().full_name().c_str());
      return std::nullopt;
    }
    args->values.insert(args->values.begin(), std::move(object));
  }
  return HostCall{.function = called.function,
                  .args = std::move(args->values),
                  .bytes = args->bytes,
                  .is_registered = called.is_registered};
}

// Runs the call where its function says.
Result<Value> run_call(HostCall call, const ScriptContext& context) {
  if (call.function->keeps_gil) {
    return run_host_call(std::move(call), context);
  }
  const UnderWay under_way(context);
  // The GIL is also released while the call and its arguments are destroyed, because they may hold
  // the last reference to something.
  const GilReleased released;
  return run_host_call(std::move(call), context);
}

}  // namespace

PyObject* call_entry(PyObject* self, PyObject* const* args, std::size_t flagged_count,
                     PyObject* keywords) {
  ModuleState& state = *object_of(self).state;
  // This is a copy, because the object may be destroyed during the call.
  const auto called = current(state, content_of(self).called);
  return called ? call_function(
                      state, *called,
                      {args, static_cast<std::size_t>(PyVectorcall_NARGS(flagged_count)), keywords})
                : nullptr;
}

PyObject* read_entry(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  const FunctionObject& object = object_of(self);
  if (!has_context(*object.state)) {
    return nullptr;
  }
  const Arguments given{args, static_cast<std::size_t>(count), keywords};
  const Called& called = object.content->called;
  Texts texts;
  if (!view_texts(object, given, texts)) {
    return call_function(*object.state, called, given);
  }
  Result<Value> result =
      read_texts(*called.function, std::span(texts).first(given.count), *object.state->context);
  const auto* const number = result ? result->as<std::int64_t>() : nullptr;
  return number != nullptr
             ? PyLong_FromLongLong(*number)
             : host_result(*object.state, *called.function, std::move(result)).release();
}

// See call_function() about std::bad_alloc.
PyObject* awaitable_entry(PyObject* self, PyObject* const* args, Py_ssize_t count,
                          PyObject* keywords) try {
  ModuleState& state = *object_of(self).state;
  const auto called = current(state, content_of(self).called);
  auto call = called
                  ? prepare_call(state, *called, {args, static_cast<std::size_t>(count), keywords})
                  : std::nullopt;
  if (!call || (call->function->runs_on == RunsOn::kHost && !flush_batch(state))) {
    return nullptr;
  }
  const UnderWay under_way(*state.context);
  return start_awaitable(state, *std::move(call)).release();
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

// An exception of C++ must not pass through the frames of CPython. Arguments that are too large to
// copy throw one.
PyObject* call_function(ModuleState& state, const Called& called, const Arguments& given) try {
  auto call = prepare_call(state, called, given);
  if (!call) {
    return nullptr;
  }
  if (state.open_batches > 0 && called.function->runs_on == RunsOn::kHost) {
    switch (collect(state, *call)) {
      case Collected::kNo:
        break;
      case Collected::kYes:
        Py_RETURN_TRUE;
      case Collected::kFailed:
        return nullptr;
    }
  }
  Result<Value> result = run_call(*std::move(call), *state.context);
  offer_late_functions(state);
  return host_result(state, *called.function, std::move(result)).release();
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

PyRef host_result(const ModuleState& state, const HostFunction& function, Result<Value> result) {
  if (!result) {
    raise_in_python(result.error());
    return {};
  }
  if (function.result_class) {
    return make_resource(state, function.result_class, *std::move(result));
  }
  const MarshalOptions options{
      .text = function.text, .codec = state.context->codec, .handles = &ProducerObjects::opener()};
  Result<PyRef> object = to_python(*result, function.name, options);
  if (!object) {
    raise_in_python(object.error());
    return {};
  }
  return *std::move(object);
}

}  // namespace hookline::detail
