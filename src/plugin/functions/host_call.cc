#include "plugin/functions/host_call.h"

#include <exception>
#include <functional>
#include <string>
#include <utility>

#include "hookline/host.h"

namespace hookline::detail {

namespace {

// How many functions of the host the calling thread is in.
constinit thread_local int functions_under_way = 0;

class UnderWay {
 public:
  UnderWay() noexcept { ++functions_under_way; }
  ~UnderWay() { --functions_under_way; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;
};

Result<Value> run_here(const HostCall& call, const ScriptContext& context) noexcept {
  const UnderWay under_way;
  try {
    return call.function->call(call.args, context.caller);
  } catch (...) {
    return std::unexpected(context.exceptions->translate(std::current_exception()));
  }
}

Future<Value> start_here(const HostCall& call, const ScriptContext& context) noexcept {
  if (call.function->call) {
    return make_ready_future<Value>(run_here(call, context));
  }
  const UnderWay under_way;
  try {
    return call.function->start(call.args, context.caller);
  } catch (...) {
    return make_ready_future<Value>(
        std::unexpected(context.exceptions->translate(std::current_exception())));
  }
}

// These run on the script's thread, which may come when the host is not there any more.
Result<Value> run_visit(const HostCall& call, const ScriptContext& context) noexcept {
  const CallGate::Visit visit(context.gate);
  return visit ? run_here(call, context) : unloaded(*call.function);
}

Future<Value> start_visit(const HostCall& call, const ScriptContext& context) noexcept {
  const CallGate::Visit visit(context.gate);
  return visit ? start_here(call, context) : make_ready_future<Value>(unloaded(*call.function));
}

bool is_gone(const HostCall& call, const ScriptContext& context) {
  return call.is_registered && !context.functions->has(*call.function);
}

std::unexpected<Error> gone(const HostCall& call) {
  return fail(ErrorCode::kFunctionNotFound, call.function->full_name() + " has been unregistered");
}

void run_on_host(const HostCall& call, const ScriptContext& context, Promise<Value> promise) {
  if (is_gone(call, context)) {
    promise.set(gone(call));
  } else if (call.function->call) {
    promise.set(run_here(call, context));
  } else {
    start_here(call, context).forward_to(std::move(promise));
  }
}

}  // namespace

bool is_in_host_function() noexcept { return functions_under_way > 0; }

std::unexpected<Error> unloaded(const HostFunction& function) {
  return fail(
      ErrorCode::kShuttingDown,
      function.full_name() + ": the script has been unloaded, or the host is shutting down");
}

Future<Value> start_host_call(HostCall call, const ScriptContext& context) {
  if (call.function->runs_on == RunsOn::kCaller) {
    return start_visit(call, context);
  }
  return context.port->run([call = std::move(call), &context](Promise<Value> promise) {
    run_on_host(call, context, std::move(promise));
  });
}

Result<Value> run_sends(std::span<const HostCall> sends, const ScriptContext& context) {
  Result<Value> result;
  for (const HostCall& send : sends) {
    Result<Value> sent = is_gone(send, context) ? gone(send) : run_here(send, context);
    if (!sent && result) {
      result = std::unexpected(std::move(sent.error()));
    }
  }
  return result;
}

Result<Value> run_host_call(HostCall call, const ScriptContext& context) {
  if (call.function->runs_on == RunsOn::kCaller && call.function->call) {
    return run_visit(call, context);
  }
  return start_host_call(std::move(call), context).get();
}

}  // namespace hookline::detail
