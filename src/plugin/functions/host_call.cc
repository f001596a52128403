#include "plugin/functions/host_call.h"

#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "dispatch/wait/served_call.h"
#include "hookline/call.h"
#include "hookline/loop.h"

namespace hookline::detail {

namespace {

// `waiter` is the worker that waits until the function has returned: see wait/served_call.h.
Result<Value> run_here(const HostCall& call, const ScriptContext& context,
                       ScriptThread* waiter) noexcept {
  const Serving serving(waiter);
  try {
    return call.function->call(call.args, context.caller);
  } catch (...) {
    return std::unexpected(context.exceptions->translate(std::current_exception()));
  }
}

Future<Value> begin_here(const HostCall& call, const ScriptContext& context) noexcept {
  try {
    return call.function->start(call.args, context.caller);
  } catch (...) {
    return make_ready_future<Value>(
        std::unexpected(context.exceptions->translate(std::current_exception())));
  }
}

// Says that the script waits for the answer, until it is there.
Future<Value> watch(Future<Value> answer, const std::shared_ptr<ServedCall>& served) {
  if (answer.ready()) {
    served->end();
    return answer;
  }
  Future<Value> watched = answer.then(InlineExecutor::instance(), [served](Result<Value> result) {
    served->end();
    return result;
  });
  served->wait_for_all();
  return watched;
}

// `waits` says whether the worker `waiter` also waits for the answer, if that comes later.
Future<Value> start_here(const HostCall& call, const ScriptContext& context, ScriptThread* waiter,
                         bool waits) noexcept {
  if (call.function->call) {
    return make_ready_future<Value>(run_here(call, context, waiter));
  }
  Serving serving(waiter);
  Future<Value> answer = begin_here(call, context);
  if (const auto served = waits ? serving.take() : nullptr) [[unlikely]] {
    return watch(std::move(answer), served);
  }
  return answer;
}

// These run on the script's thread, which may come when the host is not there any more.
Result<Value> run_visit(const HostCall& call, const ScriptContext& context) noexcept {
  const CallGate::Visit visit(context.gate);
  return visit ? run_here(call, context, ScriptThread::current()) : unloaded(*call.function);
}

Future<Value> start_visit(const HostCall& call, const ScriptContext& context, bool waits) noexcept {
  const CallGate::Visit visit(context.gate);
  return visit ? start_here(call, context, ScriptThread::current(), waits)
               : make_ready_future<Value>(unloaded(*call.function));
}

bool is_gone(const HostCall& call, const ScriptContext& context) {
  return call.is_registered && !context.functions->has(*call.function);
}

std::unexpected<Error> gone(const HostCall& call) {
  return fail(ErrorCode::kFunctionNotFound, call.function->full_name() + " has been unregistered");
}

void run_on_host(const HostCall& call, const ScriptContext& context, ScriptThread* waiter,
                 Promise<Value> promise) {
  if (is_gone(call, context)) {
    promise.set(gone(call));
  } else if (call.function->call) {
    promise.set(run_here(call, context, waiter));
  } else {
    start_here(call, context, waiter, waiter != nullptr).forward_to(std::move(promise));
  }
}

// `waits` says whether the calling thread will wait for the answer.
Future<Value> start(HostCall call, const ScriptContext& context, bool waits) {
  if (call.function->runs_on == RunsOn::kCaller) {
    return start_visit(call, context, waits);
  }
  ScriptThread* const waiter = waits ? ScriptThread::current() : nullptr;
  return context.port->run([call = std::move(call), &context, waiter](Promise<Value> promise) {
    run_on_host(call, context, waiter, std::move(promise));
  });
}

}  // namespace

bool is_in_host_function() noexcept { return Serving::is_under_way(); }

std::unexpected<Error> unloaded(const HostFunction& function) {
  return fail(
      ErrorCode::kShuttingDown,
      function.full_name() + ": the script has been unloaded, or the host is shutting down");
}

Future<Value> start_host_call(HostCall call, const ScriptContext& context) {
  return start(std::move(call), context, false);
}

Result<Value> run_sends(std::span<const HostCall> sends, const ScriptContext& context,
                        ScriptThread* waiter) {
  Result<Value> result;
  for (const HostCall& send : sends) {
    Result<Value> sent = is_gone(send, context) ? gone(send) : run_here(send, context, waiter);
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
  return start(std::move(call), context, true).get();
}

}  // namespace hookline::detail
