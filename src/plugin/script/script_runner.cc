#include "plugin/script/script_runner.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "dispatch/stream/stream_request.h"
#include "plugin/functions/script_context.h"
#include "plugin/module/late_functions.h"
#include "plugin/script/refusal_advice.h"
#include "plugin/script/stream_runner.h"

namespace hookline::detail {

void ScriptRunner::begin_batch() noexcept {
  loaded_.interpreter->attach();
  // An interrupt that was meant for a load, or for the wait for the GIL, may have come too late.
  end_interrupt();
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

Result<Value> ScriptRunner::run(const Request& request) {
  look_for_late_functions();
  Result<Value> result;
  if (is_stream_request(request)) [[unlikely]] {
    result = run_stream_request(*loaded_.interpreter, request);
  } else if (request.function != Request::kByName) [[likely]] {
    result = run_number(request);
  } else {
    result = loaded_.interpreter->invoke(request);
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
  add_advice(result.error(), loaded_.settings.gil());
  if (options_.errors != nullptr) {
    options_.errors->note(result.error());
  }
}

}  // namespace hookline::detail
