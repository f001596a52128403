#include "plugin/script_runner.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "dispatch/stream_request.h"
#include "plugin/stream_runner.h"

namespace hookline {

ScriptRunner::ScriptRunner(std::shared_ptr<Runtime> runtime, ScriptRunnerOptions options)
    : runtime_(std::move(runtime)), options_(std::move(options)) {}

ScriptRunner::~ScriptRunner() = default;

Result<void> ScriptRunner::open() {
  auto interpreter = Interpreter::create(runtime_, options_.interpreter);
  if (!interpreter) {
    return std::unexpected(std::move(interpreter.error()));
  }
  interpreter_ = *std::move(interpreter);
  Result<void> loaded;
  {
    const Interpreter::Attached attached(*interpreter_);
    loaded = interpreter_->load_script(options_.path);
    if (loaded) {
      resolve_hooks();
    }
  }
  if (!loaded) {
    interpreter_.reset();
  }
  return loaded;
}

void ScriptRunner::resolve_hooks() {
  if (options_.hooks == nullptr) {
    return;
  }
  for (std::size_t i = 0; i < kHookCount; ++i) {
    const auto function = interpreter_->resolve(kHooks.at(i).name);
    if (!function) {
      continue;
    }
    std::size_t arguments = kHooks.at(i).argument_kinds.size();
    if (static_cast<Hook>(i) == Hook::kOnTimer) {
      if (const int most = interpreter_->arity(*function).max; most >= 0) {
        arguments = std::min(arguments, static_cast<std::size_t>(most));
      }
    }
    options_.hooks->targets.at(i) = {.function = static_cast<std::uint32_t>(*function),
                                     .arguments = static_cast<std::uint8_t>(arguments)};
  }
}

void ScriptRunner::begin_batch() noexcept { interpreter_->attach(); }

void ScriptRunner::end_batch() noexcept {
  close_left_streams(*interpreter_, *options_.unclosed_streams, options_.errors);
  interpreter_->detach();
}

// Not on the way of events, nor of most calls.
Result<Value> ScriptRunner::run_with_extras(const Request& request) {
  const RequestExtras& extras = *request.extras;
  List args;
  args.reserve(request.size());
  for (std::size_t i = 0; i < request.size(); ++i) {
    args.push_back(request.arg(i));
  }
  return interpreter_->invoke({.target = extras.target.object() ? &extras.target : nullptr,
                               .name = request.name,
                               .args = args,
                               .keywords = extras.keywords,
                               .text = request.text,
                               .keeps_result = extras.result == ResultForm::kHandle});
}

namespace {

// One that was resolved; the numbers above are something else.
bool is_function(std::uint32_t function) noexcept {
  return function < static_cast<std::uint32_t>(StreamRequest::kOpen);
}

}  // namespace

Result<Value> ScriptRunner::run_other(const Request& request) {
  if (is_stream_request(request)) [[unlikely]] {
    return run_stream_request(*interpreter_, request);
  }
  if (is_function(request.function)) {
    return interpreter_->invoke(FunctionId{request.function}, request.args, request.text);
  }
  if (request.extras != nullptr) {
    return run_with_extras(request);
  }
  return request.scalars.empty()
             ? interpreter_->invoke(request.name, request.args, request.text)
             : interpreter_->invoke_scalars(request.name, request.scalars, request.text);
}

Result<Value> ScriptRunner::run(const Request& request) {
  Result<Value> result = is_function(request.function) && request.args.empty()
                             ? interpreter_->invoke_scalars(FunctionId{request.function},
                                                            request.scalars, request.text)
                             : run_other(request);
  note(result);
  return result;
}

// What nearly all calls are. The result is made where the caller wants it: moving one takes a
// while.
Result<Value> ScriptRunner::run_posted(const Posting& posting) {
  if (!is_function(posting.function())) [[unlikely]] {
    return Runner::run_posted(posting);
  }
  Result<Value> result = interpreter_->invoke_packed(FunctionId{posting.function()},
                                                     posting.arguments(), posting.text_mode());
  note(result);
  return result;
}

void ScriptRunner::note(const Result<Value>& result) {
  if (!result && options_.errors != nullptr) [[unlikely]] {
    options_.errors->note(result.error());
  }
}

void ScriptRunner::close() noexcept {
  {
    const Interpreter::Attached attached(*interpreter_);
    close_left_streams(*interpreter_, *options_.unclosed_streams, options_.errors);
    interpreter_->close_streams();  // while the script is whole
    const auto result = interpreter_->invoke("UnLoad", {});
    if (!result && result.error().code != ErrorCode::kFunctionNotFound) {
      spdlog::error("{}: UnLoad: {}\n{}", options_.path.stem().string(), result.error().to_string(),
                    result.error().traceback);
    }
  }
  interpreter_.reset();
}

}  // namespace hookline
